"""/premium: the current plan, coming charges with Cancel buttons, and what can be bought."""

from collections.abc import Sequence

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from msgspec.structs import replace

from backend.billing import PlanStatus, Subscription
from backend.bot.answering.answers import refusal
from backend.bot.answering.card_sending import send_card
from backend.bot.cards.widget_pages import menu_page
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.bot.sending.places import place_of
from backend.errors import NotFound, TanyaError
from backend.i18n import Translator
from backend.plans import plans, wording

COMMANDS = ((30, "premium"),)

PREFIX = "premium:"
"""Of the data of all its buttons."""
BUY, CANCEL, RESUME = "premium:buy:", "premium:cancel:", "premium:resume:"
TRIAL = "premium:trial"
DEVICE = "bot chat"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="premium")
    router.message.register(premium, Command("premium", ignore_case=True))
    router.callback_query.register(press, F.data.startswith(PREFIX))
    return router


async def premium(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Show the current plan, its charges, and what can be bought."""
    standing = await context.billing.standing(message.chat.id)
    head, *lines = _describe(standing, t)
    offer = _offer(t) if standing.subscription is None else []
    choices = _choices(standing, t)
    html = menu_page(head, [*lines, *offer[-1:]], choices, t)  # a widget has no room for all

    async def plain() -> int:
        words = "\n".join((head, *lines, *([""] if offer else []), *offer))
        return (await message.answer(words, reply_markup=_buttons(choices))).message_id

    place = replace(place_of(message), number=None)
    await send_card(bot, place, html, None, plain, context.account, t)


async def press(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Do what a button says."""
    try:
        told = await perform(query.from_user.id, query.data or "", bot, t, context)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query, told or None, alert=bool(told))


async def perform(person: int, data: str, bot: Bot, t: Translator, context: BotContext) -> str:
    """Do what a choice says. Returns what to tell; empty if a message was sent.

    Raises:
        NotFound: the data is no choice's.
        TanyaError: as billing's use cases do.
    """
    if data.startswith(BUY):
        await _send_invoice(person, data.removeprefix(BUY), bot, t, context)
        return ""
    if data.startswith(CANCEL):
        ended = await context.billing.renewals.cancel(person, data.removeprefix(CANCEL))
        return t("bot.premium.canceled", date=wording.day(ended.expires_at, t))
    if data.startswith(RESUME):
        resumed = await context.billing.renewals.resume(person, data.removeprefix(RESUME))
        return t("bot.premium.resumed", date=wording.day(resumed.expires_at, t))
    if data != TRIAL:
        raise NotFound
    on = await context.billing.start_trial(person)
    assert on.until is not None
    return t("bot.premium.trial", date=wording.day(on.until, t))


async def _send_invoice(
    person: int, plan_id: str, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Send a link to the invoice; only Telegram's payment itself grants anything."""
    checkout = await context.billing.checkout(person, plan_id, DEVICE, t.language)
    plan = plans.get(plan_id)
    label = t("bot.premium.pay", name=t(plan.name_key), stars=t.number(plan.stars))
    button = InlineKeyboardButton(text=label, url=checkout.invoice_link)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    text = t("bot.premium.invoice", name=t(plan.name_key))
    await bot.send_message(person, text, reply_markup=keyboard)


def _describe(standing: PlanStatus, t: Translator) -> list[str]:
    """What is told, in lines; the first is the plan's name."""
    allowance = standing.allowance
    lines = [
        t("bot.premium.on", name=t(plans.get(standing.access.plan_id).name_key)),
        t("bot.premium.left", remaining=allowance.remaining, limit=allowance.limit),
        *(_coming(one, t) for one in standing.coming),
    ]
    if (until := standing.access.open_until) is not None:
        lines += _open_until(standing, wording.day(until, t), t)
    return lines


def _coming(one: Subscription, t: Translator) -> str:
    """A charge that Telegram will make, or is still retrying."""
    return t(
        f"bot.premium.coming_{one.renewal}",
        name=t(plans.get(one.plan_id).name_key),
        stars=t.number(one.stars),
        date=wording.day(one.expires_at, t),
    )


def _open_until(standing: PlanStatus, date: str, t: Translator) -> list[str]:
    """When the current plan ends, if it does not renew then."""
    if standing.subscription is None:
        return [t("bot.premium.renewal_given", date=date)]
    if standing.subscription.renewal == "failed":
        return [t("bot.premium.renewal_failed", date=date)]
    if not standing.coming:
        return [t("bot.premium.renewal_off", date=date)]
    later = standing.access.source != "subscription"
    return [t("bot.premium.open_longer", date=date)] if later else []


def _offer(t: Translator) -> list[str]:
    """What the subscription gives, what it costs, and how to cancel it."""
    offer = next(one for one in wording.offers(t) if one.kind == "subscription")
    price = {"stars": offer.stars, "days": offer.seconds // plans.DAY_SECONDS}
    gives = [f"• {feature}" for feature in offer.features]
    return [t("bot.premium.gives"), *gives, "", t("bot.premium.how_to_cancel", **price)]


def _choices(standing: PlanStatus, t: Translator) -> list[tuple[str, str]]:
    """What can be done now: labels with the data of their buttons."""
    subscription = standing.subscription
    rows: list[tuple[str, str]] = []
    for one in standing.coming:
        key = "cancel_one" if len(standing.coming) > 1 else "cancel"
        date = wording.day(one.expires_at, t)
        rows.append((t(f"bot.premium.button.{key}", date=date), CANCEL + one.order_id))
    if subscription is not None and not standing.coming:
        rows.append((t("bot.premium.button.resume"), RESUME + subscription.order_id))
    if subscription is None and standing.trial_seconds:
        days = max(1, round(standing.trial_seconds / plans.DAY_SECONDS))
        rows.append((t.plural("bot.premium.button.trial", days), TRIAL))
    kinds: tuple[plans.Kind, ...] = ("subscription", "pack", "gift")
    for kind in kinds if subscription is None else ("gift",):
        for plan in plans.of_kind(kind):
            stars = t.number(plan.stars)
            text = t("bot.premium.button.buy", name=t(plan.name_key), stars=stars)
            rows.append((text, BUY + plan.id))
    return rows


def _buttons(choices: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
    buttons = [InlineKeyboardButton(text=text, callback_data=data) for text, data in choices]
    return InlineKeyboardMarkup(inline_keyboard=[[button] for button in buttons])
