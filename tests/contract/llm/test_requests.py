"""What leaves for a provider: exactly what was asked, in its protocol, and nobody's identity.

Exercises backend/llm/adapters/turns.py.
"""

import base64
import hashlib
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from backend.errors import ProviderRejectedRequest
from backend.llm import (
    ChatRequest,
    FilePart,
    ImagePart,
    PromptTurn,
    Search,
    Sent,
    TextPart,
)
from backend.llm.http.canned import Canned, CannedHttp
from backend.llm.http.client import Http
from backend.llm.http.wire import Budgets
from backend.llm.simulation.mock_provider import MockProvider
from tests.contract.llm.playing import collect
from tests.contract.llm.test_faults import KINDS, make
from tests.contract.llm.transcripts import MODEL
from tests.contract.llm.transcripts import adapter as adapter_of

IMAGE = ImagePart("image/png", b"png bytes")
FILE = FilePart("file.pdf", "application/pdf", b"pdf bytes")
PNG = base64.b64encode(b"png bytes").decode()
PDF = base64.b64encode(b"pdf bytes").decode()

FULL = ChatRequest(
    MODEL,
    "Be brief.",
    (
        PromptTurn("user", (TextPart("Look"), IMAGE, FILE)),
        PromptTurn("assistant", (TextPart("I see."),)),
        PromptTurn("user", (TextPart("And?"),)),
    ),
    max_output_tokens=500,
    temperature=0.5,
    search=Search(
        x=True,
        allowed_domains=("example.org",),
        excluded_handles=("spam",),
        from_date="2026-01-01",
        max_uses=3,
    ),
    effort="high",
    safety_id="0f1e2d",
)
REASONING = replace(MODEL, capabilities=frozenset({"vision", "files", "search", "reasoning"}))


async def body(request: ChatRequest, kind: str, profile: str) -> tuple[dict[str, Any], CannedHttp]:
    """The body that the adapter sends for the request, decoded."""
    http = CannedHttp(Canned())
    await collect(adapter_of(http, kind, profile), request)
    return msgspec.json.decode(http.received[0].body), http


async def test_responses_xai() -> None:
    """xAI: X search, its own fields for steps and domains, nothing stored."""
    sent, http = await body(FULL, "responses", "xai")
    assert http.received[0].url == "https://provider.invalid/v1/responses"
    assert http.received[0].headers == {"Authorization": "Bearer secret-key"}
    assert sent == {
        "model": "wire-model",
        "instructions": "Be brief.",
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": "Look"},
                    {"type": "input_image", "image_url": f"data:image/png;base64,{PNG}"},
                    {
                        "type": "input_file",
                        "filename": "file.pdf",
                        "file_data": f"data:application/pdf;base64,{PDF}",
                    },
                ],
            },
            {"role": "assistant", "content": "I see."},
            {"role": "user", "content": "And?"},
        ],
        "stream": True,
        "store": False,
        "max_output_tokens": 500,
        "temperature": 0.5,
        "safety_identifier": "0f1e2d",
        "max_turns": 3,
        "tools": [
            {"type": "web_search", "filters": {"allowed_domains": ["example.org"]}},
            {"type": "x_search", "from_date": "2026-01-01", "excluded_x_handles": ["spam"]},
        ],
    }


async def test_responses_openai() -> None:
    """OpenAI: no X search; a reasoning model is asked for summaries and takes no temperature."""
    sent, _ = await body(replace(FULL, model=REASONING), "responses", "openai")
    assert sent["tools"] == [
        {"type": "web_search", "filters": {"allowed_domains": ["example.org"]}}
    ]
    assert sent["reasoning"] == {"effort": "high", "summary": "auto"}
    assert sent["max_tool_calls"] == 3
    assert sent["stream_options"] == {"include_obfuscation": False}
    assert sent["store"] is False
    assert "temperature" not in sent


async def test_anthropic() -> None:
    """Anthropic: its own blocks, the search tool by its version, max_tokens always."""
    sent, http = await body(replace(FULL, model=REASONING), "anthropic", "plain")
    assert http.received[0].url == "https://provider.invalid/v1/messages"
    assert http.received[0].headers == {
        "x-api-key": "secret-key",
        "anthropic-version": "2023-06-01",
    }
    assert sent == {
        "model": "wire-model",
        "system": "Be brief.",
        "max_tokens": 500,
        "stream": True,
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Look"},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": PNG},
                    },
                    {
                        "type": "document",
                        "title": "file.pdf",
                        "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
                    },
                ],
            },
            {"role": "assistant", "content": "I see."},
            {"role": "user", "content": "And?"},
        ],
        "metadata": {"user_id": "0f1e2d"},
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": "high"},
        "tools": [
            {
                "type": "web_search_20260318",
                "name": "web_search",
                "allowed_callers": ["direct"],
                "max_uses": 3,
                "allowed_domains": ["example.org"],
            }
        ],
    }


async def test_chat() -> None:
    """OpenAI's Chat Completions: parts for what is not text, plain strings for what is."""
    sent, http = await body(FULL, "chat_completions", "openai")
    assert http.received[0].url == "https://provider.invalid/v1/chat/completions"
    assert sent["messages"] == [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Look"},
                {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}},
                {
                    "type": "file",
                    "file": {
                        "filename": "file.pdf",
                        "file_data": f"data:application/pdf;base64,{PDF}",
                    },
                },
            ],
        },
        {"role": "assistant", "content": "I see."},
        {"role": "user", "content": "And?"},
    ]
    assert sent["max_completion_tokens"] == 500
    assert sent["stream_options"] == {"include_usage": True}
    assert sent["reasoning_effort"] == "high"
    assert sent["safety_identifier"] == "0f1e2d"
    assert sent["store"] is False


async def test_chat_gemini_gets_no_unknown_field() -> None:
    """Gemini refuses fields it does not know: it gets the common ones only."""
    text_only = replace(FULL, turns=FULL.turns[1:])
    sent, _ = await body(text_only, "chat_completions", "gemini")
    assert set(sent) == {
        "model",
        "messages",
        "stream",
        "stream_options",
        "max_tokens",
        "temperature",
        "reasoning_effort",
    }


async def test_chat_openrouter_effort() -> None:
    """OpenRouter takes the effort in an object."""
    sent, _ = await body(FULL, "chat_completions", "openrouter")
    assert sent["reasoning"] == {"effort": "high"}


async def test_files_where_none_are_taken() -> None:
    """A file for a server that takes none is an error: it does not vanish in silence."""
    with pytest.raises(ProviderRejectedRequest):
        adapter_of(CannedHttp(Canned()), "chat_completions", "plain").stream(FULL)


async def test_effort_unknown_to_the_model() -> None:
    """A level of thought that the model does not list is not sent."""
    sent, _ = await body(replace(FULL, model=REASONING, effort="xhigh"), "responses", "xai")
    assert "reasoning" not in sent


@pytest.mark.parametrize("kind", KINDS)
async def test_turns_are_made_fit(kind: str) -> None:
    """Empty turns are left out, neighbours of one side joined: providers refuse both."""
    turns = (
        PromptTurn("user", (TextPart("One"),)),
        PromptTurn("assistant", (TextPart("  "),)),
        PromptTurn("user", (TextPart("Two"),)),
    )
    sent, _ = await body(ChatRequest(MODEL, "", turns), kind, "plain")
    messages = sent.get("input", sent.get("messages"))
    assert messages == [{"role": "user", "content": "One\n\nTwo"}]


@pytest.mark.parametrize("kind", KINDS)
async def test_only_the_request_reaches_the_wire(http: Http, mock: MockProvider, kind: str) -> None:
    """Captured at the socket: the body is the one whose hash Sent tells, made of nothing but the
    request, and no header says more than any client of that provider would."""
    events, _ = await collect(
        make(http, mock, kind, Budgets()), replace(FULL, turns=FULL.turns[1:])
    )
    received = mock.received[0]
    sent = events[0]
    assert isinstance(sent, Sent)
    assert sent.body_sha256 == hashlib.sha256(received.body).hexdigest()
    words = set(_strings(msgspec.json.decode(received.body)))
    ours = {"Be brief.", "I see.", "And?", "0f1e2d", "wire-model", "high", "example.org"}
    protocol = {
        "system", "user", "assistant", "web_search", "web_search_20260318",
        "adaptive", "summarized", "direct",
    }  # fmt: skip
    assert words <= ours | protocol
    assert set(received.headers) <= {
        "host", "accept", "accept-encoding", "content-type", "content-length", "user-agent",
        "authorization", "x-api-key", "anthropic-version",
    }  # fmt: skip
    assert received.headers["user-agent"] == "Tanya"
    assert received.headers["accept-encoding"] == "identity"


def test_a_request_has_no_place_for_a_person() -> None:
    """The port's types hold what is asked; a field for who asks would have to be added here."""
    assert ChatRequest.__struct_fields__ == (
        "model",
        "system",
        "turns",
        "max_output_tokens",
        "temperature",
        "search",
        "effort",
        "safety_id",
        "whole",
    )
    assert PromptTurn.__struct_fields__ == ("role", "parts")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return []
