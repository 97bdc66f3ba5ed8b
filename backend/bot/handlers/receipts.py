"""/payments: what a person has paid for and what it gives now, with the links of gifts."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from backend.billing import PaymentRecord, gift_link
from backend.bot.context import BotContext
from backend.i18n import Translator
from backend.plans import wording

COMMANDS = ((65, "payments"),)

MOST = 20
"""How many are listed; one message holds 4,096 characters."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="receipts")
    router.message.register(payments, Command("payments", ignore_case=True))
    return router


async def payments(message: Message, t: Translator, context: BotContext) -> None:
    """List the payments, the newest first."""
    made = await context.billing.payments(message.chat.id)
    if not made:
        await message.answer(t("bot.payments.none"))
        return
    assert message.bot is not None
    username = context.settings.bot_username or (await message.bot.me()).username or ""
    lines = [_line(one, t, username) for one in made[:MOST]]
    heading = t("bot.payments.heading")
    await message.answer("\n\n".join([heading, *lines]), parse_mode=None)


def _line(one: PaymentRecord, t: Translator, username: str) -> str:
    """One payment in a line or two, with its charge id, which /paysupport asks for."""
    name = (
        t("bot.payments.unknown") if one.state == "unmatched" else wording.plan_name(one.plan_id, t)
    )
    head = t(
        "bot.payments.line",
        date=wording.day(one.paid_at, t),
        name=name,
        stars=t.number(one.stars),
    )
    return "\n".join([head, *_details(one, t, username), one.charge_id])


def _details(one: PaymentRecord, t: Translator, username: str) -> list[str]:
    if one.state == "refunded" and one.refunded_at is not None:
        return [t("bot.payments.refunded", date=wording.day(one.refunded_at, t))]
    if one.state == "unmatched":
        return [t("bot.payments.unmatched")]
    if one.gift_code is not None:
        return [t("bot.payments.gift", link=gift_link(username, one.gift_code))]
    if one.gift_state == "redeemed":
        return [t("bot.payments.gift_redeemed")]
    if one.messages_left is not None:
        return [t("bot.payments.pack", left=t.number(one.messages_left))]
    if one.opens_until is not None:
        return [t("bot.payments.until", date=wording.day(one.opens_until, t))]
    return []
