"""The plans: their price in Telegram Stars, and what they include.

This one tuple is read by the quota, the checkout, the paywall, the bot and the documents; a
test forbids a plan's name anywhere else. To add a plan, add an entry here and its wording
(`billing.plan.<id>.*`) to the catalogues.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["free", "subscription", "trial", "gift", "pack", "group"]

# Telegram's only allowed `subscription_period` (createInvoiceLink, Bot API 10.3).
MONTH_SECONDS = 2_592_000
DAY_SECONDS = 86_400

# For how long access continues after an expected renewal did not arrive: Telegram retries, and its
# update may be late. This policy is ours.
GRACE_SECONDS = 3 * DAY_SECONDS


class Limits(Struct, frozen=True):
    """What a plan lets a person do.

    `model_classes` are the catalogue's price classes. `credit_classes` are what one credit a
    message opens on top. `stored_megabytes`: of all their files together. `schedules`:
    how many questions may be asked at set times. `priority`: who is
    served first when a model is busy; higher first.
    """

    messages_a_day: int
    model_classes: frozenset[str]
    credit_classes: frozenset[str]
    context_tokens: int
    concurrent_runs: int
    attachments_a_message: int
    attachment_megabytes: int
    stored_megabytes: int
    searches: bool
    images: bool
    schedules: int
    priority: int


class Terms(Struct, frozen=True):
    """What was agreed when an order was made. It holds whatever the tuple says later."""

    plan_id: str
    kind: Kind
    opens: str
    stars: int
    seconds: int
    credits: int


class Plan(Struct, frozen=True):
    """One plan. `stars` is the price; `seconds` how long one payment or grant lasts.

    A plan with `limits` is one that a person *is on*; the others open such a plan for a time
    (`opens`) or bring `credits`, to a person or, for a time, to everybody in a group. `rank`
    decides between two open at once: the higher holds.
    `features` are the paywall's lines, as catalogue keys below `billing.feature.`.
    """

    id: str
    kind: Kind
    opens: str
    stars: int = 0
    seconds: int = 0
    credits: int = 0
    rank: int = 0
    limits: Limits | None = None
    features: tuple[str, ...] = ()

    @property
    def name_key(self) -> str:
        """Catalogue key of the name people see."""
        return f"billing.plan.{self.id}.name"

    @property
    def invoice_title_key(self) -> str:
        """Catalogue key of the invoice's title, 1–32 characters (Telegram's limit)."""
        return f"billing.plan.{self.id}.title"

    @property
    def invoice_description_key(self) -> str:
        """Catalogue key of the invoice's description, 1–255 characters (Telegram's limit)."""
        return f"billing.plan.{self.id}.description"

    @property
    def terms(self) -> Terms:
        """What somebody who orders it now agrees to."""
        return Terms(self.id, self.kind, self.opens, self.stars, self.seconds, self.credits)

    @property
    def recurring(self) -> bool:
        """Whether Telegram renews it by itself."""
        return self.kind == "subscription"

    @property
    def for_groups(self) -> bool:
        """Whether one person pays it for a group."""
        return self.kind == "group"

    @property
    def for_sale(self) -> bool:
        """Whether it can be paid for in Stars."""
        return self.stars > 0


PLANS: tuple[Plan, ...] = (
    Plan(
        id="free",
        kind="free",
        opens="free",
        limits=Limits(
            messages_a_day=20,
            model_classes=frozenset({"free", "low"}),
            credit_classes=frozenset({"medium"}),
            context_tokens=8_000,
            concurrent_runs=1,
            attachments_a_message=1,
            attachment_megabytes=5,
            stored_megabytes=50,
            searches=False,
            images=False,
            schedules=1,
            priority=0,
        ),
        features=("small_models", "messages"),
    ),
    Plan(
        id="premium",
        kind="subscription",
        opens="premium",
        stars=400,
        seconds=MONTH_SECONDS,
        rank=10,
        limits=Limits(
            messages_a_day=300,
            model_classes=frozenset({"free", "low", "medium", "high"}),
            credit_classes=frozenset(),
            context_tokens=128_000,
            concurrent_runs=4,
            attachments_a_message=10,
            attachment_megabytes=20,
            stored_megabytes=1_000,
            searches=True,
            images=True,
            schedules=10,
            priority=10,
        ),
        features=("all_models", "messages", "search", "files", "images", "context", "priority"),
    ),
    Plan(id="trial", kind="trial", opens="premium", seconds=3 * DAY_SECONDS),
    Plan(id="gift_month", kind="gift", opens="premium", stars=450, seconds=MONTH_SECONDS),
    Plan(id="gift_quarter", kind="gift", opens="premium", stars=1_200, seconds=3 * MONTH_SECONDS),
    Plan(id="credits_50", kind="pack", opens="free", stars=75, credits=50),
    Plan(id="credits_250", kind="pack", opens="free", stars=300, credits=250),
    Plan(
        id="group_month", kind="group", opens="free", stars=500, seconds=MONTH_SECONDS, credits=500
    ),
)

_BY_ID = {plan.id: plan for plan in PLANS}
_DEFAULT = next(plan for plan in PLANS if plan.kind == "free")


def find(plan_id: str) -> Plan | None:
    """The plan with this id, or None."""
    return _BY_ID.get(plan_id)


def get(plan_id: str) -> Plan:
    """The plan with an id that is known to be good, such as one from our own tables."""
    return _BY_ID[plan_id]


def default() -> Plan:
    """The plan of everybody who has no other."""
    return _DEFAULT


def of_kind(kind: Kind) -> tuple[Plan, ...]:
    """The plans of one kind, in the order in which they are offered."""
    return tuple(plan for plan in PLANS if plan.kind == kind)


def limits_of(plan_id: str) -> Limits:
    """The limits that a plan opens; an id no longer in the tuple has the default's."""
    plan = _BY_ID.get(plan_id, _DEFAULT)
    limits = _BY_ID[plan.opens].limits or _DEFAULT.limits
    assert limits is not None
    return limits
