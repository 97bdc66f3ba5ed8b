"""/image: a picture of what is described."""

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.bot.answers import Question, answer
from backend.bot.context import BotContext
from backend.i18n import Translator

COMMANDS = ((17, "image"),)
TASK = "image"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="image")
    router.message.register(image, Command("image"))
    return router


async def image(
    message: Message, bot: Bot, t: Translator, context: BotContext, command: CommandObject
) -> None:
    """Have it made and send it."""
    if not command.args:
        await message.answer(t("bot.image.usage"))
        return
    await answer(message, Question(command.args, task=TASK), bot, t, context)
