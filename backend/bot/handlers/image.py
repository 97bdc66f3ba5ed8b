"""/image: makes a picture from a description, or edits the attached or replied-to picture."""

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message
from msgspec.structs import replace

from backend.bot.answering.answers import Question, answer, refusal
from backend.bot.answering.attached import keep
from backend.bot.answering.others import as_decided
from backend.bot.context import BotContext
from backend.errors import TanyaError
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
    parts: list[Message],
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
    command: CommandObject,
) -> None:
    """Have a picture made or edited, and send it."""
    if not command.args:
        await message.answer(t("bot.image.usage"))
        return
    replied = message.reply_to_message
    brought = [one for one in (*parts, *([replied] if replied else [])) if one.photo]
    question = Question(command.args, task=TASK)
    sources = [message, *(one for one in brought if one is not message and not _is_own(one, bot))]
    question = await as_decided(question, sources, message, choice, bot, t, context)
    try:
        files = await keep(brought, bot, context)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    await answer(message, replace(question, files=files), bot, t, context)


def _is_own(message: Message, bot: Bot) -> bool:
    """Whether the message is the bot's, such as a picture it has made."""
    return message.from_user is not None and message.from_user.id == bot.id
