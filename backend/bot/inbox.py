"""Updates from Telegram: stored, then acknowledged, then handled once, in order within a chat.

Telegram repeats an update until it is acknowledged, sends up to forty at once in any order, and
forgets an acknowledged one. So an update is in the database before the answer 200 (webhook) or
the next offset (polling) leaves, and what a crash left undone is taken up at the next start.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from backend.bot.tables import bot_updates
from backend.db import Cipher, Database, insert
from backend.errors import MalformedBody
from backend.nursery import Nursery

log = structlog.get_logger("tanya.bot")

Clock = Callable[[], datetime]
Handle = Callable[[dict[str, Any]], Awaitable[None]]

# A payment must be answered within ten seconds, and Stop is for the answer that a chat waits for.
URGENT = {"pre_checkout_query", "stopped_message_generation"}

MOST_ATTEMPTS = 3
KEEP_NUMBERS = timedelta(days=7)  # Telegram repeats an update for a day at most


class Inbox:
    """Takes updates in and sees that each is handled once."""

    def __init__(
        self, database: Database, cipher: Cipher, nursery: Nursery, clock: Clock, handle: Handle
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._nursery = nursery
        self._clock = clock
        self._handle = handle
        self._queues: dict[int, asyncio.Queue[dict[str, Any]]] = {}

    async def accept(self, body: bytes) -> None:
        """Store one update, then hand it on; a repeated one is only acknowledged.

        Raises:
            MalformedBody: it is not a JSON object with an `update_id`.
        """
        update = parse_update(body)
        if await self._store(update["update_id"], body):
            self._enqueue(update)

    async def resume(self) -> None:
        """Take up what an earlier process stored and did not finish."""
        waiting = sa.select(bot_updates.c.update_id, bot_updates.c.body).where(
            bot_updates.c.done_at.is_(None)
        )
        async with self._database.snapshot() as db:
            rows = (await db.execute(waiting.order_by(bot_updates.c.update_id))).all()
        for number, sealed in rows:
            self._enqueue(parse_update(self._cipher.open(sealed, _context(number)).encode()))

    async def clear_old(self) -> None:
        """Forget the numbers of updates that Telegram can no longer repeat."""
        before = self._clock() - KEEP_NUMBERS
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_updates).where(bot_updates.c.done_at < before))

    async def _store(self, number: int, body: bytes) -> bool:
        """Whether the update is new."""
        async with self._database.unit_of_work() as db:
            result = await db.execute(
                insert(db, bot_updates)
                .values(
                    update_id=number,
                    body=self._cipher.seal(body.decode(), _context(number)),
                    received_at=self._clock(),
                )
                .on_conflict_do_nothing()
            )
        return result.rowcount == 1

    def _enqueue(self, update: dict[str, Any]) -> None:
        """Within a chat one after the other; chats at once. What cannot wait, does not."""
        if URGENT & update.keys():
            self._nursery.start(self._process(update), name="urgent-update")
            return
        chat = chat_of(update)
        queue = self._queues.get(chat)
        if queue is not None:
            queue.put_nowait(update)
            return
        queue = self._queues[chat] = asyncio.Queue()
        queue.put_nowait(update)
        self._nursery.start(self._work(chat, queue), name=f"chat-{chat}")

    async def _work(self, chat: int, queue: asyncio.Queue[dict[str, Any]]) -> None:
        while not queue.empty():
            await self._process(queue.get_nowait())
        del self._queues[chat]

    async def _process(self, update: dict[str, Any]) -> None:
        number = update["update_id"]
        try:
            await self._handle(update)
        except Exception:
            log.exception("update_failed", update_id=number)
            if await self._give_up_later(number):
                return
        await self._finish(number)

    async def _give_up_later(self, number: int) -> bool:
        """Count the failure; whether the update is kept to be tried at the next start."""
        count = (
            sa.update(bot_updates)
            .where(bot_updates.c.update_id == number)
            .values(attempts=bot_updates.c.attempts + 1)
            .returning(bot_updates.c.attempts)
        )
        async with self._database.unit_of_work() as db:
            attempts = (await db.execute(count)).scalar_one_or_none()
        return attempts is not None and attempts < MOST_ATTEMPTS

    async def _finish(self, number: int) -> None:
        done = sa.update(bot_updates).where(bot_updates.c.update_id == number)
        async with self._database.unit_of_work() as db:
            await db.execute(done.values(done_at=self._clock(), body=None))


def parse_update(body: bytes) -> dict[str, Any]:
    """The update as Telegram sent it; what is unknown in it is kept.

    Raises:
        MalformedBody: it is not a JSON object with an `update_id`.
    """
    try:
        update = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedBody() from None
    if not isinstance(update.get("update_id"), int):
        raise MalformedBody()
    return update


def chat_of(update: dict[str, Any]) -> int:
    """What an update is about: a chat's id, or a person's, or 0."""
    for content in update.values():
        if not isinstance(content, dict):
            continue
        for holder in (content, content.get("message")):
            if isinstance(holder, dict):
                for key in ("chat", "from", "user"):
                    if isinstance(found := holder.get(key), dict) and "id" in found:
                        return int(found["id"])
    return 0


def _context(number: int) -> str:
    return f"bot_updates:{number}"
