"""A provider's own list of models, in the shapes that providers have."""

import msgspec

from backend.llm.canned import Canned, CannedHttp
from backend.llm.catalog import Catalog
from backend.llm.discovery import discover
from backend.llm.model import Model
from backend.settings import Settings

PROVIDERS = Catalog.load(Settings()).providers


async def listed(provider: str, *entries: dict[str, object], status: int = 200) -> list[Model]:
    """The models made of this list."""
    body = msgspec.json.encode({"object": "list", "data": list(entries)})
    http = CannedHttp(Canned([body], status, {"content-type": "application/json"}))
    return await discover(http, PROVIDERS[provider], "key")


async def test_openrouter_tells_prices_and_eyes() -> None:
    """Its prices, in dollars a token, become micro-dollars a million tokens."""
    (model,) = await listed(
        "openrouter",
        {
            "id": "openai/gpt-6-luna",
            "name": "GPT-6 Luna",
            "context_length": 272000,
            "architecture": {"input_modalities": ["text", "image"]},
            "pricing": {"prompt": "0.0000001", "completion": "0.0000005"},
        },
        {"id": "meta/other"},
    )
    assert model.id == "openrouter/openai/gpt-6-luna"
    assert (model.input_price, model.output_price) == (100_000, 500_000)
    assert model.price_known
    assert model.price_class == "low"
    assert "vision" in model.capabilities


async def test_ones_own_server_costs_nothing() -> None:
    """Ollama tells a name only; what is known is that it is the operator's own."""
    (model,) = await listed("ollama", {"id": "llama3.2:3b", "object": "model"})
    assert model.id == "ollama/llama3.2:3b"
    assert model.wire_name == "llama3.2:3b"
    assert model.price_class == "free"
    assert model.policy.region == "own server"


async def test_what_does_not_chat_is_left_out() -> None:
    """Embeddings and voices are no models to talk to; unknown prices count as dear."""
    models = await listed(
        "groq",
        {"id": "whisper-large-v3"},
        {"id": "text-embedding-x"},
        {"id": "qwen-9", "context_window": 131072},
    )
    assert [(m.id, m.context_tokens, m.price_class) for m in models] == [
        ("groq/qwen-9", 131072, "high")
    ]


async def test_a_failing_list_is_no_failure() -> None:
    """A provider that does not list its models just has none, for now."""
    assert await listed("groq", status=500) == []
    assert await discover(CannedHttp(Canned([b"<html>"])), PROVIDERS["groq"], "") == []
