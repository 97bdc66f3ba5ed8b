"""Long polling, for local mode: the same inbox as the webhook, and no public address needed."""

import asyncio

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from backend.bot.inbox import Inbox
from backend.bot.updates import ALLOWED_UPDATES

log = structlog.get_logger("tanya.bot")

POLL_SECONDS = 25
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0


async def poll(bot: Bot, inbox: Inbox) -> None:
    """Ask for updates until cancelled; an update is stored before the next offset confirms it."""
    offset: int | None = None
    pause = FIRST_PAUSE
    while True:
        try:
            updates = await bot.get_updates(
                offset=offset,
                timeout=POLL_SECONDS,
                allowed_updates=ALLOWED_UPDATES,
                request_timeout=POLL_SECONDS + 10,
            )
            for update in updates:
                body = update.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
                await inbox.accept(body.encode())
                offset = update.update_id + 1
            pause = FIRST_PAUSE
        except TelegramAPIError as error:
            log.debug("polling_failed", error=type(error).__name__, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
