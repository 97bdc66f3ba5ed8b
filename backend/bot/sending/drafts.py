"""Drafts: the preview of an answer while it is written, updated about once a second.

Telegram takes 20 drafts and actions in 5 seconds and 40 in 30 from one bot to one person, and
forgets a draft after 30 seconds (Bot API 10.3; core.telegram.org/api/bots/ai).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)

from backend.bot.formatting import (
    Document,
    is_short,
    read_markdown,
    split_document,
    to_text,
)
from backend.bot.formatting.split import PLAIN_LIMIT, RICH_LIMIT, tail
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.views import is_rtl, rich
from backend.i18n import Translator
from backend.nursery import Nursery

log = structlog.get_logger("tanya.bot")

PAUSE_SECONDS = 1.0
REFRESH_SECONDS = 20.0
SECONDS = 5
"""Timeout of one call, in seconds."""


def draft_id_of(message_id: UUID) -> int:
    """One id per answer, not zero, within Telegram's 32 bits."""
    return (message_id.int & 0x3FFFFFFF) + 1


def preview(markdown: str) -> Document:
    """As much of an answer's end as a draft holds."""
    messages = split_document(read_markdown(tail(markdown, RICH_LIMIT // 2)), RICH_LIMIT)
    return messages[-1] if messages else ()


class Draft:
    """One answer's preview in one chat. Its errors are logged and never raised: the answer itself
    is sent as a message."""

    def __init__(self, bot: Bot, place: ChatPlace, message_id: UUID, t: Translator) -> None:
        self._bot = bot
        self._place = place
        self._id = draft_id_of(message_id)
        self._t = t
        self._text = ""
        self._ended = asyncio.Event()
        self._plain = False

    def show(self, markdown: str) -> None:
        """Set the text for the next update."""
        self._text = markdown

    def end(self) -> None:
        """Stop updating."""
        self._ended.set()

    async def work(self) -> None:
        """Update the preview until `end`."""
        time = asyncio.get_running_loop().time
        shown, at = None, 0.0
        while not self._ended.is_set():
            text, pause = self._text, PAUSE_SECONDS
            if text != shown or time() - at > REFRESH_SECONDS:
                try:
                    await self._send(text)
                    shown, at = text, time()
                except TelegramRetryAfter as error:
                    pause = max(pause, error.retry_after)
                except TelegramForbiddenError:
                    return
                except AiogramError as error:
                    log.debug("draft_not_shown", error=type(error).__name__)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._ended.wait()

    async def _send(self, markdown: str) -> None:
        # In a thread: reading a long answer would block the event loop.
        document = await asyncio.to_thread(preview, markdown)
        rtl = is_rtl(markdown, self._t)
        if document and not self._plain and (rtl or not is_short(document)):
            message = await asyncio.to_thread(rich, document, rtl=rtl)
            try:
                await self._bot.send_rich_message_draft(
                    self._place.chat_id,
                    self._id,
                    **self._place.in_thread,
                    rich_message=message,
                    can_stop=True,
                    request_timeout=SECONDS,
                )
                return
            except TelegramBadRequest:
                self._plain = True
        parts = split_document(document, PLAIN_LIMIT)
        text, entities = to_text(parts[-1]) if parts else ("", [])
        await self._bot.send_message_draft(
            self._place.chat_id,
            self._id,
            **self._place.in_thread,
            text=text,
            entities=entities or None,
            can_stop=True,
            parse_mode=None,
            request_timeout=SECONDS,
        )


@asynccontextmanager
async def drafting(
    bot: Bot, place: ChatPlace, message_id: UUID, t: Translator, nursery: Nursery
) -> AsyncIterator[Draft]:
    """A draft that is updated within the block. On leaving it waits for a call under way: one that
    arrived after the answer would show the preview again."""
    draft = Draft(bot, place, message_id, t)
    task = nursery.start_task(draft.work(), name="draft")
    try:
        yield draft
    finally:
        draft.end()
        await asyncio.wait([task])
