"""Any text, photo, document or voice message: ask it. And Telegram's Stop button."""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.types import Message, MessageGenerationStopped

from backend.bot.answers import answer, question_id, refusal
from backend.bot.attached import Album, fetch, sent_with
from backend.bot.context import BotContext
from backend.bot.split import PLAIN_LIMIT
from backend.errors import TanyaError
from backend.i18n import Translator

LAST = True  # what is no command is a question


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="ask")
    router.message.filter(F.chat.type == ChatType.PRIVATE)
    router.message.register(ask, F.text)
    router.message.register(ask_aloud, F.voice)
    router.message.register(ask_about_file, F.photo | F.document | F.audio)
    router.message.register(unsupported, F.video | F.video_note | F.sticker | F.animation)
    router.stopped_message_generation.register(stop)
    return router


async def ask(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Answer in the chat."""
    key = question_id(message.chat.id, message.message_id, message.date)
    await answer(bot, message.chat.id, key, message.text or "", t, context)


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
    key = question_id(message.chat.id, message.message_id, message.date)
    await answer(bot, message.chat.id, key, heard, t, context)


async def ask_about_file(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """The caption is the question; an album is one question."""
    if (sent := sent_with(message)) is None:
        return
    try:
        upload = await fetch(message, sent, bot, context)
        file = await context.sources.keep(message.chat.id, upload)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return

    async def answer_all(album: Album) -> None:
        first = album.first
        key = question_id(first.chat.id, first.message_id, first.date)
        files = tuple(album.files)
        await answer(bot, first.chat.id, key, album.text, t, context, files=files)

    if message.media_group_id is None:
        await answer_all(Album(message, [file.id], message.caption or ""))
    elif (album := context.albums.add(message, file.id)) is not None:
        context.nursery.start(context.albums.gather(album, answer_all), name="album")


async def unsupported(message: Message, t: Translator) -> None:
    """Say what the chat cannot take."""
    await message.answer(t("bot.ask.unsupported"))


async def stop(event: MessageGenerationStopped, context: BotContext) -> None:
    """End the run; its text so far becomes the message."""
    run_id = context.drafts.run_of(event.chat.id, event.draft_id)
    if run_id is not None:
        await context.generation.stop(event.chat.id, run_id)
