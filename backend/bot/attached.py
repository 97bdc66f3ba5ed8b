"""What people send in the chat beside text: fetched from Telegram and handed to the sources.

A file's id is made of its message, as the question's is: an update that is handled again after a
crash finds its file there and joins the same run.
"""

import io
from uuid import UUID

import msgspec
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import Message

from backend.bot.answers import question_id
from backend.bot.context import BotContext
from backend.errors import FileTooLarge, TelegramUnreachable
from backend.sources import MEGABYTE, Upload

MOST_MEGABYTES = 20
"""What a bot may download (core.telegram.org/bots/api#getfile)."""
SECONDS = 60


class Sent(msgspec.Struct, frozen=True):
    """What Telegram tells of a file. `name` and `media_type` are claims."""

    file_id: str
    size: int
    name: str
    media_type: str


def sent_with(message: Message) -> Sent | None:
    """The message's file, if it has one that can be read."""
    if message.photo:
        best = message.photo[-1]
        return Sent(best.file_id, best.file_size or 0, "photo.jpg", "image/jpeg")
    for file in (message.document, message.audio):
        if file is not None:
            name, kind = file.file_name or "", file.mime_type or ""
            return Sent(file.file_id, file.file_size or 0, name, kind)
    if message.voice is not None:
        voice = message.voice
        return Sent(voice.file_id, voice.file_size or 0, "voice.ogg", voice.mime_type or "")
    return None


async def keep(parts: list[Message], bot: Bot, context: BotContext) -> tuple[UUID, ...]:
    """Hand the messages' files over, an album's as those of one question; their ids.

    Raises:
        TanyaError: one was refused or could not be fetched.
    """
    kept = []
    for part in parts:
        if (sent := sent_with(part)) is not None:
            upload = await fetch(part, sent, bot, context)
            kept.append((await context.sources.keep(part.chat.id, upload)).id)
    return tuple(kept)


async def fetch(message: Message, sent: Sent, bot: Bot, context: BotContext) -> Upload:
    """The file's bytes.

    Raises:
        FileTooLarge: more than the plan or Telegram allows; nothing was fetched then.
        TelegramUnreachable: it could not be fetched.
    """
    limits = await context.sources.limits(message.chat.id)
    most = min(limits.attachment_megabytes, MOST_MEGABYTES)
    if sent.size > most * MEGABYTE:
        raise FileTooLarge(limit=most)
    data = io.BytesIO()
    try:
        await bot.download(sent.file_id, destination=data, timeout=SECONDS)
    except TelegramBadRequest as error:
        if "too big" in str(error):
            raise FileTooLarge(limit=most) from error
        raise TelegramUnreachable(reason="getFile") from error
    except (AiogramError, OSError, TimeoutError) as error:
        raise TelegramUnreachable(reason=type(error).__name__) from error
    return Upload(
        data=data.getvalue(),
        name=sent.name,
        media_type=sent.media_type,
        id=question_id(message.chat.id, -message.message_id, message.date),
    )
