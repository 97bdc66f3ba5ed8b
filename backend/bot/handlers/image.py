"""/image: generates a picture from a description."""

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from backend.bot.answering.answers import Question, answer
from backend.bot.answering.others import as_decided
from backend.bot.context import BotContext
from backend.i18n import Translator

ASKS = True
COMMANDS = ((17, "image"),)
TASK = "image"


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="image")
    router.message.register(image, Command("image", ignore_case=True))
    return router


async def image(
    message: Message,
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
    command: CommandObject,
) -> None:
    """Generate the picture and send it."""
    if not command.args:
        await message.answer(t("bot.image.usage"))
        return
    question = Question(command.args, task=TASK)
    question = await as_decided(question, [message], message, choice, bot, t, context)
    await answer(message, question, bot, t, context)
