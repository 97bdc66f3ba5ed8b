"""The generation service. It owns runs from the first transaction to the last.

A run belongs to the server, not to the request that started it: it continues without readers.
"""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
import structlog
from msgspec.structs import replace

from backend import metrics
from backend.db import Database
from backend.errors import RunNotFound, ServerDraining, TanyaError
from backend.generation.delivery.late_readers import LateReaders
from backend.generation.ports import Intake
from backend.generation.record.checkpoint import Checkpointer
from backend.generation.record.finisher import STORAGE_ERRORS, RunFinisher
from backend.generation.record.heartbeat import BEAT_SECONDS, OwnerProcess, sign_off_process
from backend.generation.record.reaper import REAP_SECONDS, RunReaper
from backend.generation.record.replay import RunReplayer
from backend.generation.request.start import RunStarter
from backend.generation.request.turn import Request
from backend.generation.run.admission import Admission
from backend.generation.run.materials import MaterialLoader
from backend.generation.run.model_stream import ModelStream
from backend.generation.run.moderation import LOOK_SECONDS, RunModeration
from backend.generation.run.running import ActiveRun, ActiveRuns
from backend.generation.run.timer_wheel import TimerWheel
from backend.generation.schemas import Continue, Regenerate, Run, RunOrder, SendMessage
from backend.generation.stream.events import State, StreamEvent, read_events
from backend.generation.tables import runs
from backend.nursery import Nursery
from backend.runlog import LiveEvents, PersonEvents, RunChangedEvent, RunLog

log = structlog.get_logger("tanya.generation")

RETRY_SECONDS = 2
TITLED_STATES = frozenset({"complete", "stopped", "limited"})
"""End states after which a title is made, if there is text."""
STORE_SECONDS = 10.0
LAST_READ_SECONDS = 0.5
"""How long readers have to receive the end of their answers when the process stops."""
_STATE = sa.select(runs.c.state, runs.c.owner).where(
    runs.c.user_id == sa.bindparam("user"), runs.c.id == sa.bindparam("run")
)


class TitleMaker(Protocol):
    """Gives a conversation a title after its first answer."""

    async def make_title(self, running: ActiveRun) -> None:
        """Make and store a title; never raises."""
        ...


@dataclass(kw_only=True)
class GenerationParts:
    """What the room is made of; `composition.py` builds them."""

    database: Database
    run_log: RunLog
    person_events: PersonEvents
    nursery: Nursery
    process: OwnerProcess
    clock: Callable[[], datetime]
    intake: Intake
    active: ActiveRuns
    admission: Admission
    starter: RunStarter
    models: ModelStream
    moderation: RunModeration
    materials: MaterialLoader
    finisher: RunFinisher
    checkpointer: Checkpointer
    reaper: RunReaper
    late_readers: LateReaders
    replayer: RunReplayer
    titler: TitleMaker


class Generation:
    """Starts, joins, follows and stops runs. One per process; call `start` before use."""

    def __init__(self, parts: GenerationParts) -> None:
        self.parts = parts
        """Public, so that tests can look at single parts and replace them."""
        self._timer_wheel = TimerWheel()
        self._accepting = True

    async def start(self) -> None:
        """End runs of dead processes, and start the background tasks."""
        await self.parts.checkpointer.save_texts()
        await self.parts.reaper.reap()
        await self.parts.run_log.start()
        self.parts.person_events.start(self.parts.nursery)
        repeat, late_readers = self.parts.nursery.repeat, self.parts.late_readers
        repeat(self.parts.checkpointer.work, name="run-checkpoints", every=BEAT_SECONDS,
               first=BEAT_SECONDS)  # fmt: skip
        repeat(self.parts.moderation.look, name="run-moderation", every=LOOK_SECONDS)
        repeat(self.parts.reaper.reap, name="run-reaper", every=REAP_SECONDS)
        repeat(late_readers.work, name="run-late-readers", every=late_readers.every)

    async def send(self, user_id: int, language: str, message: SendMessage) -> Run:
        """Answer a person's message.

        Raises:
            IdempotencyConflict: the id was sent before with other content.
            ServerBusy, ServerDraining, UnderMaintenance: this server accepts nothing now.
            TanyaError: from conversations and plans.
        """
        return await self._start_run(user_id, language, message)

    async def regenerate(self, user_id: int, language: str, wanted: Regenerate) -> Run:
        """Write another answer to the same question. Raises as `send`."""
        return await self._start_run(user_id, language, wanted)

    async def continue_answer(self, user_id: int, language: str, wanted: Continue) -> Run:
        """Continue an answer that ended early, in place. Raises as `send`."""
        return await self._start_run(user_id, language, wanted)

    @property
    def queued(self) -> int:
        """How many runs wait for a place."""
        return self.parts.admission.waiting

    async def stop(self, user_id: int, run_id: UUID) -> None:
        """End a run of any process, keeping its text. An ended one is unchanged.

        Raises:
            RunNotFound: the person has no such run.
            StopNotDelivered: its process cannot be reached now.
        """
        if (running := self._own(user_id, run_id)) is not None:
            running.cut("stopped")
            return
        if await self._state(user_id, run_id) == "running":
            await self.parts.run_log.stop(run_id)

    async def follow(self, user_id: int, run_id: UUID, after: int) -> AsyncIterable[bytes]:
        """The run's events after number `after`, as bytes ready to be sent.

        If they end without the event `end`, follow again from the last number received.

        Raises:
            RunNotFound: the person has no such run.
        """
        after = max(0, after)
        if self._own(user_id, run_id) is not None:
            return LiveEvents(self.parts.run_log, run_id, after)
        state = await self._state(user_id, run_id)
        if await self.parts.run_log.knows(run_id):
            return LiveEvents(self.parts.run_log, run_id, after)
        if state == "running":
            # Its process is dead or unreachable: the reaper will end it.
            return _nothing()
        return await self.parts.replayer.follow(user_id, run_id, after)

    async def events(
        self, user_id: int, run_id: UUID, after: int
    ) -> AsyncGenerator[tuple[int, StreamEvent], None]:
        """As `follow`, as objects, each with its number."""
        async for frames in await self.follow(user_id, run_id, after):
            for one in read_events(frames):
                yield one

    async def drain(self, seconds: float) -> None:
        """Accept nothing new, let running answers continue for this long, then end and store them.

        All readers are disconnected at the end; those of other processes' runs reconnect elsewhere.
        """
        self._accepting = False
        try:
            async with asyncio.timeout(seconds):
                await self.parts.active.all_ended()
        except TimeoutError:
            log.info("drain_cuts", runs=len(self.parts.active))
            for running in self.parts.active:
                running.cut("interrupted")
            # An unavailable database must not delay the stop: another process reaps these runs.
            with suppress(TimeoutError):
                async with asyncio.timeout(STORE_SECONDS):
                    await self.parts.active.all_ended()
        await asyncio.sleep(LAST_READ_SECONDS if self.parts.late_readers else 0)
        await self.parts.late_readers.settle(math.inf)
        self.parts.checkpointer.retire()
        # If this fails, the process is detected as dead instead, with the same effect.
        with suppress(*STORAGE_ERRORS):
            async with self.parts.database.unit_of_work() as db:
                await sign_off_process(db, self.parts.process.id)
        await self.parts.run_log.aclose()
        await self.parts.person_events.aclose()

    @property
    def running(self) -> int:
        """How many runs this process is writing or has in its queue."""
        return len(self.parts.active)

    async def _start_run(self, user_id: int, language: str, request: Request) -> Run:
        closed = None if self._accepting else ServerDraining(retry_after=RETRY_SECONDS)
        if (refusal := closed or self.parts.intake.refusal()) is not None:
            # A run that was begun before can still be joined.
            if (joined := await self.parts.starter.find_run(user_id, request)) is not None:
                return joined
            raise refusal
        # In the nursery, so that a client that disconnects now does not interrupt the start.
        begun = self.parts.nursery.start_task(
            self._try_start(user_id, language, request), name="run-start"
        )
        result = await asyncio.shield(begun)
        if isinstance(result, Exception):
            if isinstance(result, TanyaError):
                metrics.REFUSALS.labels(result.code).inc()
            raise result
        return result

    async def _try_start(self, user_id: int, language: str, request: Request) -> Run | Exception:
        try:
            self.parts.admission.admit()
        except Exception as refusal:
            return await self._joined_or(refusal, user_id, request)
        launched = False
        try:
            order = await self.parts.starter.start_run(user_id, language, request)
            if isinstance(order, Run):
                return order
            self._launch(order)
            launched = True
            return order.run
        except Exception as refusal:
            return refusal
        finally:
            if not launched:
                self.parts.admission.withdraw()

    async def _joined_or(
        self, refusal: Exception, user_id: int, request: Request
    ) -> Run | Exception:
        try:
            return await self.parts.starter.find_run(user_id, request) or refusal
        except Exception as error:
            return error

    def _launch(self, order: RunOrder) -> None:
        writer = self.parts.run_log.open(order.run.id, partial(self._cut, order.run.id))
        writer.append([order.start])
        order = replace(order, start=b"")  # told; thousands are kept in memory at once
        self._tell(order.run, "running")
        running = ActiveRun(order, writer, self._timer_wheel, self.parts.clock())
        self.parts.active.add(running)
        running.task = self.parts.nursery.start_task(self._work(running), name="run")

    def _cut(self, run_id: UUID) -> None:
        if (running := self.parts.active.get(run_id)) is not None:
            running.cut("stopped")

    async def _work(self, running: ActiveRun) -> None:
        try:
            judge, load = self.parts.moderation, self.parts.materials.load
            before = (judge.check_question, load, judge.check_materials)
            outcome = await running.write(self.parts.admission, self.parts.models.open, before)
            outcome = await judge.check_answer(running, outcome)
            watched = await self.parts.finisher.finish_run(running, outcome)
            self._tell(running.order.run, outcome.state)
            self.parts.late_readers.add(running, outcome, watched=watched)
        finally:
            self.parts.active.remove(running)
        if running.order.wants_title and running.text and outcome.state in TITLED_STATES:
            await self.parts.titler.make_title(running)

    def _tell(self, run: Run, state: State) -> None:
        """Notify the person's devices."""
        event = RunChangedEvent(run.conversation_id, run.id, run.message_id, state)
        self.parts.person_events.publish(run.user_id, event)

    def _own(self, user_id: int, run_id: UUID) -> ActiveRun | None:
        """The run, if it is the person's and of this process."""
        running = self.parts.active.get(run_id)
        return running if running is not None and running.order.run.user_id == user_id else None

    async def _state(self, user_id: int, run_id: UUID) -> str:
        async with self.parts.database.snapshot() as db:
            row: Any = (await db.execute(_STATE, {"user": user_id, "run": run_id})).one_or_none()
        if row is None:
            raise RunNotFound
        return str(row.state)


async def _nothing() -> AsyncGenerator[bytes, None]:
    """Ends at once."""
    return
    yield
