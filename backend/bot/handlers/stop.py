"""/stop: stops the answers that are being written; their text so far is sent."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.i18n import Translator

COMMANDS = ((14, "stop"),)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="stop")
    router.message.register(stop, Command("stop", ignore_case=True))
    return router


async def stop(message: Message, t: Translator, context: BotContext) -> None:
    """Stop them, or say that none is running."""
    running = await context.chats.running(message.chat.id)
    for run in running:
        await context.generation.stop(message.chat.id, run.id)
    await message.answer(t("bot.stop.done" if running else "bot.stop.nothing"))
