"""Delivers answers that nobody watched to the person's chat with the bot.

At least once: an attempt is counted and leased before it is made. Telegram accepts no idempotency
key for messages: if the process dies between Telegram's response and our commit, a window of a few
milliseconds, the lease expires and the answer is sent again. The alternative would be to lose it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from backend import conversations
from backend.db import Database, Vault, hot
from backend.errors import CourierGone, CourierRetry, MessageNotFound, TextUnreadable
from backend.generation.ports import AnswerCourier
from backend.generation.tables import outbox
from backend.placeholders import restore

log = structlog.get_logger("tanya.generation")

LOOK_SECONDS = 2.0
LEASE = timedelta(minutes=2)
"""How long one attempt may take before it is retried."""
BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))
MAX_ATTEMPTS = 12
AT_ONCE = 8

_DUE = hot(
    sa.select(outbox)
    .where(
        outbox.c.state == "waiting",
        outbox.c.next_attempt_at <= sa.bindparam("now", type_=outbox.c.next_attempt_at.type),
    )
    .order_by(outbox.c.next_attempt_at)
    .limit(AT_ONCE)
)
_THIS = (
    outbox.c.user_id == sa.bindparam("user"),
    outbox.c.id == sa.bindparam("row"),
    outbox.c.state == "waiting",
    outbox.c.attempts == sa.bindparam("seen"),
)


class HandOff:
    """The outbox's worker. Several may run at once: the lease gives each attempt to one."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        courier: AnswerCourier,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._courier = courier
        self._clock = clock

    async def work(self) -> None:
        """One turn: deliver until nothing is due."""
        while await self.deliver_due() > 0:
            pass

    async def deliver_due(self) -> int:
        """Try what is due now, several people at once; returns how many were tried."""
        async with self._database.snapshot() as db:
            due = (await db.execute(_DUE, {"now": self._clock()})).all()
        # One person's answers are sent in order, one after the other.
        by_person: dict[int, list[Any]] = {}
        for row in due:
            by_person.setdefault(row.user_id, []).append(row)
        await asyncio.gather(*(self._deliver_all(rows) for rows in by_person.values()))
        return len(due)

    async def _deliver_all(self, rows: list[Any]) -> None:
        for row in rows:
            await self._deliver(row)

    async def _deliver(self, row: Any) -> None:
        if not await self._lease(row):
            return
        try:
            async with self._database.snapshot() as db:
                message = await conversations.get_message(
                    db, self._vault, row.user_id, row.message_id
                )
                known = await conversations.placeholders_of(
                    db, self._vault, row.user_id, row.conversation_id
                )
            where = (row.user_id, row.language, row.conversation_id, row.message_id)
            if not message.text and message.error_code is not None:
                await self._courier.tell_refused(*where, message.error_code)
            else:
                await self._courier.deliver(*where, restore(message.text, known))
        except CourierRetry as refusal:
            wait = refusal.retry_after
            await self._later(row, refusal.code, None if wait is None else timedelta(seconds=wait))
        except (CourierGone, MessageNotFound, TextUnreadable) as refusal:
            await self._note(row, state="gone", last_error=refusal.code, next_attempt_at=None)
        except Exception as error:
            log.exception("delivery_broke", run_id=str(row.run_id))
            await self._later(row, type(error).__name__[:64], None)
        else:
            now = self._clock()
            await self._note(row, state="sent", sent_at=now, last_error=None, next_attempt_at=None)
            log.info("answer_delivered", run_id=str(row.run_id), attempts=row.attempts + 1)

    async def _lease(self, row: Any) -> bool:
        """Count the attempt; False if another worker has it."""
        keys = {"user": row.user_id, "row": row.id, "seen": row.attempts}
        lease = sa.update(outbox).where(*_THIS)
        async with self._database.unit_of_work() as db:
            taken = await db.execute(
                lease.values(attempts=row.attempts + 1, next_attempt_at=self._clock() + LEASE),
                keys,
            )
        return taken.rowcount == 1

    async def _later(self, row: Any, code: str, wait: timedelta | None) -> None:
        """Retry after `wait`, or with exponential backoff, up to a limit."""
        attempt = row.attempts + 1
        if attempt >= MAX_ATTEMPTS:
            log.warning("answer_not_delivered", run_id=str(row.run_id), attempts=attempt)
            await self._note(row, state="failed", last_error=code, next_attempt_at=None)
            return
        pause = wait if wait is not None else BACK_OFF[min(row.attempts, len(BACK_OFF) - 1)]
        await self._note(row, last_error=code, next_attempt_at=self._clock() + pause)

    async def _note(self, row: Any, **values: object) -> None:
        """Record the attempt's result, unless the lease was lost meanwhile."""
        keys = {"user": row.user_id, "row": row.id, "seen": row.attempts + 1}
        async with self._database.unit_of_work() as db:
            await db.execute(sa.update(outbox).where(*_THIS).values(**values), keys)
