"""What people read about plans and payments, made from the plans and the catalogue."""

from collections.abc import Callable
from datetime import datetime

from babel.dates import format_date
from babel.numbers import format_decimal
from msgspec import Struct, structs

from backend.billing import plans
from backend.billing.plans import Kind, Plan
from backend.billing.ports import Notice
from backend.i18n import Translator


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
    written = format_date(moment.date(), "long", locale=t.language)
    return written.removesuffix("г.").rstrip()  # Russian's "year" brings a full stop of its own


def number(value: int, t: Translator) -> str:
    """A number as people of the language write it."""
    written: str = format_decimal(value, locale=t.language)
    return written


def refusal_text(code: str, t: Translator) -> str:
    """Why a payment may not happen, for answerPreCheckoutQuery."""
    return t(f"billing.refusal.{code}")


def notice_text(notice: Notice, t: Translator, gift_link: Callable[[str], str]) -> str:
    """The notice in a person's language; `gift_link` makes a link of a gift's code."""
    values: dict[str, str | int] = dict(notice.values)
    if "plan" in values:
        values["plan"] = plan_name(str(values["plan"]), t)
    if "date" in values:
        values["date"] = day(datetime.fromisoformat(str(values["date"])), t)
    if "code" in values:
        values["link"] = gift_link(str(values.pop("code")))
    return t(notice.text_key, **values)


def _offer(plan: Plan, t: Translator) -> Offer:
    opened = plans.get(plan.opens)
    values = {
        name: number(value, t) if type(value) is int else value
        for name, value in structs.asdict(plans.limits_of(plan.opens)).items()
    }
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
