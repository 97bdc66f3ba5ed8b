"""What people send in the chat beside text: fetched from Telegram and handed to the sources.

A file's id is made of its message, as the question's is: an update that is handled again after a
crash finds its file there and joins the same run.
"""

import asyncio
import io
from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramNetworkError
from aiogram.types import Message

from backend.bot.answers import question_id
from backend.bot.context import BotContext
from backend.errors import FileTooLarge, TelegramUnreachable
from backend.sources import MEGABYTE, Upload

MOST_MEGABYTES = 20
"""What a bot may download (core.telegram.org/bots/api#getfile)."""
ALBUM_SECONDS = 1.5
"""An album comes as messages of their own, one right after the other."""
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
    except (TelegramNetworkError, TelegramAPIError, OSError, TimeoutError) as error:
        raise TelegramUnreachable(reason=type(error).__name__) from error
    return Upload(
        data=data.getvalue(),
        name=sent.name,
        media_type=sent.media_type,
        id=question_id(message.chat.id, -message.message_id, message.date),
    )


class Album(msgspec.Struct):
    """Messages that were sent as one. `first` is the one that is answered."""

    first: Message
    files: list[UUID]
    text: str = ""


Answer = Callable[[Album], Awaitable[None]]


class Albums:
    """Gathers albums until no more of them comes."""

    def __init__(self) -> None:
        self._open: dict[str, Album] = {}

    def add(self, message: Message, file_id: UUID) -> Album | None:
        """Add a message's file; the album if this is its first message."""
        key = f"{message.chat.id}:{message.media_group_id}"
        album = self._open.get(key)
        is_first = album is None
        if album is None:
            album = self._open[key] = Album(message, [])
        album.files.append(file_id)
        album.text = album.text or message.caption or ""
        return album if is_first else None

    async def gather(self, album: Album, answer: Answer) -> None:
        """Wait until nothing more comes, then answer all of it together."""
        known = -1
        while known != len(album.files):
            known = len(album.files)
            await asyncio.sleep(ALBUM_SECONDS)
        key = f"{album.first.chat.id}:{album.first.media_group_id}"
        self._open.pop(key, None)
        await answer(album)
