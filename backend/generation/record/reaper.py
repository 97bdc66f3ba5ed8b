"""Ends the runs of dead processes: the checkpointed text stays, the quota is returned."""

import math
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.db import Database
from backend.errors import RunInterrupted
from backend.generation.ports import ReceiptWriter
from backend.generation.record.end_event import end_payload
from backend.generation.record.heartbeat import HeartbeatWatch, OwnerProcess, sign_off_process
from backend.generation.run.outcome import Outcome
from backend.generation.runs import update_running
from backend.generation.tables import runs
from backend.metering import quota
from backend.runlog import PersonEvents, RunChangedEvent, RunLog

log = structlog.get_logger("tanya.generation")

REAP_SECONDS = 5.0
WARN_SECONDS = 60.0
RUNS_AT_ONCE = 100

_ABANDONED = (
    sa.select(runs)
    .where(runs.c.owner == sa.bindparam("dead"), runs.c.state == "running")
    .limit(RUNS_AT_ONCE)
)
_INTERRUPT = update_running(("state", "error_code", "ended_at"))


class RunReaper:
    """Ends runs whose owner died."""

    def __init__(
        self,
        database: Database,
        run_log: RunLog,
        person_events: PersonEvents,
        receipts: ReceiptWriter,
        process: OwnerProcess,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._log = run_log
        self._person_events = person_events
        self._receipts = receipts
        self._clock = clock
        self._monotonic = monotonic
        self._watch = HeartbeatWatch(process)
        self._warned_at = -math.inf

    async def reap(self) -> int:
        """End the runs of every owner that is dead; returns how many there were."""
        async with self._database.snapshot() as db:
            dead = await self._watch.dead(db, self._monotonic())
        self._warn_of_others()
        ended = 0
        for owner in dead:
            while count := await self._end_some(owner):
                ended += count
            async with self._database.unit_of_work() as db:
                await sign_off_process(db, owner)
        if ended:
            log.warning("runs_reaped", runs=ended, owners=len(dead))
        return ended

    def _warn_of_others(self) -> None:
        """Warn that other processes serve without a shared log: people cannot see answers that
        another process writes."""
        if self._log.shared or not self._watch.beating:
            return
        if self._monotonic() - self._warned_at >= WARN_SECONDS:
            self._warned_at = self._monotonic()
            log.error("several_processes_without_valkey", others=len(self._watch.beating),
                      mend="set VALKEY_URL for all of them")  # fmt: skip

    async def _end_some(self, owner: str) -> int:
        async with self._database.snapshot() as db:
            rows = (await db.execute(_ABANDONED, {"dead": owner})).all()
        outcome = Outcome("interrupted", counts=False, error=RunInterrupted())
        for row in rows:
            # One per transaction: a transaction that locks several people's rows can deadlock with
            # one that locks them in another order.
            async with self._database.unit_of_work() as db:
                if not await self._end(db, row, self._clock()):
                    continue
            await self._log.end_abandoned(row.id, end_payload(outcome, row.language, None))
            event = RunChangedEvent(row.conversation_id, row.id, row.message_id, outcome.state)
            self._person_events.publish(row.user_id, event)
        return len(rows)

    async def _end(self, db: AsyncConnection, row: "sa.Row[Any]", now: datetime) -> bool:
        end = {
            "user": row.user_id,
            "run": row.id,
            "new_state": "interrupted",
            "new_error_code": RunInterrupted.code,
            "new_ended_at": now,
        }
        if (await db.execute(_INTERRUPT, end)).rowcount == 0:
            return False
        await conversations.interrupt_message(
            db, row.user_id, row.message_id, row.id, now=now, error_code=RunInterrupted.code
        )
        await quota.release_quota(db, row.user_id, row.id, now)
        await self._receipts.close_orphans(db, row.user_id, row.id)
        return True
