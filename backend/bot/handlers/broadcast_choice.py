"""The button below a broadcast: opt out, or in again."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from backend.bot.context import BotContext
from backend.bot.ports.support_chat import NEWS, broadcast_keyboard
from backend.bot.sending.buttons import acknowledge, show_buttons
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="broadcast_choice")
    router.callback_query.register(choose, F.data.startswith(NEWS))
    return router


async def choose(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Store the choice, and show the opposite button."""
    wanted = query.data == NEWS + "on"
    await context.console.broadcasts.want(query.from_user.id, wanted=wanted)
    await acknowledge(query, t("bot.broadcast.wanted" if wanted else "bot.broadcast.refused"))
    await show_buttons(query, broadcast_keyboard(t, wanted=wanted))
