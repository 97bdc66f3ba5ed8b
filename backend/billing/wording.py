"""What people read about payments."""

from collections.abc import Callable
from datetime import datetime

from backend.billing.orders import Order
from backend.billing.ports import Invoice, Notice
from backend.i18n import Translator, translator
from backend.plans import Plan, wording


def gift_link(bot_username: str, code: str) -> str:
    """The link that opens a gift for whoever follows it first."""
    return f"https://t.me/{bot_username}?start=gift_{code}"


def refusal_text(code: str, t: Translator) -> str:
    """Why a payment is refused, for answerPreCheckoutQuery."""
    return t(f"billing.refusal.{code}")


def notice_text(notice: Notice, t: Translator, gift_link: Callable[[str], str]) -> str:
    """The notice in a person's language; `gift_link` makes a link of a gift's code."""
    values: dict[str, str | int] = dict(notice.values)
    if "plan" in values:
        values["plan"] = wording.plan_name(str(values["plan"]), t)
    if "date" in values:
        values["date"] = wording.day(datetime.fromisoformat(str(values["date"])), t)
    if "code" in values:
        values["link"] = gift_link(str(values.pop("code")))
    return t(notice.text_key, **values)


def invoice_of(order: Order, plan: Plan, language: str) -> Invoice:
    """An order's invoice, in a person's language."""
    t = translator(language)
    values = {"stars": plan.stars, "credits": plan.credits}
    return Invoice(
        title=t(plan.invoice_title_key, **values),
        description=t(plan.invoice_description_key, **values),
        payload=order.id,
        stars=order.terms.stars,
        subscription_seconds=plan.seconds if plan.recurring else None,
    )
