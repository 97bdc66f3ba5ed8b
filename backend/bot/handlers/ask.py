"""Any text, photo, document or voice message: ask it. And Telegram's Stop button."""

from aiogram import Bot, F, Router
from aiogram.enums import ContentType
from aiogram.types import Message, MessageGenerationStopped

from backend.bot.answers import Question, answer, refusal
from backend.bot.attached import fetch, keep, sent_with
from backend.bot.context import BotContext
from backend.bot.drafts import draft_id_of
from backend.bot.split import PLAIN_LIMIT
from backend.bot.words import joined, words_of
from backend.errors import TanyaError
from backend.i18n import Translator

LAST = True  # what is no command is a question

UNSUPPORTED = {
    ContentType.UNKNOWN,
    ContentType.ANIMATION,
    ContentType.CHECKLIST,
    ContentType.CONTACT,
    ContentType.DICE,
    ContentType.GAME,
    ContentType.GIVEAWAY,
    ContentType.INVOICE,
    ContentType.LIVE_PHOTO,
    ContentType.LOCATION,
    ContentType.PAID_MEDIA,
    ContentType.POLL,
    ContentType.STICKER,
    ContentType.STORY,
    ContentType.VENUE,
    ContentType.VIDEO,
    ContentType.VIDEO_NOTE,
}
"""What people send, and not what Telegram reports of the chat."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="ask")
    router.message.register(unknown, is_command)
    router.message.register(ask, F.text | F.rich_message)
    router.message.register(ask_aloud, F.voice)
    router.message.register(ask_about_file, F.photo | F.document | F.audio)
    router.message.register(unsupported, F.content_type.in_(UNSUPPORTED))
    router.stopped_message_generation.register(stop)
    return router


def is_command(message: Message) -> bool:
    """Whether a message is nothing but a command; no file has taken it."""
    entities = message.entities or []
    text = message.text or ""
    return any(e.type == "bot_command" and e.length == len(text) for e in entities)


async def unknown(message: Message, t: Translator) -> None:
    """Say so: a mistyped command is no question for a model."""
    await message.answer(t("bot.ask.unknown_command"))


async def ask(
    message: Message, parts: list[Message], bot: Bot, t: Translator, context: BotContext
) -> None:
    """Answer in the chat."""
    await answer(message, Question(joined(map(words_of, parts))), bot, t, context)


async def ask_aloud(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """What was said is the question; it is shown, so that a misheard word is seen."""
    if (sent := sent_with(message)) is None:
        return
    try:
        upload = await fetch(message, sent, bot, context)
        heard = await context.sources.listen(message.chat.id, upload)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    shown = heard if len(heard) < PLAIN_LIMIT // 2 else heard[: PLAIN_LIMIT // 2] + "…"
    await message.reply(t("bot.ask.heard", text=shown), parse_mode=None)
    await answer(message, Question(heard), bot, t, context)


async def ask_about_file(
    message: Message, parts: list[Message], bot: Bot, t: Translator, context: BotContext
) -> None:
    """The caption is the question; an album is one question."""
    try:
        files = await keep(parts, bot, context)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return
    text = joined(part.caption for part in parts)
    await answer(message, Question(text, files), bot, t, context)


async def unsupported(message: Message, t: Translator) -> None:
    """Say what the chat cannot take."""
    await message.answer(t("bot.ask.unsupported"))


async def stop(event: MessageGenerationStopped, context: BotContext) -> None:
    """End the run; its text so far becomes the message."""
    for run in await context.chats.running(event.chat.id):
        if draft_id_of(run.message_id) == event.draft_id:
            await context.generation.stop(event.chat.id, run.id)
