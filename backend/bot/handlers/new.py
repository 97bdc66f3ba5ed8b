"""/new: the next message begins another conversation."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.i18n import Translator

COMMANDS = ((15, "new"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="new")
    router.message.register(new, Command("new"))
    return router


async def new(message: Message, t: Translator, context: BotContext) -> None:
    """Leave the old conversation in the list and say so."""
    await context.chats.start_anew(message.chat.id)
    await message.answer(t("bot.new.done"))
