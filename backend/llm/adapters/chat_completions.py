"""The Chat Completions wire protocol, defined by OpenAI and widely implemented.

`PROFILES` lists what compatible servers refuse in a request; their deviations in streams are all
tolerated by chat_completions_stream.py.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from backend.errors import ProviderRejectedRequest
from backend.llm.adapters.chat_completions_stream import ChatReader
from backend.llm.adapters.streaming import Call, attempt
from backend.llm.adapters.thinking_habits import ThinkingHabits
from backend.llm.adapters.turns import data_uri, only_text, sendable
from backend.llm.events import Event
from backend.llm.http.wire import PATIENT, Budgets, HttpClient
from backend.llm.model import Provider
from backend.llm.port import ChatRequest, FilePart, ImagePart, Part, PromptTurn


class ChatProfile(Struct, frozen=True):
    """Request fields that one provider accepts in addition to the common ones."""

    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    effort: Literal["no", "field", "object"] = "no"
    safety_field: str | None = None
    files: bool = False
    include_usage: bool = True
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


PROFILES: Final[dict[str, ChatProfile]] = {
    "plain": ChatProfile(),
    "openai": ChatProfile(
        max_tokens_field="max_completion_tokens",
        effort="field",
        safety_field="safety_identifier",
        files=True,
        extra={"store": False},
    ),
    "openrouter": ChatProfile(effort="object", files=True, safety_field="user"),
    # Refuses unknown fields.
    "gemini": ChatProfile(effort="field"),
    "mistral": ChatProfile(include_usage=False),
    "groq": ChatProfile(max_tokens_field="max_completion_tokens", effort="field"),
    "deepseek": ChatProfile(),
    "llama.cpp": ChatProfile(extra={"cache_prompt": True}),
}


RAW_PROFILES: Final = frozenset({"plain", "llama.cpp"})
"""Servers that may leave a model's thinking in the text."""


class ChatCompletions:
    """The adapter: one provider, one key."""

    def __init__(
        self, http: HttpClient, provider: Provider, key: str = "", budgets: Budgets | None = None
    ) -> None:
        self._http = http
        self._provider = provider
        self._profile = PROFILES[provider.profile]
        self._url = provider.base_url.rstrip("/") + "/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._budgets = budgets
        self._habits = ThinkingHabits(
            raw=provider.profile in RAW_PROFILES or provider.url is not None
        )

    def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """See `backend.llm.port.Adapter`."""
        patient = request.effort in ("high", "xhigh")
        call = Call(
            provider=self._provider.id,
            provider_name=self._provider.name,
            model_id=request.model.id,
            url=self._url,
            headers=self._headers,
            body=encode(request, self._profile),
            budgets=self._budgets or (PATIENT if patient else Budgets()),
        )
        splitter = self._habits.splitter(request.model.wire_name)
        return attempt(self._http, call, ChatReader(self._provider.name, splitter))


def make_adapter(http: HttpClient, provider: Provider, key: str) -> ChatCompletions:
    """See `backend.llm.adapters.registry`."""
    return ChatCompletions(http, provider, key)


def encode(request: ChatRequest, profile: ChatProfile) -> bytes:
    """The exact bytes of the request's body."""
    body: dict[str, Any] = {
        "model": request.model.wire_name,
        "messages": _messages(request, profile),
        "stream": not request.whole,
    }
    if profile.include_usage and not request.whole:
        body["stream_options"] = {"include_usage": True}
    if request.max_output_tokens is not None:
        body[profile.max_tokens_field] = request.max_output_tokens
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.effort is not None and request.effort in request.model.efforts:
        if profile.effort == "field":
            body["reasoning_effort"] = request.effort
        elif profile.effort == "object":
            body["reasoning"] = {"effort": request.effort}
    if request.safety_id is not None and profile.safety_field is not None:
        body[profile.safety_field] = request.safety_id
    return msgspec.json.encode(body | profile.extra)


def _messages(request: ChatRequest, profile: ChatProfile) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    if request.system:
        messages.append({"role": "system", "content": request.system})
    turns = sendable(request.turns)
    return messages + [
        {"role": turn.role, "content": _content(turn, request, profile)} for turn in turns
    ]


def _content(
    turn: PromptTurn, request: ChatRequest, profile: ChatProfile
) -> str | list[dict[str, Any]]:
    text = only_text(turn)  # a plain string, since small servers accept nothing else
    return text if text is not None else [_part(part, request, profile) for part in turn.parts]


def _part(part: Part, request: ChatRequest, profile: ChatProfile) -> dict[str, Any]:
    if isinstance(part, ImagePart):
        return {"type": "image_url", "image_url": {"url": data_uri(part)}}
    if isinstance(part, FilePart):
        if not profile.files:
            raise ProviderRejectedRequest(provider=request.model.provider, reason="files")
        return {"type": "file", "file": {"filename": part.name, "file_data": data_uri(part)}}
    return {"type": "text", "text": part.text}
