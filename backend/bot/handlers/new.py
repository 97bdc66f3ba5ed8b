"""/new and /temporary: the next message starts another conversation.

A temporary one is kept for a day at most, under a key that is never stored.
"""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.bot.sending.places import place_of
from backend.i18n import Translator

COMMANDS = ((15, "new"), (15, "temporary"))


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="new")
    router.message.register(new, Command("new", ignore_case=True))
    router.message.register(temporary, Command("temporary", ignore_case=True))
    return router


async def new(message: Message, t: Translator, context: BotContext) -> None:
    """Start a conversation; the old one stays in the list."""
    await context.chats.start_anew(place_of(message))
    await message.answer(t("bot.new.done"))


async def temporary(message: Message, t: Translator, context: BotContext) -> None:
    """The same, for a temporary one; say what is kept, and where."""
    await context.chats.start_anew(place_of(message), temporary=True)
    await message.answer(t("bot.temporary.done"))
