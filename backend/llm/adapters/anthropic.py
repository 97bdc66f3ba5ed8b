"""The Anthropic Messages wire protocol. The request; the stream is in anthropic_stream.py."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

import msgspec

from backend.llm.adapters.anthropic_stream import AnthropicReader
from backend.llm.adapters.streaming import Call, attempt
from backend.llm.adapters.turns import base64_text, only_text, sendable
from backend.llm.events import Event
from backend.llm.http.wire import PATIENT, Budgets, HttpClient
from backend.llm.model import Provider
from backend.llm.port import ChatRequest, FilePart, ImagePart, Part, PromptTurn, Search

VERSION: Final = "2023-06-01"
SEARCH_TOOL: Final = "web_search_20260318"
PROFILES: Final[dict[str, None]] = {"plain": None}


class Anthropic:
    """The adapter: one provider, one key."""

    def __init__(
        self, http: HttpClient, provider: Provider, key: str = "", budgets: Budgets | None = None
    ) -> None:
        self._http = http
        self._provider = provider
        self._url = provider.base_url.rstrip("/") + "/messages"
        self._headers = {"x-api-key": key, "anthropic-version": VERSION}
        self._budgets = budgets

    def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """See `backend.llm.port.Adapter`."""
        patient = request.search is not None or request.effort in ("high", "xhigh")
        call = Call(
            provider=self._provider.id,
            provider_name=self._provider.name,
            model_id=request.model.id,
            url=self._url,
            headers=self._headers,
            body=encode(request),
            budgets=self._budgets or (PATIENT if patient else Budgets()),
        )
        return attempt(self._http, call, AnthropicReader(self._provider.name))


def make_adapter(http: HttpClient, provider: Provider, key: str) -> Anthropic:
    """See `backend.llm.adapters.registry`."""
    return Anthropic(http, provider, key)


def encode(request: ChatRequest) -> bytes:
    """The exact bytes of the request's body; the protocol demands `max_tokens`."""
    body: dict[str, Any] = {
        "model": request.model.wire_name,
        "max_tokens": request.max_output_tokens or request.model.max_output_tokens,
        "messages": [
            {"role": turn.role, "content": _content(turn)} for turn in sendable(request.turns)
        ],
        "stream": not request.whole,
    }
    if request.system:
        body["system"] = request.system
    if request.temperature is not None and "reasoning" not in request.model.capabilities:
        body["temperature"] = request.temperature
    if request.safety_id is not None:
        body["metadata"] = {"user_id": request.safety_id}
    if request.effort not in (None, "none") and request.effort in request.model.efforts:
        body["thinking"] = {"type": "adaptive", "display": "summarized"}
        body["output_config"] = {"effort": request.effort}
    if request.search is not None:
        body["tools"] = [_search(request.search)]
    return msgspec.json.encode(body)


def _search(search: Search) -> dict[str, Any]:
    # A search called from code is retained for a while, and small models refuse it.
    tool: dict[str, Any] = {
        "type": SEARCH_TOOL, "name": "web_search", "allowed_callers": ["direct"]
    }  # fmt: skip
    if search.max_uses is not None:
        tool["max_uses"] = search.max_uses
    if search.allowed_domains:
        tool["allowed_domains"] = list(search.allowed_domains)
    elif search.excluded_domains:
        tool["blocked_domains"] = list(search.excluded_domains)
    return tool


def _content(turn: PromptTurn) -> str | list[dict[str, Any]]:
    text = only_text(turn)
    # Trailing white space in an assistant turn is refused.
    if text is not None:
        return text.rstrip() if turn.role == "assistant" else text
    return [_part(part) for part in turn.parts]


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, ImagePart):
        return {"type": "image", "source": _source(part)}
    if isinstance(part, FilePart):
        return {"type": "document", "title": part.name, "source": _source(part)}
    return {"type": "text", "text": part.text}


def _source(part: ImagePart | FilePart) -> dict[str, Any]:
    return {"type": "base64", "media_type": part.media_type, "data": base64_text(part)}
