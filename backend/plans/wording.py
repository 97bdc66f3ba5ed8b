"""Texts about plans, from the plans and the catalogue."""

from datetime import datetime

from msgspec import Struct, structs

from backend.i18n import Translator
from backend.plans import plans
from backend.plans.persian_calendar import MONTHS, persian_date
from backend.plans.plans import Kind, Plan


class Offer(Struct, frozen=True):
    """One plan as the paywall, the bot and the client show it.

    `seconds` is how long one payment lasts, 0 for credits; `features` are ready lines.
    """

    id: str
    kind: Kind
    name: str
    stars: int
    seconds: int
    credits: int
    features: list[str]


def offers(t: Translator) -> tuple[Offer, ...]:
    """All plans, in the order in which they are offered."""
    return tuple(_offer(plan, t) for plan in plans.PLANS)


def plan_name(plan_id: str, t: Translator) -> str:
    """The plan's name; the default's when it is no longer there."""
    return t((plans.find(plan_id) or plans.default()).name_key)


def day(moment: datetime, t: Translator) -> str:
    """A moment's day as people of the language write it, to be followed by a full stop."""
    from babel.dates import format_date  # babel is slow to import, and most commands need none

    if t.language == "fa":
        year, month, day_of_month = persian_date(moment.date())
        return f"{t.number(day_of_month)} {MONTHS[month - 1]} {t.number(year, grouped=False)}"
    written = format_date(moment.date(), "long", locale=t.locale)
    # Russian's and Ukrainian's "year" bring a full stop of their own.
    return written.removesuffix("г.").removesuffix("р.").rstrip()


def _pages(tokens: int) -> int:
    """About as many pages of text, of 500 tokens each; nobody counts in tokens."""
    return max(1, round(tokens / 5000)) * 10


def _offer(plan: Plan, t: Translator) -> Offer:
    opened = plans.get(plan.opens)
    limits = plans.limits_of(plan.opens)
    values = {
        name: t.number(value) if type(value) is int else value
        for name, value in structs.asdict(limits).items()
    }
    values["context_pages"] = t.number(_pages(limits.context_tokens))
    return Offer(
        id=plan.id,
        kind=plan.kind,
        name=t(plan.name_key),
        stars=plan.stars,
        seconds=plan.seconds,
        credits=plan.credits,
        features=[
            t(f"billing.feature.{feature}", **values)
            for feature in (() if plan.credits else plan.features or opened.features)
        ],
    )
