"""Keeps running answers: their partial texts go to the database, many runs in one transaction.

With the text goes the process's beat, and the receipts of calls that have left. So after a kill
-9 every answer is there as it was at most three seconds before.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog

from backend import conversations
from backend.db import Database, Vault
from backend.generation.finish import STORAGE_ERRORS, receipt_entries
from backend.generation.owners import BEAT_SECONDS, Process, beat
from backend.generation.ports import Receipts
from backend.generation.replay import seal_shape
from backend.generation.running import Running, Runs
from backend.generation.tables import runs

log = structlog.get_logger("tanya.generation")

RUNS_PER_TRANSACTION = 20
"""Sealing and writing so many takes about a millisecond, for which no token moves."""
SPREAD_SECONDS = 1.0
"""Many transactions are spread over so much of the interval, so that tokens go out between them."""

_KEEP = (
    sa.update(runs)
    .where(
        runs.c.user_id == sa.bindparam("user"),
        runs.c.id == sa.bindparam("run"),
        runs.c.state == "running",
    )
    .values(length=sa.bindparam("new_length"), shape=sa.bindparam("new_shape"))
)


class Checkpointer:
    """Keeps all runs of this process."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        receipts: Receipts,
        runs_here: Runs,
        process: Process,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._receipts = receipts
        self._runs = runs_here
        self._process = process
        self._clock = clock
        self._retired = False

    def retire(self) -> None:
        """Beat no more: the process has signed off."""
        self._retired = True

    async def work(self) -> None:
        """Keep everything every two seconds, until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + BEAT_SECONDS, loop.time())
            await asyncio.sleep(due - loop.time())
            self._cut_overdue(loop.time())
            try:
                await self.keep()
            except STORAGE_ERRORS as error:
                log.warning("checkpoint_failed", error=type(error).__name__)
            except Exception:
                log.exception("checkpoint_broke")

    def _cut_overdue(self, now: float) -> None:
        for running in self._runs:
            if now > running.due:
                running.cut("overdue")

    async def keep(self) -> None:
        """Keep what has changed since the last time, and beat."""
        if not self._retired:
            async with self._database.unit_of_work() as db:
                await beat(db, self._process, self._clock())
        changed = [running for running in self._runs if _has_news(running)]
        pause = SPREAD_SECONDS * RUNS_PER_TRANSACTION / max(1, len(changed))
        for first in range(0, len(changed), RUNS_PER_TRANSACTION):
            if first:
                await asyncio.sleep(pause)
            await self._keep(changed[first : first + RUNS_PER_TRANSACTION])

    async def _keep(self, changed: Sequence[Running]) -> None:
        now = self._clock()
        async with self._database.unit_of_work() as db:
            texts, rows, entries, marks = [], [], [], []
            for running in changed:
                if running.ending:
                    continue
                run, relay = running.order.run, running.relay
                cipher = await self._vault.cipher(db, run.user_id)
                shape = seal_shape(cipher, run.id, relay.shape)
                texts.append(
                    conversations.Checkpoint(run.user_id, run.message_id, run.id, running.text)
                )
                rows.append(_row(running, shape))
                entries += receipt_entries(running)
                marks.append((running, relay.length, len(relay.sent)))
            if not texts:
                return
            # Runs before messages, as at a run's end: else the two could deadlock.
            await db.execute(_KEEP, rows)
            await conversations.checkpoint_texts(db, self._vault, texts, now)
            if entries:
                await self._receipts.record(db, entries)
        for running, length, sent in marks:
            running.saved, running.recorded = length, sent


def _has_news(running: Running) -> bool:
    relay = running.relay
    return not running.ending and (
        relay.length != running.saved or len(relay.sent) != running.recorded
    )


def _row(running: Running, shape: bytes) -> dict[str, Any]:
    run = running.order.run
    return {
        "user": run.user_id,
        "run": run.id,
        "new_length": len(running.order.base) + running.relay.length,
        "new_shape": shape,
    }
