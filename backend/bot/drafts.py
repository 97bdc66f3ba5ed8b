"""A draft: the preview of an answer that is being written, about one update a second.

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

from backend.bot.markdown import tame
from backend.bot.split import PLAIN_LIMIT, RICH_LIMIT, tail
from backend.bot.views import rich
from backend.i18n import Translator
from backend.nursery import Nursery

log = structlog.get_logger("tanya.bot")

PAUSE_SECONDS = 1.0
REFRESH_SECONDS = 20.0
SECONDS = 5
"""How long one call may take: nobody waits for a draft."""


def draft_id_of(message_id: UUID) -> int:
    """One id per answer, not zero, within Telegram's 32 bits."""
    return (message_id.int & 0x3FFFFFFF) + 1


def preview(markdown: str) -> str:
    """As much of the end as a draft holds, with room for what taming adds."""
    return tame(tail(markdown, RICH_LIMIT // 2))


class Draft:
    """One answer's preview in one chat. It never fails: a draft that is not shown is no loss."""

    def __init__(self, bot: Bot, chat_id: int, message_id: UUID, t: Translator) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._id = draft_id_of(message_id)
        self._t = t
        self._text = ""
        self._ended = asyncio.Event()
        self._plain = False

    def show(self, markdown: str) -> None:
        """Show the text so far, soon."""
        self._text = markdown

    def end(self) -> None:
        """Show no more."""
        self._ended.set()

    async def work(self) -> None:
        """Keep the preview up to date until `end`."""
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
        if markdown.strip() and not self._plain:
            try:
                await self._bot.send_rich_message_draft(
                    self._chat_id,
                    self._id,
                    rich_message=rich(self._t, preview(markdown)),
                    can_stop=True,
                    request_timeout=SECONDS,
                )
                return
            except TelegramBadRequest:
                self._plain = True
        await self._bot.send_message_draft(
            self._chat_id,
            self._id,
            text=tail(markdown.strip(), PLAIN_LIMIT),
            can_stop=True,
            parse_mode=None,
            request_timeout=SECONDS,
        )


@asynccontextmanager
async def drafting(
    bot: Bot, chat_id: int, message_id: UUID, t: Translator, nursery: Nursery
) -> AsyncIterator[Draft]:
    """A draft that is kept up to date meanwhile. After it, none of its calls is under way: one
    that came after the answer would bring the preview back."""
    draft = Draft(bot, chat_id, message_id, t)
    task = nursery.start(draft.work(), name="draft")
    try:
        yield draft
    finally:
        draft.end()
        await asyncio.wait([task])
