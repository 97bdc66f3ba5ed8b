"""The end of a run: one transaction, and only from state `running`; then its readers are told.

Nothing is told before it is stored. Killed at any step, a run is either still `running`, and
then reaped, or wholly ended.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid5

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend.billing import charges, quota
from backend.db import Database, Vault, hot
from backend.errors import RunInterrupted, TanyaError, Unavailable
from backend.generation import outbox
from backend.generation.ends import end_payload
from backend.generation.log import RunLog
from backend.generation.outcome import Outcome
from backend.generation.pictures import Pictures
from backend.generation.ports import People, ReceiptEntry, Receipts
from backend.generation.relay import Relay
from backend.generation.replay import seal_shape
from backend.generation.running import Running
from backend.generation.tables import runs
from backend.llm import Usage

log = structlog.get_logger("tanya.generation")

TELL_SECONDS = 10.0
"""Readers of a run that cannot be stored are told so after this long; storing is tried on."""
ARRIVAL_SECONDS = 5.0
"""Whoever asked may need so long to begin reading; a run that ends sooner counts as watched."""
BACK_OFF = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
STORAGE_ERRORS = (Unavailable, DBAPIError, OSError)
DELIVERED_STATES = frozenset({"complete", "limited", "interrupted"})

_END = hot(
    sa.update(runs)
    .where(
        runs.c.user_id == sa.bindparam("user"),
        runs.c.id == sa.bindparam("run"),
        runs.c.state == "running",
    )
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=runs.c[name].type)
            for name in (
                "state", "ended_at", "answered_by", "length", "shape", "finish_reason",
                "error_code", "input_tokens", "cached_tokens", "output_tokens",
                "reasoning_tokens", "cost_micro_dollars", "cost_estimated",
            )
        }
    )
)  # fmt: skip


class Finisher:
    """Ends runs."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        run_log: RunLog,
        people: People,
        receipts: Receipts,
        clock: Callable[[], datetime],
        estimate: Callable[[Running, TanyaError | None], Usage | None],
        arrival_seconds: float = ARRIVAL_SECONDS,
        pictures: Pictures | None = None,
    ) -> None:
        self._database = database
        self._pictures = pictures
        self._vault = vault
        self._log = run_log
        self._people = people
        self._receipts = receipts
        self._clock = clock
        self._estimate = estimate
        self._arrival_seconds = arrival_seconds

    async def finish(self, running: Running, outcome: Outcome) -> bool:
        """Store the end and tell it. Returns whether somebody seemed to be watching.

        If the database cannot be written to it tries for as long as the process lives.
        """
        run = running.order.run
        usage = await self._prepare(running, outcome)
        loop = asyncio.get_running_loop()
        begun, told, attempt = loop.time(), False, 0
        arriving = begun - running.born < self._arrival_seconds
        watched = arriving or await self._log.watchers(run.id) > 0
        while True:
            try:
                stored, remaining = await self._store(running, outcome, usage, watched=watched)
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
        log.info("run_ended", run_id=str(run.id), state=outcome.state, stored=stored,
                 error=outcome.error.code if outcome.error else None)  # fmt: skip
        return watched

    async def _prepare(self, running: Running, outcome: Outcome) -> Usage | None:
        """What can be made ready before the transaction. A failure costs only what it was for."""
        usage = None
        try:
            usage = self._estimate(running, outcome.error)
            if self._pictures is not None and running.relay.images:
                running.made = await self._pictures.prepare(running)
        except Exception:
            log.exception("end_not_prepared", run_id=str(running.order.run.id))
        return usage

    async def _store(
        self, running: Running, outcome: Outcome, usage: Usage | None, *, watched: bool
    ) -> tuple[bool, int | None]:
        """Whether it was ours to end, and what is left of the person's day."""
        run, now = running.order.run, self._clock()
        async with self._database.unit_of_work() as db:
            values = await self._run_values(db, running, outcome, usage, now)
            if (await db.execute(_END, values)).rowcount == 0:
                # Reaped, or its conversation was deleted; a reservation still ends once.
                await self._release(db, running, usage, now, received=False)
                return False, None
            await self._store_message(db, running, outcome, now)
            if self._pictures is not None and running.made:
                await self._pictures.store(db, running)
            used = await self._end_reservation(db, running, outcome, usage, now)
            if entries := receipt_entries(running):
                await self._receipts.record(db, entries)
            if not watched and outcome.state in DELIVERED_STATES and running.text:
                preferences = await self._people.preferences(db, run.user_id)
                if preferences.hand_off:
                    await outbox.put(db, run, running.order.language, now)
        return True, None if used is None else max(0, running.order.daily_limit - used)

    async def _run_values(
        self,
        db: AsyncConnection,
        running: Running,
        outcome: Outcome,
        usage: Usage | None,
        now: datetime,
    ) -> dict[str, Any]:
        run, relay = running.order.run, running.relay
        cipher = await self._vault.cipher(db, run.user_id)
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
        self, db: AsyncConnection, running: Running, outcome: Outcome, now: datetime
    ) -> None:
        run, relay = running.order.run, running.relay
        await conversations.finish_message(
            db,
            self._vault,
            run.user_id,
            run.message_id,
            run.id,
            text=running.text,
            state=outcome.state,
            now=now,
            citations=running.citations,
            model_id=_answered_by(relay) or running.order.request.model.id,
            error_code=outcome.error.code if outcome.error else None,
        )

    async def _end_reservation(
        self,
        db: AsyncConnection,
        running: Running,
        outcome: Outcome,
        usage: Usage | None,
        now: datetime,
    ) -> int | None:
        run = running.order.run
        await self._record_failed(db, running)
        if not outcome.counts:
            # Half an answer is something; a model's own words that it will not answer are not.
            received = running.relay.length > 0 and outcome.finish_reason != "refusal"
            return await self._release(db, running, usage, now, received=received)
        return await quota.settle(
            db,
            run.user_id,
            run.id,
            now,
            provider=_provider(running.relay),
            cost_micro_dollars=_cost(usage),
        )

    async def _release(
        self,
        db: AsyncConnection,
        running: Running,
        usage: Usage | None,
        now: datetime,
        *,
        received: bool,
    ) -> int | None:
        """The message is given back; what a provider charges is booked all the same."""
        run = running.order.run
        return await quota.release(
            db,
            run.user_id,
            run.id,
            now,
            provider=_provider(running.relay),
            cost_micro_dollars=_cost(usage),
            received=received,
        )

    async def _record_failed(self, db: AsyncConnection, running: Running) -> None:
        """What was lost on attempts before the answer, of the day on which it was begun."""
        run, at = running.order.run, running.began_at
        for number, failed in enumerate(running.relay.failed):
            charge = charges.Charge(
                user_id=run.user_id,
                id=uuid5(run.id, str(number)),
                purpose="attempt",
                provider=failed.provider,
                model_id=failed.model_id,
                conversation_id=run.conversation_id,
            )
            await charges.record(
                db, charge, _cost(failed.usage), at, guessed=failed.usage.estimated
            )

    async def _tell_unstored(self, running: Running, error: Exception) -> None:
        shown = error if isinstance(error, TanyaError) else Unavailable()
        outcome = Outcome("interrupted", counts=False, error=shown)
        running.writer.append([end_payload(outcome, running.order.language, None)])
        await running.writer.close()


def receipt_entries(running: Running) -> list[ReceiptEntry]:
    """The calls that no receipt was written for yet."""
    order, relay = running.order, running.relay
    return [
        ReceiptEntry(
            user_id=order.run.user_id,
            run_id=order.run.id,
            conversation_id=order.run.conversation_id,
            purpose=order.kind,
            sent=sent,
            retention=relay.retention,
            message_ids=order.message_ids,
            request=order.request,
            prompts=order.prompts,
            materials=order.supplies.materials if order.supplies else (),
            sent_at=running.began_at,
        )
        for sent in relay.sent[running.recorded :]
    ]


def _provider(relay: Relay) -> str | None:
    return relay.sent[-1].provider if relay.sent else None


def _cost(usage: Usage | None) -> int:
    return (usage.cost_micro_dollars or 0) if usage is not None else 0


def _answered_by(relay: Relay) -> str | None:
    return relay.answering.model_id if relay.answering else None
