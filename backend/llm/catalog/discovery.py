"""Asks a provider for its models: for the operator's own servers, and for providers whose models
change faster than a catalog.

Everything but a model's name is optional in these lists, and named differently by each.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

import structlog

from backend.errors import ProviderError
from backend.llm.adapters.failures import garbled, response_failure
from backend.llm.adapters.payload_json import lenient_json
from backend.llm.catalog.catalog import matches
from backend.llm.catalog.catalog_file import price_class
from backend.llm.http.wire import Budgets, BudgetSpent, ConnectFailed, HttpClient
from backend.llm.model import Model, Provider

log = structlog.get_logger("tanya.llm")

MAX_MODELS: Final = 30
LIST_BYTES: Final = 8 * 1024 * 1024
SHORT: Final = Budgets(connect=5.0, first_event=15.0, idle=15.0, hard=30.0)
_NO_CHAT: Final = (
    "embed", "whisper", "tts", "guard", "moderation", "rerank", "ocr", "transcribe",
    "image", "audio", "realtime", "live", "video", "speech",
)  # fmt: skip


async def discover(http: HttpClient, provider: Provider, key: str = "") -> list[Model] | None:
    """The provider's models that match the catalog's patterns; None if the request fails."""
    try:
        models = await list_models(http, provider, key)
    except (ProviderError, ConnectFailed, BudgetSpent) as error:
        log.warning("models_not_listed", provider=provider.id, reason=str(error))
        return None
    log.info("models_listed", provider=provider.id, count=len(models))
    return models


async def list_models(http: HttpClient, provider: Provider, key: str = "") -> list[Model]:
    """As `discover`.

    Raises:
        ProviderError: the provider answered with an error, or with no list.
        ConnectFailed, BudgetSpent: it could not be reached.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = await http.get(provider.base_url.rstrip("/") + "/models", headers, SHORT)
    try:
        body = await answer.read_all(LIST_BYTES)
    finally:
        await answer.close()
    if answer.status != 200:
        raise response_failure(provider.name, answer.status, answer.headers, body)
    told = lenient_json(body)
    entries = told.get("data") if isinstance(told, dict) else told
    if not isinstance(entries, list):
        raise garbled(provider.name, "not a list of models")
    found = [model_of(entry, provider) for entry in entries if isinstance(entry, dict)]
    return [model for model in found if model is not None][:MAX_MODELS]


def model_of(entry: dict[str, Any], provider: Provider) -> Model | None:
    """One entry of the list; None if it is not a chat model or matches no pattern."""
    name = entry.get("id")
    if not isinstance(name, str) or not matches(name, provider.discover):
        return None
    if any(word in name.lower() for word in _NO_CHAT):
        return None
    context = _first_int(
        entry, "context_length", "context_window", "max_context_length", "max_model_len"
    )
    prices = _prices(entry.get("pricing")) if provider.profile == "openrouter" else None
    own = provider.url is not None
    into, out = prices or (0, 0)
    blended = Decimal(3 * into + out) / 4_000_000
    return Model(
        id=f"{provider.id}/{name.removeprefix('models/')}",
        provider=provider.id,
        wire_name=name,
        name=str(entry.get("name") or entry.get("display_name") or name.split("/")[-1]),
        context_tokens=context or 8_192,
        max_output_tokens=min(8_192, (context or 8_192) // 2),
        capabilities=frozenset({"vision"} if _sees(entry) else ()),
        input_price=into,
        cached_price=into,
        output_price=out,
        price_known=prices is not None or own,
        price_class=price_class(blended, known=prices is not None or own),
        policy=provider.policy,
    )


def _sees(entry: dict[str, Any]) -> bool:
    architecture = entry.get("architecture")
    modalities = architecture.get("input_modalities") if isinstance(architecture, dict) else ()
    capabilities = entry.get("capabilities")
    return (
        "image" in (modalities or ())
        or entry.get("supports_image_input") is True
        or (isinstance(capabilities, dict) and capabilities.get("vision") is True)
    )


def _prices(pricing: Any) -> tuple[int, int] | None:
    """OpenRouter's own prices, in dollars a token, as micro-dollars a million tokens."""
    if not isinstance(pricing, dict):
        return None
    try:
        into, out = (Decimal(str(pricing[name])) for name in ("prompt", "completion"))
    except (KeyError, InvalidOperation):
        return None
    if into < 0 or out < 0:
        return None  # a routing model's price depends on its choice
    return int(into * 10**12), int(out * 10**12)


def _first_int(entry: dict[str, Any], *names: str) -> int | None:
    for name in names:
        if isinstance(value := entry.get(name), int) and value > 0:
            return value
    return None
