"""Long polling, for local mode: the same inbox as the webhook, and no public address needed."""

import asyncio
from typing import Any

import msgspec
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramConflictError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from backend.bot.inbox.inbox import Inbox
from backend.bot.inbox.updates import ALLOWED_UPDATES
from backend.errors import MalformedBody

log = structlog.get_logger("tanya.bot")

POLL_SECONDS = 25
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates with raw results, so that one update that aiogram cannot parse does not hold up
    those after it."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


async def poll(bot: Bot, inbox: Inbox) -> None:
    """Ask for updates until cancelled; an update is stored before the next offset confirms it.

    Whatever fails, Telegram or the database, the same offset is asked for again.
    """
    offset: int | None = None
    pause = FIRST_PAUSE
    while True:
        try:
            for update in await _ask(bot, offset):
                try:
                    await inbox.accept(msgspec.json.encode(update))
                except MalformedBody:
                    log.warning("update_malformed")
                offset = _after(update, offset)
            pause = FIRST_PAUSE
        except Exception as error:
            say = log.warning if isinstance(error, TelegramConflictError) else log.debug
            say("polling_failed", error=type(error).__name__, again_in=pause)
            wait = error.retry_after if isinstance(error, TelegramRetryAfter) else 0
            await asyncio.sleep(max(pause, wait))
            pause = min(pause * 2, LONGEST_PAUSE)


async def _ask(bot: Bot, offset: int | None) -> list[dict[str, Any]]:
    method = RawUpdates(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
    return await bot(method, request_timeout=POLL_SECONDS + 10)


def _after(update: dict[str, Any], offset: int | None) -> int | None:
    """The offset that confirms an update."""
    number = update.get("update_id")
    return max(number + 1, offset or 0) if isinstance(number, int) else offset
