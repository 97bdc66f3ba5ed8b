"""/privacy and /terms: a summary, a link, and buttons for export and erasure."""

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.context import BotContext
from backend.bot.handlers.erase import ask_to_erase
from backend.bot.handlers.export import send_copy
from backend.bot.sending.buttons import acknowledge
from backend.i18n import Translator

COMMANDS = ((80, "privacy"), (81, "terms"))

COPY, ERASE = "privacy:export", "privacy:erase"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="papers")
    router.message.register(privacy, Command("privacy", ignore_case=True))
    router.message.register(terms, Command("terms", ignore_case=True))
    router.callback_query.register(press, F.data.in_((COPY, ERASE)))
    return router


async def privacy(message: Message, t: Translator, context: BotContext) -> None:
    """Answer with the summary, the link and the buttons."""
    rows = [
        [InlineKeyboardButton(text=t("bot.command.export"), callback_data=COPY)],
        [InlineKeyboardButton(text=t("bot.command.erase"), callback_data=ERASE)],
    ]
    url = context.links.page("privacy")
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.answer(t("bot.privacy.text", url=url), reply_markup=keyboard)


async def terms(message: Message, t: Translator, context: BotContext) -> None:
    """Answer with the summary and the link."""
    await message.answer(t("bot.terms.text", url=context.links.page("terms")))


async def press(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Do what /export and /erase do."""
    await acknowledge(query)
    act = send_copy if query.data == COPY else ask_to_erase
    await act(query.from_user.id, bot, t, context)
