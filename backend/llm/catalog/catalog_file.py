"""Reads catalog files (models.toml and an operator's own): merged, checked, errors with a line.

TOML parsers drop line numbers, so a second scan of the text finds them.
"""

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct, field

from backend.errors import CatalogInvalid
from backend.llm.adapters import registry as adapters
from backend.llm.catalog.providers_register import registered_policy
from backend.llm.model import (
    Capability,
    DataPolicy,
    LongContext,
    Model,
    PriceClass,
    Provider,
)

BUILT_IN: Final = Path(__file__).with_name("models.toml")
MICRO: Final = 1_000_000

T = TypeVar("T")
Table = dict[str, Any]


class _Price(Struct, frozen=True, forbid_unknown_fields=True):
    input: Decimal
    output: Decimal
    cached: Decimal | None = None


class _Provider(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    adapter: str
    base_url: str
    profile: str = "plain"
    key: str | None = None
    key_file: str | None = None
    url: str | None = None
    policy: DataPolicy = DataPolicy()
    tool_prices: dict[str, Decimal] = field(default_factory=dict)
    discover: tuple[str, ...] = ()


class _Model(Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    provider: str
    name: str
    context_tokens: int
    max_output_tokens: int
    wire_name: str | None = None
    capabilities: frozenset[Capability] = frozenset()
    price: _Price | None = None
    image_price: Decimal | None = None
    price_class: PriceClass | None = None
    long_context: LongContext | None = None
    efforts: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    small: bool = False
    questions: tuple[str, ...] = ()
    simulated: bool = False
    note: str | None = None


class Source:
    """One file's text and the lines of its tables; later files override earlier ones."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8")
            self.tables: Table = tomllib.loads(self.text, parse_float=Decimal)
        except FileNotFoundError:
            raise self.wrong(0, "there is no such file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise self.wrong(0, f"cannot be read ({type(error).__name__})") from error
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            reason = str(error).split(" (at ")[0]
            raise self.wrong(int(found.group(1)) if found else 0, reason) from error

    def wrong(self, line: int, reason: str) -> CatalogInvalid:
        """The error to raise; line 0 is the file as a whole."""
        return CatalogInvalid(
            name="MODELS_FILE" if self.path != BUILT_IN else "models.toml",
            file=str(self.path),
            line=line,
            reason=f"{self.path.name}, line {line}: {reason}" if line else reason,
        )

    def line(self, header: str, number: int = 0, key: str = "") -> int:
        """The line of a key in the `number`th table of that header, or of the header itself."""
        lines = self.text.splitlines()
        starts = [at for at, line in enumerate(lines) if line.split("#")[0].strip() == header]
        if number >= len(starts):
            return 0
        start = starts[number]
        for at in range(start + 1, len(lines)):
            if lines[at].startswith("["):
                break
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[.=]", lines[at]):
                return at + 1
        return start + 1


class CatalogData(Struct, frozen=True):
    """What the files say, checked."""

    providers: dict[str, Provider]
    models: tuple[Model, ...]
    default: tuple[str, ...]


def read(*paths: Path) -> CatalogData:
    """Read the built-in catalog and then `paths`, each merged over what came before.

    Raises:
        CatalogInvalid: naming file, line and reason.
    """
    providers: dict[str, tuple[Source, Table]] = {}
    models: dict[str, tuple[Source, int, Table]] = {}
    default: tuple[str, ...] = ()
    for path in (BUILT_IN, *paths):
        source = Source(path)
        _check_top(source)
        for id_, table in source.tables.get("provider", {}).items():
            merged = {**providers[id_][1], **table} if id_ in providers else dict(table)
            providers[id_] = (source, merged)
        for number, table in enumerate(source.tables.get("model", ())):
            id_ = _model_id(source, number, table)
            merged = {**models[id_][2], **table} if id_ in models else dict(table)
            models[id_] = (source, number, merged)
        default = tuple(source.tables.get("default", default))
    checked = {id_: _provider(id_, *entry) for id_, entry in providers.items() if _wanted(entry[1])}
    return CatalogData(
        checked, tuple(_model(*m, checked) for m in models.values() if _wanted(m[2])), default
    )


def _check_top(source: Source) -> None:
    if unknown := set(source.tables) - {"default", "provider", "model"}:
        name = min(unknown)
        line = source.line(f"[{name}]") or source.line(f"[[{name}]]")
        raise source.wrong(line or 1, f"`{name}` is none of default, provider and model")
    if not isinstance(source.tables.get("model", []), list):
        raise source.wrong(source.line("[model]"), "write [[model]] with double brackets")


def _wanted(table: Table) -> bool:
    return not table.get("disabled", False)


def _model_id(source: Source, number: int, table: Table) -> str:
    id_ = table.get("id")
    if not isinstance(id_, str) or not re.fullmatch(r"[a-z0-9][a-z0-9._:/-]{0,99}", id_):
        line = source.line("[[model]]", number, "id")
        raise source.wrong(line, "a model needs an id of a-z, 0-9 and ._:/-")
    return id_


def _provider(id_: str, source: Source, table: Table) -> Provider:
    header = f"[provider.{id_}]"
    entry = _convert(_Provider, table, source, header, 0)
    if not entry.base_url.startswith(("https://", "http://")):
        raise source.wrong(source.line(header, 0, "base_url"), "base_url is no web address")
    profiles = adapters.profiles(entry.adapter)
    if profiles is None:
        raise source.wrong(
            source.line(header, 0, "adapter"), f"there is no adapter `{entry.adapter}`"
        )
    if entry.profile not in profiles:
        known = ", ".join(profiles)
        raise source.wrong(
            source.line(header, 0, "profile"), f"profile is none of {known} for {entry.adapter}"
        )
    prices = {tool: int(price * MICRO) for tool, price in entry.tool_prices.items()}
    values = {name: getattr(entry, name) for name in entry.__struct_fields__}
    policy = registered_policy(id_, entry.base_url, entry.policy)
    return Provider(id=id_, **{**values, "tool_prices": prices, "policy": policy})


def _model(source: Source, number: int, table: Table, providers: dict[str, Provider]) -> Model:
    entry = _convert(_Model, table, source, "[[model]]", number)
    provider = providers.get(entry.provider)
    if provider is None:
        line = source.line("[[model]]", number, "provider")
        raise source.wrong(line, f"there is no provider `{entry.provider}`")
    for name in ("context_tokens", "max_output_tokens"):
        if getattr(entry, name) <= 0:
            raise source.wrong(source.line("[[model]]", number, name), f"{name} must be positive")
    price = entry.price or _Price(Decimal(0), Decimal(0))
    cached = price.input if price.cached is None else price.cached
    if min(price.input, price.output, cached) < 0:
        raise source.wrong(source.line("[[model]]", number, "price"), "a price is negative")
    dollars = (3 * price.input + price.output) / 4
    image_price = None if entry.image_price is None else int(entry.image_price * MICRO)
    return Model(
        id=entry.id,
        provider=entry.provider,
        wire_name=entry.wire_name or entry.id,
        name=entry.name,
        context_tokens=entry.context_tokens,
        max_output_tokens=entry.max_output_tokens,
        capabilities=frozenset(entry.capabilities),
        input_price=int(price.input * MICRO),
        cached_price=int(cached * MICRO),
        output_price=int(price.output * MICRO),
        image_price=image_price,
        price_known=entry.price is not None or image_price is not None,
        price_class=entry.price_class or price_class(dollars, known=entry.price is not None),
        long_context=entry.long_context,
        tool_prices=provider.tool_prices,
        efforts=entry.efforts,
        plans=entry.plans,
        policy=provider.policy,
        small=entry.small,
        questions=entry.questions,
        simulated=entry.simulated,
        note=entry.note,
    )


def price_class(dollars: Decimal, *, known: bool) -> PriceClass:
    """The class of a blended price: three parts input, one part output, a million tokens.

    An unknown price counts as high, so that the operator's money is not spent by accident.
    """
    if not known:
        return "high"
    if dollars == 0:
        return "free"
    return "low" if dollars <= 2 else "medium" if dollars <= 6 else "high"


def _convert(kind: type[T], table: Table, source: Source, header: str, number: int) -> T:
    wanted = {name: value for name, value in table.items() if name != "disabled"}
    try:
        return msgspec.convert(wanted, kind)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        at = re.match(r"\.([A-Za-z_]+)", path)
        named = re.search(r"unknown field `([^`]+)`", reason)
        key = at.group(1) if at else named.group(1) if named else ""
        where = f"{key}: " if at else ""
        raise source.wrong(source.line(header, number, key), where + reason) from error
