"""The buttons under the question for consent."""

from aiogram import Bot, F, Router
from aiogram.types import CallbackQuery, Message

from backend.bot.answers import refusal
from backend.bot.consent import AGREE, DECLINE
from backend.bot.context import BotContext
from backend.errors import TanyaError
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="consent")
    router.callback_query.register(agree, F.data.startswith(AGREE))
    router.callback_query.register(decline, F.data == DECLINE)
    return router


async def agree(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Note it down, and ask what was to be asked."""
    try:
        await context.consents.agree(query.from_user.id, (query.data or "").removeprefix(AGREE))
    except TanyaError as error:
        await query.answer(refusal(error, t)[:200], show_alert=True)
        return
    await query.answer(t("bot.consent.agreed"))
    await _take_buttons_away(query)
    held = context.held.pop(query.from_user.id, None)
    if held is None:  # it was before a restart
        await bot.send_message(query.from_user.id, t("bot.consent.again"))
        return
    await held()


async def decline(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Nothing was sent, and nothing is."""
    context.held.pop(query.from_user.id, None)
    await query.answer()
    await _take_buttons_away(query)
    await bot.send_message(query.from_user.id, t("bot.consent.declined"))


async def _take_buttons_away(query: CallbackQuery) -> None:
    if isinstance(query.message, Message):
        await query.message.edit_reply_markup(reply_markup=None)
