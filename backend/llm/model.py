"""A model and its provider, as the catalog describes them. Data only.

Prices are micro-dollars: per million tokens (2 USD per million tokens is 2_000_000), per
thousand calls of a tool, per image.
"""

from typing import Literal, TypeAlias

from msgspec import Struct, field

Capability: TypeAlias = Literal["vision", "files", "search", "reasoning", "tools", "images"]
PriceClass: TypeAlias = Literal["free", "low", "medium", "high"]


class DataPolicy(Struct, frozen=True):
    """What a provider says it does with what it is sent. None where it says nothing we know."""

    region: str | None = None
    retention_days: int | None = None
    trains: bool | None = None


class LongContext(Struct, frozen=True):
    """Dearer rates for the whole request when its prompt reaches `from_tokens`."""

    from_tokens: int
    input_percent: int
    output_percent: int


class Model(Struct, frozen=True):
    """One model a person can be answered by.

    `plans` restricts it to these plans; empty means every plan that covers its price class.
    `efforts` are the levels of thought it takes; `note` is shown, a text or a catalogue's key.
    `simulated` models only pretend: they are labelled so wherever they are shown.
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
    simulated: bool = False
    note: str | None = None


class Provider(Struct, frozen=True):
    """Who answers for a model: where, in which protocol, under which data policy.

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
