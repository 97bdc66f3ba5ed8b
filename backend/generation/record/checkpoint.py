"""Checkpoints running answers: writes their partial texts, many runs in one transaction.

It also writes the process's heartbeat. After a kill -9 every stored answer is at most three seconds
old.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from backend import conversations
from backend.db import Database, Vault
from backend.generation.record.heartbeat import OwnerProcess, record_heartbeat
from backend.generation.record.replay import seal_shape
from backend.generation.run.running import ActiveRun, ActiveRuns
from backend.generation.runs import update_running

log = structlog.get_logger("tanya.generation")

RUNS_PER_TRANSACTION = 20
"""Sealing and writing this many blocks the loop for about a millisecond."""
SPREAD_SECONDS = 1.0
"""Transactions are spread over this much of the interval, so that tokens are sent between them."""

_KEEP = update_running(("length", "shape"))


class Checkpointer:
    """Checkpoints all runs of this process."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        runs_here: ActiveRuns,
        process: OwnerProcess,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._vault = vault
        self._runs = runs_here
        self._process = process
        self._clock = clock
        self._retired = False

    def retire(self) -> None:
        """Stop the heartbeat: the process has signed off."""
        self._retired = True

    async def work(self) -> None:
        """One turn: end runs that took too long, and checkpoint the others."""
        self._cut_overdue(asyncio.get_running_loop().time())
        await self.save_texts()

    def _cut_overdue(self, now: float) -> None:
        for running in self._runs:
            if now > running.due:
                running.cut("overdue")

    async def save_texts(self) -> None:
        """Write what has changed since the last time, and the heartbeat."""
        if not self._retired:
            async with self._database.unit_of_work() as db:
                await record_heartbeat(db, self._process, self._clock())
        changed = [running for running in self._runs if _has_news(running)]
        pause = SPREAD_SECONDS * RUNS_PER_TRANSACTION / max(1, len(changed))
        for first in range(0, len(changed), RUNS_PER_TRANSACTION):
            if first:
                await asyncio.sleep(pause)
            await self._keep(changed[first : first + RUNS_PER_TRANSACTION])

    async def _keep(self, changed: Sequence[ActiveRun]) -> None:
        now = self._clock()
        async with self._database.unit_of_work() as db:
            texts, rows, marks = [], [], []
            for running in changed:
                if running.ending:
                    continue
                run, relay = running.order.run, running.relay
                cipher = await self._vault.cipher(db, run.user_id, run.conversation_id)
                shape = seal_shape(cipher, run.id, relay.shape)
                texts.append(
                    conversations.Checkpoint(
                        run.user_id, run.conversation_id, run.message_id, run.id, running.text
                    )
                )
                rows.append(_row(running, shape))
                marks.append((running, relay.length))
            if not texts:
                return
            # In the order runs, messages, recipes, as at a run's end, or the two could deadlock.
            await db.execute(_KEEP, rows)
            await conversations.checkpoint_texts(db, self._vault, texts, now)
            for running, _ in marks:
                if running.receipts is not None:
                    await running.receipts.keep_recipes(db)
        for running, length in marks:
            running.saved = length
            if running.receipts is not None:
                running.receipts.recipes_are_kept()  # once there is text, no fallback is asked


def _has_news(running: ActiveRun) -> bool:
    return not running.ending and running.relay.length != running.saved


def _row(running: ActiveRun, shape: bytes) -> dict[str, Any]:
    run = running.order.run
    return {
        "user": run.user_id,
        "run": run.id,
        "new_length": len(running.order.base) + running.relay.length,
        "new_shape": shape,
    }
