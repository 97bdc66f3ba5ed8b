"""From a provider's status and error object to one of our errors.

Providers agree neither on the shape of an error nor on the status that goes with it (xAI calls
a bad key 400 and an empty balance 429), so the words decide where the status does not. What a
provider says is never shown or kept whole: it may repeat the person's text.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from backend.errors import (
    ModelUnknown,
    PromptTooLong,
    ProviderError,
    ProviderExhausted,
    ProviderGarbled,
    ProviderOverloaded,
    ProviderRateLimited,
    ProviderRefused,
    ProviderRejectedKey,
    ProviderRejectedRequest,
    ProviderUnavailable,
)

_EXHAUSTED: Final = re.compile(
    r"insufficient_quota|insufficient.{0,20}(balance|credit|fund)|billing_error|spend.{0,12}limit"
    r"|spending.{0,12}(cap|limit)|credits? .{0,30}(exhausted|used up|depleted)|out of credits"
    r"|no credits|usage limit reached|payment required|exceeded your current quota"
)
_REFUSED: Final = re.compile(
    r"content.?(policy|filter|violat)|usage guidelines|safety_check|safety_block|moderation"
    r"|\bflagged\b|prohibited_content|responsible.?ai"
)
_TOO_LONG: Final = re.compile(
    r"context.?length|context.?window|context.?size|maximum context|prompt is too long"
    r"|too many (input )?tokens|input.{0,20}too long|max_prompt_tokens|token limit"
    r"|maximum prompt length|request_too_large"
)
_NO_MODEL: Final = re.compile(
    r"model_?not_?found|unknown_model|no such model"
    r"|model\b.{0,80}(not found|not exist|not available|decommissioned|deprecated|retired)"
)
_BAD_KEY: Final = re.compile(
    r"api.?key|invalid_authentication|authentication_error|unauthorized|incorrect key"
)
_OVERLOADED: Final = re.compile(r"overloaded|at capacity|high demand|no capacity|server is busy")
_RATE_LIMITED: Final = re.compile(r"rate.?limit|too many requests|resource_exhausted|slow down")
_SAFE_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class ErrorFacts(Struct, frozen=True):
    """What could be read out of an error object, in whatever shape it came."""

    code: str = ""
    message: str = ""

    @property
    def words(self) -> str:
        """Everything that was said, in lower case, for matching."""
        return f"{self.code} {self.message}".lower()


def error_facts(body: bytes) -> ErrorFacts:
    """Read an error body; one that is not JSON is all message."""
    try:
        return facts_of(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ErrorFacts(message=body[:2000].decode("utf-8", "replace"))


def facts_of(value: Any) -> ErrorFacts:
    """Facts of a decoded error in any known shape.

    `{"error": {…}}`, `[{"error": {…}}]` (Gemini), `{"code", "error": "…"}` (xAI), `{"error":
    "…"}` (Ollama), `{"message", "type", "code"}` (Mistral), `{"detail": …}` (FastAPI servers).
    """
    if isinstance(value, list):
        return facts_of(value[0]) if value else ErrorFacts()
    if not isinstance(value, dict):
        return ErrorFacts(message=str(value))
    inner = value.get("error")
    if isinstance(inner, dict):
        return facts_of(inner)
    codes = [value.get(key) for key in ("code", "type", "status")]
    code = " ".join(str(part) for part in codes if part not in (None, "", "error"))
    message = inner if inner is not None else value.get("message", value.get("detail", ""))
    return ErrorFacts(code=code, message=str(message))


def failure(
    provider: str, status: int, facts: ErrorFacts, retry_after: float | None = None
) -> ProviderError:
    """The error for a status (200 for one inside a stream) and what was said with it."""
    kind = _kind(status, facts.words)
    details: dict[str, str | int | bool | None] = {"provider": provider}
    if status != 200:
        details["provider_status"] = status
    if code := _SAFE_CODE.match(facts.code):
        details["reason"] = code.group()
    return kind(retry_after=retry_after, **details)


def response_failure(
    provider: str,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> ProviderError:
    """The error for a whole HTTP answer that is not a stream."""
    error = failure(provider, status, error_facts(body), retry_after(headers, now))
    if error.retryable and headers.get("x-should-retry", "").lower() == "false":
        return ProviderError(retry_after=error.retry_after, **error.details)
    return error


def garbled(provider: str, reason: str) -> ProviderGarbled:
    """The provider's bytes are not its protocol; `reason` is ours, in a few words."""
    return ProviderGarbled(provider=provider, reason=reason)


def retry_after(
    headers: Mapping[str, str], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `Retry-After` (seconds or a date)."""
    for name, divisor in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        if (text := headers.get(name)) is None:
            continue
        try:
            return max(0.0, float(text) / divisor)
        except ValueError:
            pass
        try:
            return max(0.0, (parsedate_to_datetime(text) - now()).total_seconds())
        except (ValueError, TypeError):
            continue
    return None


def _kind(status: int, words: str) -> type[ProviderError]:
    """Words first: they are more telling than the statuses that go with them."""
    if status == 402 or _EXHAUSTED.search(words):
        return ProviderExhausted
    if _TOO_LONG.search(words) or status == 413:
        return PromptTooLong
    if status in (200, 400, 403, 422, 451) and _REFUSED.search(words):
        return ProviderRefused
    if status == 404 or (status in (200, 400, 403, 410, 422) and _NO_MODEL.search(words)):
        return ModelUnknown
    if status in (401, 403) or (status in (200, 400) and _BAD_KEY.search(words)):
        return ProviderRejectedKey
    if status == 529 or _OVERLOADED.search(words):
        return ProviderOverloaded
    if status == 429 or _RATE_LIMITED.search(words):
        return ProviderRateLimited
    if status in (400, 405, 406, 410, 415, 422):
        return ProviderRejectedRequest
    if status == 200 and ("invalid_request" in words or "invalid_argument" in words):
        return ProviderRejectedRequest
    return ProviderUnavailable
