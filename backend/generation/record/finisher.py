"""Ends runs: one transaction, only from state `running`; then readers get the `end` event.

Readers are notified after the commit. If the process is killed at any step, the run is either still
`running`, and then reaped, or completely ended.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.db import Database, Vault, hot
from backend.errors import RunInterrupted, TanyaError, Unavailable
from backend.generation.ports import PreferencesSource
from backend.generation.record import outbox
from backend.generation.record.end_event import end_payload
from backend.generation.record.end_figures import record_end
from backend.generation.record.pictures import Pictures
from backend.generation.record.replay import seal_shape
from backend.generation.run.outcome import Outcome
from backend.generation.run.relay import Relay
from backend.generation.run.running import ActiveRun
from backend.generation.runs import update_running
from backend.llm import Usage
from backend.metering import FailedAttempt, quota, record_failed_attempts
from backend.runlog import RunLog

log = structlog.get_logger("tanya.generation")

TELL_SECONDS = 10.0
"""After this long, readers of a run that cannot be stored get an `end` event; storing is
retried."""
ARRIVAL_SECONDS = 5.0
"""How long a client may take to begin reading; a run that ends sooner counts as watched."""
BACK_OFF = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
STORAGE_ERRORS = (Unavailable, DBAPIError, OSError)

_END = hot(
    update_running(
        (
            "state", "ended_at", "answered_by", "length", "shape", "finish_reason",
            "error_code", "input_tokens", "cached_tokens", "output_tokens",
            "reasoning_tokens", "cost_micro_dollars", "cost_estimated",
        )
    )
)  # fmt: skip


class RunFinisher:
    """Ends runs."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        run_log: RunLog,
        people: PreferencesSource,
        clock: Callable[[], datetime],
        estimate: Callable[[ActiveRun, TanyaError | None], Usage | None],
        arrival_seconds: float,
        pictures: Pictures,
    ) -> None:
        self._database = database
        self._pictures = pictures
        self._vault = vault
        self._log = run_log
        self._people = people
        self._clock = clock
        self._estimate = estimate
        self._arrival_seconds = arrival_seconds

    async def finish_run(self, running: ActiveRun, outcome: Outcome) -> bool:
        """Store the end and notify readers. Returns whether the run seemed to have readers.

        If the database cannot be written to, it retries until the process ends.
        """
        run = running.order.run
        usage = await self._prepare(running, outcome)
        loop = asyncio.get_running_loop()
        begun, told, attempt = loop.time(), False, 0
        arriving = begun - running.born < self._arrival_seconds
        watched = arriving or await self._log.watchers(run.id) > 0
        while True:
            try:
                store = partial(self._store, running, outcome, usage, watched=watched)
                stored, remaining = await self._database.write(store)
                break
            except Exception as error:
                expected = isinstance(error, STORAGE_ERRORS)
                tell = log.warning if expected else log.exception
                tell("end_not_stored", run_id=str(run.id), error=type(error).__name__)
                if not told and loop.time() - begun > TELL_SECONDS:
                    told = True
                    await self._tell_unstored(running, error)
                await asyncio.sleep(BACK_OFF[min(attempt, len(BACK_OFF) - 1)])
                attempt += 1
        if not told:
            if not stored:
                outcome = Outcome("interrupted", counts=False, error=RunInterrupted())
            else:
                running.relay.flush()
            running.writer.append([end_payload(outcome, running.order.language, usage, remaining)])
            await running.writer.close()
        log.info("run_ended", run_id=str(run.id), stored=stored,
                 **record_end(running, outcome, usage))  # fmt: skip
        return watched

    async def _prepare(self, running: ActiveRun, outcome: Outcome) -> Usage | None:
        """Prepare title and pictures before the transaction; a failure of one loses only that
        one."""
        usage = None
        try:
            usage = self._estimate(running, outcome.error)
            if running.relay.images:
                running.made = await self._pictures.prepare(running)
        except Exception:
            log.exception("end_not_prepared", run_id=str(running.order.run.id))
        return usage

    async def _store(
        self,
        running: ActiveRun,
        outcome: Outcome,
        usage: Usage | None,
        db: AsyncConnection,
        *,
        watched: bool,
    ) -> tuple[bool, int | None]:
        """Whether this call ended the run, and the person's remaining messages."""
        run, now = running.order.run, self._clock()
        values = await self._run_values(db, running, outcome, usage, now)
        if (await db.execute(_END, values)).rowcount == 0:
            # Reaped, or its conversation was deleted; a reservation still ends once.
            await self._close_receipts(db, running, outcome, usage)
            await self._release(db, running, usage, now, received=False)
            return False, None
        await self._store_message(db, running, outcome, now)
        if running.made:
            await self._pictures.store(db, running)
        if not watched and outbox.is_delivered(running, outcome):
            preferences = await self._people.preferences(db, run.user_id)
            if running.order.scheduled or preferences.hand_off:
                await outbox.put_in_outbox(db, run, running.order.language, now)
        await self._close_receipts(db, running, outcome, usage)
        used = await self._end_reservation(db, running, outcome, usage, now)
        return True, None if used is None else max(0, running.order.daily_limit - used)

    async def _run_values(
        self,
        db: AsyncConnection,
        running: ActiveRun,
        outcome: Outcome,
        usage: Usage | None,
        now: datetime,
    ) -> dict[str, Any]:
        run, relay = running.order.run, running.relay
        cipher = await self._vault.cipher(db, run.user_id, run.conversation_id)
        return {
            "user": run.user_id,
            "run": run.id,
            "new_state": outcome.state,
            "new_ended_at": now,
            "new_answered_by": _answered_by(relay),
            "new_length": len(running.order.base) + relay.length,
            "new_shape": seal_shape(cipher, run.id, relay.shape),
            "new_finish_reason": outcome.finish_reason,
            "new_error_code": outcome.error.code if outcome.error else None,
            "new_input_tokens": usage.input_tokens if usage else None,
            "new_cached_tokens": usage.cached_tokens if usage else None,
            "new_output_tokens": usage.output_tokens if usage else None,
            "new_reasoning_tokens": usage.reasoning_tokens if usage else None,
            "new_cost_micro_dollars": usage.cost_micro_dollars if usage else None,
            "new_cost_estimated": usage.estimated if usage else None,
        }

    async def _store_message(
        self, db: AsyncConnection, running: ActiveRun, outcome: Outcome, now: datetime
    ) -> None:
        run, relay = running.order.run, running.relay
        await conversations.finish_message(
            db,
            self._vault,
            run.user_id,
            run.conversation_id,
            run.message_id,
            run.id,
            text=running.text,
            state=outcome.state,
            now=now,
            citations=running.citations,
            thinking=relay.thinking.gathered(),
            model_id=_answered_by(relay) or running.order.request.model.id,
            error_code=outcome.error.code if outcome.error else None,
        )

    async def _end_reservation(
        self,
        db: AsyncConnection,
        running: ActiveRun,
        outcome: Outcome,
        usage: Usage | None,
        now: datetime,
    ) -> int | None:
        run = running.order.run
        if outcome.counts:
            used = await quota.settle_quota(
                db,
                run.user_id,
                run.id,
                now,
                provider=_provider(running.relay),
                maker=_maker(running),
                cost_micro_dollars=_cost(usage),
            )
        else:
            # A partial answer is delivered; a refusal is not.
            received = running.relay.length > 0 and outcome.finish_reason != "refusal"
            used = await self._release(db, running, usage, now, received=received)
        # The person's quota before the operator's day, as at a run's start.
        await self._record_failed(db, running)
        return used

    async def _release(
        self,
        db: AsyncConnection,
        running: ActiveRun,
        usage: Usage | None,
        now: datetime,
        *,
        received: bool,
    ) -> int | None:
        """Return the message; the provider's charge is booked anyway."""
        run = running.order.run
        return await quota.release_quota(
            db,
            run.user_id,
            run.id,
            now,
            provider=_provider(running.relay),
            cost_micro_dollars=_cost(usage),
            received=received,
        )

    async def _record_failed(self, db: AsyncConnection, running: ActiveRun) -> None:
        """Record the failed attempts that came before the answer, on the day on which it began."""
        run = running.order.run
        lost = [
            FailedAttempt(
                one.provider, one.model_id, one.usage.cost_micro_dollars or 0, one.usage.estimated
            )
            for one in running.relay.failed
        ]
        await record_failed_attempts(
            db, run.user_id, run.id, run.conversation_id, lost, running.began_at
        )

    async def _close_receipts(
        self, db: AsyncConnection, running: ActiveRun, outcome: Outcome, usage: Usage | None
    ) -> None:
        if running.receipts is not None:
            cut = outcome.error.code if outcome.error else outcome.state
            await running.receipts.close(db, cut, usage)

    async def _tell_unstored(self, running: ActiveRun, error: Exception) -> None:
        shown = error if isinstance(error, TanyaError) else Unavailable()
        outcome = Outcome("interrupted", counts=False, error=shown)
        running.writer.append([end_payload(outcome, running.order.language, None)])
        await running.writer.close()


def _provider(relay: Relay) -> str | None:
    return relay.sent[-1].provider if relay.sent else None


def _maker(running: ActiveRun) -> str | None:
    asked = running.relay.sent[-1].model_id if running.relay.sent else None
    return next((one.maker for one in running.order.choices if one.id == asked), None)


def _cost(usage: Usage | None) -> int:
    return (usage.cost_micro_dollars or 0) if usage is not None else 0


def _answered_by(relay: Relay) -> str | None:
    return relay.answering.model_id if relay.answering else None
