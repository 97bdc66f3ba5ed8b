"""A model and its provider, as the catalog describes them. Data only.

Prices are micro-dollars: per million tokens (2 USD per million tokens is 2_000_000), per
thousand calls of a tool, per image.
"""

from datetime import date
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

OWN_PROVIDERS: Final = frozenset({"local", "simulation"})
"""Providers that run on this server: requests to them do not leave it."""

FAULT_PREFIX: Final = "fault:"
"""Of the wire names that make the simulation fail (backend/llm/simulation)."""

Capability: TypeAlias = Literal["vision", "files", "search", "reasoning", "tools", "images"]
PriceClass: TypeAlias = Literal["free", "low", "medium", "high"]


class DataPolicy(Struct, frozen=True):
    """A provider's data policy, as it states it. None if unknown.

    `sources` are the pages that say so, `read_on` the day on which the oldest was last read.
    """

    region: str | None = None
    retention_days: int | None = None
    trains: bool | None = None
    sources: tuple[str, ...] = ()
    read_on: date | None = None


class LongContext(Struct, frozen=True):
    """Higher rates for the whole request if its prompt reaches `from_tokens`."""

    from_tokens: int
    input_percent: int
    output_percent: int


_MAKERS: Final = {"x-ai": "xai", "mistralai": "mistral", "deepseek-ai": "deepseek"}
"""Routers' names of those who serve their models here themselves."""


class Model(Struct, frozen=True):
    """One model.

    `plans` restricts it to these plans; empty means every plan that covers its price class.
    `efforts` are its levels of reasoning effort; `note` is shown, a text or a catalogue's key.
    `simulated` models are labelled as such wherever they are shown. `questions` are some that a
    `small` one answers well; where it is the default, an empty chat offers them.
    """

    id: str
    provider: str
    wire_name: str
    name: str
    context_tokens: int
    max_output_tokens: int
    capabilities: frozenset[str] = frozenset()
    input_price: int = 0
    cached_price: int = 0
    output_price: int = 0
    price_known: bool = False
    price_class: PriceClass = "free"
    long_context: LongContext | None = None
    image_price: int | None = None
    tool_prices: dict[str, int] = field(default_factory=dict)
    efforts: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    policy: DataPolicy = DataPolicy()
    small: bool = False
    questions: tuple[str, ...] = ()
    simulated: bool = False
    note: str | None = None

    @property
    def fails(self) -> bool:
        """Whether it plays an outage: no choice for people."""
        return self.wire_name.startswith(FAULT_PREFIX)

    @property
    def maker(self) -> str:
        """Who made the model, by the id of its own provider where that has one.

        Behind a router the name says it, as `x-ai/grok-4.7` does; elsewhere it is the provider.
        """
        vendor, slash, _ = self.wire_name.lower().removeprefix("models/").partition("/")
        return _MAKERS.get(vendor, vendor)[:40] if slash and vendor else self.provider


class Provider(Struct, frozen=True):
    """A model's provider: its address, protocol and data policy.

    `adapter` is the module that speaks its protocol, `profile` the set of quirks that it knows
    for this provider. It is active when the setting named by `url` is set; without one, when that
    named by `key` is, or `key_file` can be read; with none of these, always. `discover` are
    patterns of model names to take from its own list.
    """

    id: str
    name: str
    adapter: str
    base_url: str
    profile: str = "plain"
    key: str | None = None
    url: str | None = None
    policy: DataPolicy = DataPolicy()
    tool_prices: dict[str, int] = field(default_factory=dict)
    key_file: str | None = None
    discover: tuple[str, ...] = ()
