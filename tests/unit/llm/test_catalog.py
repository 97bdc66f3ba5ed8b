"""The catalog: what is active with which settings, and mistakes that name their line."""

from pathlib import Path

import pytest

from backend.errors import CatalogInvalid, ModelUnknown
from backend.llm.catalog.catalog import Catalog
from backend.llm.model import Provider
from backend.settings import Settings

NAMED = {
    "xai", "openai", "anthropic", "google", "openrouter", "groq", "mistral", "deepseek",
    "together", "fireworks", "cerebras", "ollama", "vllm", "lm_studio", "cocoon", "local",
}  # fmt: skip


def load(tmp_path: Path, text: str, **settings: str) -> Catalog:
    """The catalog with an operator's own file."""
    path = tmp_path / "mine.toml"
    path.write_text(text)
    return Catalog.load(Settings(models_file=str(path), **settings))  # type: ignore[arg-type]


def test_every_promised_provider_is_there() -> None:
    """The presets."""
    assert set(Catalog.load(Settings()).providers) >= NAMED


def test_grok_is_the_default_with_its_key() -> None:
    """With XAI_API_KEY Grok answers whoever has chosen none; else the local model does."""
    with_key, without = Settings(xai_api_key="k"), Settings()
    assert Catalog.load(with_key).active(with_key).default.id == "grok-4.7"
    assert Catalog.load(without).active(without).default.id == "local"


def test_a_provider_without_its_key_offers_nothing() -> None:
    """Only what can be asked is active; simulations are of local mode alone."""
    settings = Settings(anthropic_api_key="k", local_model_enabled=False)
    active = Catalog.load(settings).active(settings)
    assert {m.provider for m in active.active} == {"anthropic", "simulation"}
    assert active.default.provider == "anthropic"
    quiet = Settings(simulated_providers=False)
    assert [m.id for m in Catalog.load(quiet).active(quiet).active] == ["local"]


def test_an_address_makes_a_server_active() -> None:
    """A server of one's own is active, at its address, when that is set."""
    settings = Settings(ollama_url="http://10.0.0.5:11434/v1")
    ollama = next(p for p in Catalog.load(settings).active_providers(settings) if p.id == "ollama")
    assert ollama.base_url == "http://10.0.0.5:11434/v1"


def test_prices_are_exact() -> None:
    """Dollars in the file are whole micro-dollars in the model."""
    settings = Settings(xai_api_key="k")
    grok = Catalog.load(settings).active(settings).get("grok-4.7")
    assert (grok.input_price, grok.cached_price, grok.output_price) == (
        2_000_000, 500_000, 6_000_000,
    )  # fmt: skip
    assert grok.tool_prices["x_search"] == 5_000_000
    assert grok.policy.retention_days == 30
    with pytest.raises(ModelUnknown):
        Catalog.load(settings).active(settings).get("grok-0")


def test_an_operators_file_changes_adds_and_removes(tmp_path: Path) -> None:
    """Tables of the same id are merged, new ones added, disabled ones gone."""
    key = tmp_path / "key"
    key.write_text("secret\n")
    catalog = load(
        tmp_path,
        f"""
default = ["mine"]
[provider.own]
name = "Own"
adapter = "chat_completions"
base_url = "https://own.example/v1"
key_file = "{key}"
[[model]]
id = "mine"
provider = "own"
name = "Mine"
context_tokens = 1000
max_output_tokens = 100
[[model]]
id = "local"
name = "Renamed"
[[model]]
id = "simulated-outage"
disabled = true
""",
    )
    active = catalog.active(Settings())
    assert active.default.id == "mine"
    assert active.default.price_class == "high"
    assert not active.default.price_known
    assert active.get("local").name == "Renamed"
    assert active.get("local").context_tokens == 8192
    assert active.find("simulated-outage") is None
    assert isinstance(catalog.providers["own"], Provider)


MODEL = """[[model]]
id = "x"
provider = "xai"
name = "X"
context_tokens = 10
max_output_tokens = 5
"""

MISTAKES = [
    ("[[model]]\nid = 'x'\nprovider = xai\n", 3, "Invalid value"),
    (MODEL + "colour = 'red'\n", 7, "unknown field `colour`"),
    (MODEL.replace("10", "'ten'"), 5, "context_tokens: Expected `int`"),
    (MODEL.replace("10", "0"), 5, "context_tokens must be positive"),
    (MODEL.replace('"xai"', '"xia"'), 3, "there is no provider `xia`"),
    (MODEL + "price = { input = -1, output = 2 }\n", 7, "a price is negative"),
    (MODEL + "price = { input = 1 }\n", 7, "missing required field `output`"),
    (MODEL + "capabilities = ['flying']\n", 7, "Invalid enum value 'flying'"),
    (MODEL.replace('"x"', '"X Y"'), 2, "a model needs an id"),
    ("# mine\n" + MODEL.replace("name = ", "nam = "), 5, "unknown field `nam`"),
    ("[models]\n", 1, "`models` is none of"),
    ("[provider.xai]\nprofile = 'xia'\n", 2, "profile is none of xai, openai, plain"),
    ("[provider.xai]\nbase_url = 'api.x.ai'\n", 2, "base_url is no web address"),
    ("[provider.new]\nname = 'New'\n", 1, "missing required field `adapter`"),
]


@pytest.mark.parametrize(("text", "line", "reason"), MISTAKES)
def test_mistakes_name_their_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    """An operator's mistake is one line that says where and what."""
    with pytest.raises(CatalogInvalid) as raised:
        load(tmp_path, text)
    assert raised.value.details["line"] == line
    assert reason in str(raised.value.details["reason"])
    assert raised.value.details["name"] == "MODELS_FILE"


def test_no_such_file() -> None:
    """A MODELS_FILE that is not there is named."""
    with pytest.raises(CatalogInvalid, match="there is no such file"):
        Catalog.load(Settings(models_file="/nowhere/models.toml"))


def test_a_key_that_is_no_setting(tmp_path: Path) -> None:
    """A provider may only name settings that exist: others would never be read."""
    text = "[provider.xai]\nkey = 'XIA_KEY'\n"
    with pytest.raises(CatalogInvalid, match="XIA_KEY, which is no setting"):
        load(tmp_path, text)
