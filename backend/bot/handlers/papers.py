"""/privacy and /terms: where the papers are, and the gist of them."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.bot.context import BotContext
from backend.i18n import Translator

COMMANDS = ((80, "privacy"), (81, "terms"))


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="papers")
    router.message.register(paper, Command("privacy", "terms"))
    return router


async def paper(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Answer with the gist and the link."""
    url = context.links.page(command.command)
    await message.answer(t(f"bot.{command.command}.text", url=url))
