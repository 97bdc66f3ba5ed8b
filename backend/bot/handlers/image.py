"""/image: a picture of what is described."""

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.bot.answers import answer, question_id
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
    key = question_id(message.chat.id, message.message_id, message.date)
    await answer(bot, message.chat.id, key, command.args, t, context, task=TASK)
