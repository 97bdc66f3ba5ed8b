"""/premium: the plan a person is on, what premium gives, and buttons to buy, cancel or renew."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.billing import plans
from backend.billing.service import Standings
from backend.bot.answers import refusal
from backend.bot.context import BotContext
from backend.errors import TanyaError
from backend.i18n import Translator

COMMANDS = ((30, "premium"),)

BUY, CANCEL, RESUME = "premium:buy:", "premium:cancel", "premium:resume"
DEVICE = "bot chat"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="premium")
    router.message.register(premium, Command("premium"))
    router.callback_query.register(buy, F.data.startswith(BUY))
    router.callback_query.register(cancel, F.data == CANCEL)
    router.callback_query.register(resume, F.data == RESUME)
    return router


async def premium(message: Message, t: Translator, context: BotContext) -> None:
    """Show where the person stands."""
    standing = await context.billing.standing(message.chat.id)
    await message.answer(_describe(standing, t), reply_markup=_buttons(standing, t))


async def buy(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Send a link to the invoice; only Telegram's payment itself grants anything."""
    plan_id = (query.data or "").removeprefix(BUY)
    try:
        checkout = await context.billing.checkout(query.from_user.id, plan_id, DEVICE, t.language)
    except TanyaError as error:
        await query.answer(refusal(error, t)[:200], show_alert=True)
        return
    plan = plans.get(plan_id)
    label = t("bot.premium.pay", name=t(plan.name_key), stars=plan.stars)
    button = InlineKeyboardButton(text=label, url=checkout.invoice_link)
    keyboard = InlineKeyboardMarkup(inline_keyboard=[[button]])
    text = t("bot.premium.invoice", name=t(plan.name_key))
    await bot.send_message(query.from_user.id, text, reply_markup=keyboard)
    await query.answer()


async def cancel(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Stop the renewal."""
    await _edit(query, t, context, canceled=True)


async def resume(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Let it renew again."""
    await _edit(query, t, context, canceled=False)


async def _edit(
    query: CallbackQuery, t: Translator, context: BotContext, *, canceled: bool
) -> None:
    act = context.billing.cancel if canceled else context.billing.resume
    try:
        subscription = await act(query.from_user.id)
    except TanyaError as error:
        await query.answer(refusal(error, t)[:200], show_alert=True)
        return
    key = "bot.premium.canceled" if canceled else "bot.premium.resumed"
    await query.answer(t(key, date=f"{subscription.expires_at:%d.%m.%Y}"), show_alert=True)


def _describe(standing: Standings, t: Translator) -> str:
    plan = plans.get(standing.access.plan_id)
    allowance = standing.allowance
    lines = [
        t("bot.premium.on", name=t(plan.name_key)),
        t("bot.premium.left", remaining=allowance.remaining, limit=allowance.limit),
    ]
    if (subscription := standing.subscription) is not None:
        date = f"{subscription.expires_at:%d.%m.%Y}"
        lines.append(t(f"bot.premium.renewal_{subscription.renewal}", date=date))
    else:
        lines += ["", t("bot.premium.gives"), *_features(t), "", t("bot.premium.how_to_cancel")]
    return "\n".join(lines)


def _features(t: Translator) -> list[str]:
    offer = plans.of_kind("subscription")[0]
    return ["• " + t(f"billing.feature.{feature}", **_limits(offer)) for feature in offer.features]


def _limits(plan: plans.Plan) -> dict[str, object]:
    limits = plans.limits_of(plan.id)
    return {name: getattr(limits, name) for name in limits.__struct_fields__}


def _buttons(standing: Standings, t: Translator) -> InlineKeyboardMarkup:
    subscription = standing.subscription
    if subscription is not None and subscription.renewal == "on":
        rows = [InlineKeyboardButton(text=t("bot.premium.button.cancel"), callback_data=CANCEL)]
    elif subscription is not None:
        rows = [InlineKeyboardButton(text=t("bot.premium.button.resume"), callback_data=RESUME)]
    else:
        rows = [
            InlineKeyboardButton(
                text=t("bot.premium.button.buy", name=t(plan.name_key), stars=plan.stars),
                callback_data=BUY + plan.id,
            )
            for plan in plans.PLANS
            if plan.for_sale
        ]
    return InlineKeyboardMarkup(inline_keyboard=[[button] for button in rows])
