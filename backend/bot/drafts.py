"""A draft: the preview of an answer that is being written, about one update a second.

Telegram takes 20 drafts and actions in 5 seconds and 40 in 30 from one bot to one person, and
forgets a draft after 30 seconds (Bot API 10.3; core.telegram.org/api/bots/ai).
"""

import time
from uuid import UUID

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramRetryAfter

from backend.bot.split import RICH_LIMIT
from backend.bot.views import rich, without_images
from backend.i18n import Translator

log = structlog.get_logger("tanya.bot")

PAUSE_SECONDS = 1.0
REFRESH_SECONDS = 20.0


def draft_id_of(run_id: UUID) -> int:
    """One id per answer, not zero, within Telegram's 32 bits."""
    return (run_id.int & 0x3FFFFFFF) + 1


class Draft:
    """One answer's preview in one chat. It never fails: a draft that is not shown is no loss."""

    def __init__(self, bot: Bot, chat_id: int, run_id: UUID, t: Translator) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._id = draft_id_of(run_id)
        self._t = t
        self._shown = ""
        self._next = 0.0
        self._last = 0.0
        self._plain = False

    async def show(self, markdown: str) -> None:
        """Show the text so far, unless it was shown a moment ago."""
        now = time.monotonic()
        stale = now - self._last > REFRESH_SECONDS
        if now < self._next or (markdown == self._shown and not stale):
            return
        self._next = now + PAUSE_SECONDS
        try:
            await self._send(without_images(markdown)[-RICH_LIMIT:])
        except TelegramRetryAfter as error:
            self._next = now + error.retry_after
        except TelegramAPIError as error:
            log.debug("draft_not_shown", error=type(error).__name__)
        else:
            self._shown, self._last = markdown, now

    async def _send(self, markdown: str) -> None:
        if not markdown or self._plain:
            await self._bot.send_message_draft(
                self._chat_id, self._id, text=markdown[-4000:], can_stop=True, parse_mode=None
            )
            return
        try:
            await self._bot.send_rich_message_draft(
                self._chat_id, self._id, rich_message=rich(self._t, markdown), can_stop=True
            )
        except TelegramBadRequest:
            self._plain = True
