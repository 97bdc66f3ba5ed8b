"""Files from the chat: fetched from Telegram and passed to the files room.

A file's id is derived from its message, like the question's: an update handled again after a crash
finds its file and joins the same run.
"""

import io
from uuid import UUID

import msgspec
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.types import Message

from backend.bot.answering.answers import question_id
from backend.bot.context import BotContext
from backend.bot.sending.places import place_of
from backend.errors import FileTooLarge, TelegramUnreachable
from backend.files import MEGABYTE, Upload

MOST_MEGABYTES = 20
"""What a bot may download (core.telegram.org/bots/api#getfile)."""
SECONDS = 60


class AttachedFile(msgspec.Struct, frozen=True):
    """Telegram's data about a file. `name` and `media_type` are claims."""

    file_id: str
    size: int
    name: str
    media_type: str
    sound: bool = False
    """Whether only its sound is wanted: the pictures of a video note go nowhere."""


def sent_with(message: Message) -> AttachedFile | None:
    """The message's file, if it has one that can be read."""
    if message.photo:
        best = message.photo[-1]
        return AttachedFile(best.file_id, best.file_size or 0, "photo.jpg", "image/jpeg")
    for file in (message.document, message.audio):
        if file is not None:
            name, kind = file.file_name or "", file.mime_type or ""
            return AttachedFile(file.file_id, file.file_size or 0, name, kind)
    if message.voice is not None:
        voice = message.voice
        return AttachedFile(voice.file_id, voice.file_size or 0, "voice.ogg", voice.mime_type or "")
    if (note := message.video_note) is not None:
        return AttachedFile(note.file_id, note.file_size or 0, "video.m4a", "audio/mp4", sound=True)
    return None


async def keep(parts: list[Message], bot: Bot, context: BotContext) -> tuple[UUID, ...]:
    """Store the messages' files, an album's as those of one question; returns their ids.

    Raises:
        TanyaError: one was refused or could not be fetched.
    """
    kept = []
    for part in parts:
        if (sent := sent_with(part)) is not None:
            upload = await fetch(part, sent, bot, context)
            kept.append((await context.file_service.store_upload(part.chat.id, upload)).id)
    return tuple(kept)


async def fetch(message: Message, sent: AttachedFile, bot: Bot, context: BotContext) -> Upload:
    """The file's bytes.

    Raises:
        FileTooLarge: more than the plan or Telegram allows; nothing was fetched then.
        TelegramUnreachable: it could not be fetched.
    """
    limits = await context.file_service.limits(message.chat.id)
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
        sound=sent.sound,
        language=(message.from_user and message.from_user.language_code) or "",
        server_only=await context.chats.stays_here(place_of(message)),
        id=question_id(message.chat.id, -message.message_id, message.date),
    )
