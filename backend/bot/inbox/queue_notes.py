"""Tells a person once that a question waits for the answer before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

from backend.bot.inbox.stored import StoredUpdates
from backend.bot.inbox.updates import chat_lane
from backend.bot.sending.places import ChatPlace
from backend.i18n import Translator
from backend.nursery import Nursery

log = structlog.get_logger("tanya.bot")

LOOK_SECONDS = 1.0


class QueueNotes:
    """Which waiting questions were reported, in this process; reset once none waits. `joins` tells
    whether a person's questions are joined."""

    def __init__(
        self,
        bot: Bot,
        stored: StoredUpdates,
        clock: Callable[[], datetime],
        joins: Callable[[int], Awaitable[bool]],
    ) -> None:
        self._bot = bot
        self._stored = stored
        self._clock = clock
        self._joins = joins
        self._said: set[int] = set()

    @asynccontextmanager
    async def watching(
        self, place: ChatPlace, t: Translator, nursery: Nursery
    ) -> AsyncIterator[None]:
        """While the message at this place, or the last of its parts, is answered in the block,
        report the next question."""
        ended = asyncio.Event()
        task = nursery.start_task(self._watch(place, t, ended), name="queue-note")
        try:
            yield
        finally:
            ended.set()
            await asyncio.wait([task])

    async def _watch(self, place: ChatPlace, t: Translator, ended: asyncio.Event) -> None:
        began = self._clock()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await ended.wait()
            waiting = await self._behind(place, began)
            if ended.is_set():
                break
            if waiting is not None and place.chat_id not in self._said:
                self._said.add(place.chat_id)
                await self._say(ChatPlace(place.chat_id, place.thread_id, waiting), t)
        if waiting is None:
            self._said.discard(place.chat_id)

    async def _behind(self, place: ChatPlace, began: datetime) -> int | None:
        """The number of the first message that arrived since and waits behind the one at this
        place. Questions that wait for consent were told so already."""
        for one in await self._stored.waiting(chat_lane(place.chat_id)):
            message = (one.update or {}).get("message")
            number = message.get("message_id") if isinstance(message, dict) else None
            behind = isinstance(number, int) and number > (place.number or 0)
            if behind and one.received_at >= began:
                return number
        return None

    async def _say(self, place: ChatPlace, t: Translator) -> None:
        words = "bot.ask.queued_joined" if await self._joins(place.chat_id) else "bot.ask.queued"
        try:
            await self._bot.send_message(
                place.chat_id, t(words), disable_notification=True, **place.answering()
            )
        except AiogramError as error:
            log.debug("queue_note_not_sent", error=type(error).__name__)
