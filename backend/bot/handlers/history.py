"""/history: lists the newest conversations; the chosen one continues in this chat."""

from aiogram import F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, read_id
from backend.bot.sending.places import place_of
from backend.bot.sending.views import open_app_keyboard
from backend.conversations import Conversation
from backend.errors import TanyaError
from backend.i18n import Translator

COMMANDS = ((21, "history"),)

CHOOSE = "history:"
LONGEST_LABEL = 60


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="history")
    router.message.register(offer, Command("history", ignore_case=True))
    router.callback_query.register(choose, F.data.startswith(CHOOSE))
    return router


async def offer(message: Message, t: Translator, context: BotContext) -> None:
    """Show a button for each conversation."""
    found = await context.account.recent(message.chat.id)
    if not found:
        await message.answer(t("bot.history.none"))
        return
    rows = [
        [InlineKeyboardButton(text=_title(one, t), callback_data=f"{CHOOSE}{one.id.hex}")]
        for one in found
    ]
    rows += open_app_keyboard(t, context.links).inline_keyboard
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.answer(t("bot.history.choose"), reply_markup=keyboard)


async def choose(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Continue the chosen conversation."""
    if not isinstance(query.message, Message):
        await acknowledge(query)
        return
    try:
        wanted = read_id((query.data or "").removeprefix(CHOOSE))
        found = await context.account.conversation(query.from_user.id, wanted)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await context.chats.remember(place_of(query.message), found.id)
    await acknowledge(query)
    keyboard = open_app_keyboard(t, context.links, found.id)
    words = t("bot.history.chosen", title=_title(found, t))
    await query.message.answer(words, reply_markup=keyboard, parse_mode=None)


def _title(one: Conversation, t: Translator) -> str:
    title = one.title or t("bot.history.untitled")
    return title if len(title) <= LONGEST_LABEL else title[:LONGEST_LABEL] + "…"
