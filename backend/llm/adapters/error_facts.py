"""Extracts facts from an error object of any shape.

Known shapes: `{"error": {…}}`, `[{"error": {…}}]` (Gemini), `{"code", "error": "…"}` (xAI),
`{"error": "…"}` (Ollama), `{"message", "type", "code"}` (Mistral), `{"__type", "message"}`
(Bedrock), `{"detail": …}` (FastAPI), `{"errors": […]}` (Cloudflare), `{"error_code",
"error_msg"}` (Baidu), `{"base_resp": {…}}` (MiniMax), an upstream's error as JSON in a string
(OpenRouter's `metadata.raw`). So names are not looked up by place: everything that is called a
code, a message or a status is collected, to a bounded depth and number.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct

from backend.llm.adapters.payload_json import lenient_json, well_formed

MAX_DEPTH: Final = 8
MAX_FACTS: Final = 64
MAX_CHARACTERS: Final = 2_000
"""How much of the text is read."""

_CODES: Final = frozenset(
    {"code", "type", "status", "__type", "error_code", "errorcode", "error_type", "reason",
     "status_code", "kind", "quotaid"}
)  # fmt: skip
_MESSAGES: Final = frozenset(
    {"message", "msg", "detail", "error", "errors", "error_msg", "error_message", "title",
     "description", "raw", "faultstring", "status_msg", "reason_phrase", "failed_generation"}
)  # fmt: skip
_INNER: Final = frozenset(
    {"error", "errors", "detail", "details", "fault", "metadata", "raw", "violations",
     "base_resp", "data", "response", "message", "innererror", "meta"}
)  # fmt: skip
_STATUSES: Final = frozenset({"code", "status", "status_code", "http_status", "statuscode"})
_DELAYS: Final = frozenset({"retrydelay", "retry_after", "retry_after_seconds", "retryafter"})
_DELAY: Final = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)\s{0,2}(ms|s|m|h)?")
_SAID_DELAY: Final = re.compile(
    r"(?:retry|again)(?: after| in) (\d{1,6}(?:\.\d{1,9})?)\s?(ms|milli|s|m|h)?"
)
_SECONDS: Final = {"ms": 0.001, "milli": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class ErrorFacts(Struct, frozen=True):
    """What could be read out of an error object.

    `status` is an HTTP status inside it, `retry_after` is in seconds.
    """

    code: str = ""
    message: str = ""
    status: int | None = None
    retry_after: float | None = None

    @property
    def words(self) -> str:
        """All messages and codes in lower case, for matching."""
        return f"{self.code} {self.message}"[:MAX_CHARACTERS].lower()


def error_facts(body: bytes) -> ErrorFacts:
    """Facts of an error body; one that is not JSON is all message."""
    value = lenient_json(body)
    if value is None:
        return _facts({"message": body[:MAX_CHARACTERS].decode("utf-8", "replace")})
    return facts_of(value)


def facts_of(value: Any) -> ErrorFacts:
    """Facts of a decoded error in any shape."""
    return _facts(value if isinstance(value, dict | list) else {"message": value})


def _facts(value: Any) -> ErrorFacts:
    codes: list[str] = []
    messages: list[str] = []
    statuses: list[int] = []
    delays: list[float] = []
    for name, told in _members(value):
        if name in _STATUSES and (status := _status(told)) is not None:
            statuses.append(status)
        if name in _DELAYS and (delay := _seconds(told)) is not None:
            delays.append(delay)
        if isinstance(told, bool) or not isinstance(told, str | int) or told == "":
            continue
        if name in _MESSAGES:
            messages.append(str(told))
        elif name in _CODES and told != "error":
            codes.append(str(told))
    message = well_formed(" ".join(messages)[:MAX_CHARACTERS])
    if not delays and (said := _SAID_DELAY.search(message.lower())):
        delays.append(float(said[1]) * _SECONDS[said[2] or "s"])
    return ErrorFacts(
        code=well_formed(" ".join(dict.fromkeys(codes))[:MAX_CHARACTERS]),
        message=message,
        status=statuses[0] if statuses else None,
        retry_after=delays[0] if delays else None,
    )


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Names and values of the error's objects, the outermost first, a bounded number."""
    found = 0
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            if isinstance(item, list):
                below += item[:8]
            if not isinstance(item, dict):
                continue
            for name, told in item.items():
                found += 1
                if found > MAX_FACTS:
                    return
                key = name.lower()
                yield key, told
                if key in _INNER:
                    below.append(_opened(told))
        level = below


def _opened(told: Any) -> Any:
    """An upstream's error that came as JSON in a string."""
    if isinstance(told, str) and told.lstrip()[:1] in ("{", "["):
        return lenient_json(told[: 8 * MAX_CHARACTERS].encode("utf-8", "replace"))
    return told


def _status(told: Any) -> int | None:
    if isinstance(told, str) and len(told) == 3 and told.isascii() and told.isdigit():
        told = int(told)
    if isinstance(told, bool) or not isinstance(told, int) or not 400 <= told < 600:
        return None
    return told


def _seconds(told: Any) -> float | None:
    """Seconds in `12`, `"12s"`, `"850ms"`; None in anything else."""
    if isinstance(told, int | float) and not isinstance(told, bool):
        return float(told) if 0 <= told < 1_000_000 else None
    found = _DELAY.fullmatch(told.strip()) if isinstance(told, str) else None
    return float(found[1]) * _SECONDS[found[2] or "s"] if found else None
