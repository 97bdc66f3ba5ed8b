"""The Responses wire protocol: xAI and OpenAI. The request; the stream is in responses_stream.py.

xAI refuses several of OpenAI's fields; `PROFILES` has the differences. `store: false` always: both
keep answers by default.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from backend.llm.adapters.responses_stream import ResponsesReader
from backend.llm.adapters.streaming import Call, attempt
from backend.llm.adapters.turns import data_uri, only_text, sendable
from backend.llm.events import Event
from backend.llm.http.wire import PATIENT, Budgets, HttpClient
from backend.llm.model import Provider
from backend.llm.port import ChatRequest, FilePart, ImagePart, Part, PromptTurn, Search


class ResponsesProfile(Struct, frozen=True):
    """Request fields that one provider accepts in addition to the common ones."""

    x_search: bool = False
    excluded_domains: bool = False
    steps_field: str = "max_tool_calls"
    tells_retention: bool = False
    reasoning_summary: str | None = None
    stream_options: dict[str, Any] = msgspec.field(default_factory=dict)


PROFILES: Final[dict[str, ResponsesProfile]] = {
    "xai": ResponsesProfile(
        x_search=True, excluded_domains=True, steps_field="max_turns", tells_retention=True
    ),
    "openai": ResponsesProfile(
        reasoning_summary="auto",
        # Padding against traffic analysis doubles the bytes of a stream that is encrypted anyway.
        stream_options={"include_obfuscation": False},
    ),
    "plain": ResponsesProfile(),
}


class Responses:
    """The adapter: one provider, one key."""

    def __init__(
        self, http: HttpClient, provider: Provider, key: str = "", budgets: Budgets | None = None
    ) -> None:
        self._http = http
        self._provider = provider
        self._profile = PROFILES[provider.profile]
        self._url = provider.base_url.rstrip("/") + "/responses"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._budgets = budgets

    def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """See `backend.llm.port.Adapter`."""
        patient = request.search is not None or "reasoning" in request.model.capabilities
        call = Call(
            provider=self._provider.id,
            provider_name=self._provider.name,
            model_id=request.model.id,
            url=self._url,
            headers=self._headers,
            body=encode(request, self._profile),
            budgets=self._budgets or (PATIENT if patient else Budgets()),
        )
        reader = ResponsesReader(self._provider.name, self._profile.tells_retention)
        return attempt(self._http, call, reader)


def make_adapter(http: HttpClient, provider: Provider, key: str) -> Responses:
    """See `backend.llm.adapters.registry`."""
    return Responses(http, provider, key)


def encode(request: ChatRequest, profile: ResponsesProfile) -> bytes:
    """The exact bytes of the request's body."""
    reasons = "reasoning" in request.model.capabilities
    body: dict[str, Any] = {
        "model": request.model.wire_name,
        "input": [_item(turn) for turn in sendable(request.turns)],
        "stream": not request.whole,
        "store": False,
    }
    if request.system:
        body["instructions"] = request.system
    if request.max_output_tokens is not None:
        body["max_output_tokens"] = request.max_output_tokens
    if request.temperature is not None and not reasons:
        body["temperature"] = request.temperature
    if request.safety_id is not None:
        body["safety_identifier"] = request.safety_id
    if reasoning := _reasoning(request, profile):
        body["reasoning"] = reasoning
    if request.search is not None:
        body["tools"] = _tools(request.search, profile)
        if request.search.max_uses is not None:
            body[profile.steps_field] = request.search.max_uses
    if profile.stream_options and not request.whole:
        body["stream_options"] = profile.stream_options
    return msgspec.json.encode(body)


def _reasoning(request: ChatRequest, profile: ResponsesProfile) -> dict[str, Any]:
    reasoning: dict[str, Any] = {}
    if "reasoning" not in request.model.capabilities:
        return reasoning
    if request.effort is not None and request.effort in request.model.efforts:
        reasoning["effort"] = request.effort
    if profile.reasoning_summary is not None:
        reasoning["summary"] = profile.reasoning_summary
    return reasoning


def _tools(search: Search, profile: ResponsesProfile) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = []
    if search.web or not profile.x_search:
        web: dict[str, Any] = {"type": "web_search"}
        if search.allowed_domains:
            web["filters"] = {"allowed_domains": list(search.allowed_domains)}
        elif search.excluded_domains and profile.excluded_domains:
            web["filters"] = {"excluded_domains": list(search.excluded_domains)}
        tools.append(web)
    if search.x and profile.x_search:
        tools.append({"type": "x_search", **_x_options(search)})
    return tools


def _x_options(search: Search) -> dict[str, Any]:
    options: dict[str, Any] = {"from_date": search.from_date, "to_date": search.to_date}
    if search.allowed_handles:
        options["allowed_x_handles"] = list(search.allowed_handles)
    elif search.excluded_handles:
        options["excluded_x_handles"] = list(search.excluded_handles)
    return {name: value for name, value in options.items() if value is not None}


def _item(turn: PromptTurn) -> dict[str, Any]:
    text = only_text(turn)
    if text is not None or turn.role == "assistant":
        return {"role": turn.role, "content": turn.text}
    return {"role": turn.role, "content": [_part(part) for part in turn.parts]}


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, ImagePart):
        return {"type": "input_image", "image_url": data_uri(part)}
    if isinstance(part, FilePart):
        return {"type": "input_file", "filename": part.name, "file_data": data_uri(part)}
    return {"type": "input_text", "text": part.text}
