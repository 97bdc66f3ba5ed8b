"""/premium: the current plan, coming charges with Cancel buttons, and what can be bought."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.billing import PlanStatus, Subscription
from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge
from backend.errors import TanyaError
from backend.i18n import Translator
from backend.plans import plans, wording

COMMANDS = ((30, "premium"),)

BUY, CANCEL, RESUME = "premium:buy:", "premium:cancel:", "premium:resume:"
TRIAL = "premium:trial"
DEVICE = "bot chat"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="premium")
    router.message.register(premium, Command("premium", ignore_case=True))
    router.callback_query.register(buy, F.data.startswith(BUY))
    router.callback_query.register(cancel, F.data.startswith(CANCEL))
    router.callback_query.register(resume, F.data.startswith(RESUME))
    router.callback_query.register(start_trial, F.data == TRIAL)
    return router


async def premium(message: Message, t: Translator, context: BotContext) -> None:
    """Show the current plan and its charges."""
    standing = await context.billing.standing(message.chat.id)
    await message.answer(_describe(standing, t), reply_markup=_buttons(standing, t))


async def buy(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Send a link to the invoice; only Telegram's payment itself grants anything."""
    plan_id = (query.data or "").removeprefix(BUY)
    try:
        checkout = await context.billing.checkout(query.from_user.id, plan_id, DEVICE, t.language)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    plan = plans.get(plan_id)
    label = t("bot.premium.pay", name=t(plan.name_key), stars=t.number(plan.stars))
    button = InlineKeyboardButton(text=label, url=checkout.invoice_link)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    text = t("bot.premium.invoice", name=t(plan.name_key))
    await bot.send_message(query.from_user.id, text, reply_markup=keyboard)
    await acknowledge(query)


async def cancel(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Cancel the renewal."""
    await _edit(query, t, context, canceled=True)


async def resume(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Let the person resume; the last step is in Telegram's settings."""
    await _edit(query, t, context, canceled=False)


async def start_trial(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Start the trial."""
    try:
        on = await context.billing.start_trial(query.from_user.id)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    assert on.until is not None
    await acknowledge(query, t("bot.premium.trial", date=wording.day(on.until, t)), alert=True)


async def _edit(
    query: CallbackQuery, t: Translator, context: BotContext, *, canceled: bool
) -> None:
    act = context.billing.renewals.cancel if canceled else context.billing.renewals.resume
    order_id = (query.data or "").removeprefix(CANCEL if canceled else RESUME)
    try:
        subscription = await act(query.from_user.id, order_id)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    key = "bot.premium.canceled" if canceled else "bot.premium.resumed"
    await acknowledge(query, t(key, date=wording.day(subscription.expires_at, t)), alert=True)


def _describe(standing: PlanStatus, t: Translator) -> str:
    allowance = standing.allowance
    lines = [
        t("bot.premium.on", name=t(plans.get(standing.access.plan_id).name_key)),
        t("bot.premium.left", remaining=allowance.remaining, limit=allowance.limit),
        *(_coming(one, t) for one in standing.coming),
    ]
    if (until := standing.access.open_until) is not None:
        lines += _open_until(standing, wording.day(until, t), t)
    if standing.subscription is None:
        lines += ["", *_offer(t)]
    return "\n".join(lines)


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


def _buttons(standing: PlanStatus, t: Translator) -> InlineKeyboardMarkup:
    subscription = standing.subscription
    rows: list[InlineKeyboardButton] = []
    for one in standing.coming:
        key = "cancel_one" if len(standing.coming) > 1 else "cancel"
        date = wording.day(one.expires_at, t)
        rows.append(_button(t(f"bot.premium.button.{key}", date=date), CANCEL + one.order_id))
    if subscription is not None and not standing.coming:
        rows.append(_button(t("bot.premium.button.resume"), RESUME + subscription.order_id))
    if subscription is None and standing.trial_seconds:
        days = max(1, round(standing.trial_seconds / plans.DAY_SECONDS))
        rows.append(_button(t.plural("bot.premium.button.trial", days), TRIAL))
    kinds: tuple[plans.Kind, ...] = ("subscription", "pack", "gift")
    for kind in kinds if subscription is None else ("gift",):
        for plan in plans.of_kind(kind):
            stars = t.number(plan.stars)
            text = t("bot.premium.button.buy", name=t(plan.name_key), stars=stars)
            rows.append(_button(text, BUY + plan.id))
    return InlineKeyboardMarkup(inline_keyboard=[[button] for button in rows])


def _button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data)
