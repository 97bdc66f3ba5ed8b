"""A provider's own list of models, in the shapes that providers have."""

import msgspec
import pytest
from msgspec.structs import replace

from backend.llm.catalog.catalog import Catalog
from backend.llm.catalog.discovery import discover
from backend.llm.http.canned import Canned, CannedHttp
from backend.llm.model import Model
from backend.settings import Settings

PROVIDERS = Catalog.load(Settings()).providers


async def listed(provider: str, *entries: dict[str, object], status: int = 200) -> list[Model]:
    """The models made of this list."""
    body = msgspec.json.encode({"object": "list", "data": list(entries)})
    http = CannedHttp(Canned([body], status, {"content-type": "application/json"}))
    return await discover(http, PROVIDERS[provider], "key") or []


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
    """A provider that cannot be asked tells nothing: that is not an empty list."""
    assert await discover(CannedHttp(Canned(status=500)), PROVIDERS["groq"], "") is None
    assert await discover(CannedHttp(Canned([b"<html>"])), PROVIDERS["groq"], "") is None


def test_lists_come_again() -> None:
    """A later list adds what is new and takes away what is gone, but nothing of the catalog's."""
    models = Catalog.load(Settings(groq_api_key="key")).active(Settings(groq_api_key="key"))
    own = {model.id for model in models.active}
    first = replace(models.active[0], id="groq/first", provider="groq")
    second = replace(first, id="groq/second")
    models.set_listed("groq", [first, models.active[0]])
    models.set_listed("groq", [second, models.active[0]])
    assert {model.id for model in models.active} == own | {"groq/second"}
    models.set_listed("groq", [])
    assert {model.id for model in models.active} == own


@pytest.mark.parametrize(
    ("provider", "wire_name", "maker"),
    [
        ("openrouter", "x-ai/grok-4.7", "xai"),
        ("openrouter", "anthropic/claude-sonnet-5", "anthropic"),
        ("openrouter", "mistralai/mistral-large", "mistral"),
        ("groq", "openai/gpt-oss-120b", "openai"),
        ("xai", "grok-4.7", "xai"),
        ("google", "models/gemini-3-flash", "google"),
        ("compatible", "/srv/model.gguf", "compatible"),
    ],
)
async def test_whose_model_it_is(provider: str, wire_name: str, maker: str) -> None:
    """Behind a router the model's name tells its maker; elsewhere the provider is."""
    one = Model("m", provider, wire_name, "M", 8_192, 4_096)
    assert one.maker == maker
