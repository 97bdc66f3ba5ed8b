"""Ends the runs of processes that died: the text that was kept stays, the quota is returned."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.billing import quota
from backend.db import Database
from backend.errors import RunInterrupted
from backend.generation.ends import end_payload
from backend.generation.finish import STORAGE_ERRORS
from backend.generation.log import RunLog
from backend.generation.outcome import Outcome
from backend.generation.owners import Process, Watch, sign_off
from backend.generation.tables import runs

log = structlog.get_logger("tanya.generation")

REAP_SECONDS = 5.0
RUNS_PER_TRANSACTION = 100

_ABANDONED = (
    sa.select(runs)
    .where(runs.c.owner == sa.bindparam("dead"), runs.c.state == "running")
    .limit(RUNS_PER_TRANSACTION)
)
_INTERRUPT = (
    sa.update(runs)
    .where(
        runs.c.user_id == sa.bindparam("user"),
        runs.c.id == sa.bindparam("run"),
        runs.c.state == "running",
    )
    .values(
        state="interrupted",
        error_code=RunInterrupted.code,
        ended_at=sa.bindparam("now", type_=runs.c.ended_at.type),
    )
)


class Reaper:
    """Looks after the runs of other processes, past ones above all."""

    def __init__(
        self,
        database: Database,
        run_log: RunLog,
        process: Process,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._log = run_log
        self._clock = clock
        self._monotonic = monotonic
        self._watch = Watch(process)

    async def work(self) -> None:
        """Look every few seconds, until cancelled."""
        while True:
            try:
                await self.reap()
            except STORAGE_ERRORS as error:
                log.warning("reaping_failed", error=type(error).__name__)
            except Exception:
                log.exception("reaping_broke")
            await asyncio.sleep(REAP_SECONDS)

    async def reap(self) -> int:
        """End the runs of every owner that is dead; returns how many there were."""
        async with self._database.snapshot() as db:
            dead = await self._watch.dead(db, self._monotonic())
        ended = 0
        for owner in dead:
            while count := await self._end_some(owner):
                ended += count
            async with self._database.unit_of_work() as db:
                await sign_off(db, owner)
        if ended:
            log.warning("runs_reaped", runs=ended, owners=len(dead))
        return ended

    async def _end_some(self, owner: str) -> int:
        now = self._clock()
        async with self._database.unit_of_work() as db:
            rows = (await db.execute(_ABANDONED, {"dead": owner})).all()
            ended = [row for row in rows if await self._end(db, row, now)]
        outcome = Outcome("interrupted", counts=False, error=RunInterrupted())
        for row in ended:
            await self._log.end_abandoned(row.id, end_payload(outcome, row.language, None))
        return len(rows)

    async def _end(self, db: AsyncConnection, row: "sa.Row[Any]", now: datetime) -> bool:
        keys = {"user": row.user_id, "run": row.id, "now": now}
        if (await db.execute(_INTERRUPT, keys)).rowcount == 0:
            return False
        await conversations.interrupt_message(
            db, row.user_id, row.message_id, row.id, now=now, error_code=RunInterrupted.code
        )
        await quota.release(db, row.user_id, row.id, now)
        return True
