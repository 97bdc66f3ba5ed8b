"""Generation: what clients ask of it. It owns runs from the first transaction to the last.

A run belongs to the server, not to the request that began it: it goes on when everybody leaves.
"""

import asyncio
import math
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from msgspec.structs import replace

from backend.billing.metering import Meter
from backend.db import Database, Vault
from backend.errors import RunNotFound, ServerDraining
from backend.generation.capacity import Capacity
from backend.generation.checkpoint import Checkpointer
from backend.generation.estimate import estimate
from backend.generation.finish import ARRIVAL_SECONDS, STORAGE_ERRORS, Finisher
from backend.generation.linger import Lingering
from backend.generation.live import Live
from backend.generation.log import RunLog
from backend.generation.ordering import Request
from backend.generation.owners import Process, sign_off
from backend.generation.pictures import Pictures
from backend.generation.ports import (
    Consents,
    Models,
    NoReceipts,
    Painters,
    People,
    Receipts,
    Router,
)
from backend.generation.reaper import Reaper
from backend.generation.replay import Replayer
from backend.generation.running import Running, Runs
from backend.generation.schemas import Continue, Order, Regenerate, Run, SendMessage
from backend.generation.side import Side
from backend.generation.start import Starter
from backend.generation.supplies import Supplier
from backend.generation.tables import runs
from backend.generation.titles import Titler
from backend.generation.wheel import Wheel
from backend.llm import Event
from backend.nursery import Nursery
from backend.sources import Sources, WebPages

log = structlog.get_logger("tanya.generation")

RETRY_SECONDS = 2
STORE_SECONDS = 10.0
LAST_READ_SECONDS = 0.5
"""What readers get to take the end of their answers before a process that stops lets go."""
_STATE = sa.select(runs.c.state, runs.c.owner).where(
    runs.c.user_id == sa.bindparam("user"), runs.c.id == sa.bindparam("run")
)


class Generation:
    """Runs: begin, join, follow and stop them. One per process; `start` before use."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        run_log: RunLog,
        nursery: Nursery,
        models: Models,
        router: Router,
        people: People,
        process: Process,
        clock: Callable[[], datetime],
        receipts: Receipts | None = None,
        max_runs: int = 10_000,
        queue_limit: int = 1_000,
        titles: bool = True,
        arrival_seconds: float = ARRIVAL_SECONDS,
        sources: Sources | None = None,
        pages: WebPages | None = None,
        painters: Painters | None = None,
        consents: Consents | None = None,
        daily_cap: int | None = None,
    ) -> None:
        receipts = receipts or NoReceipts()
        self._database = database
        self._log = run_log
        self._nursery = nursery
        self._router = router
        self._process = process
        self._clock = clock
        self._runs = Runs()
        self._wheel = Wheel()
        self._capacity = Capacity(max_runs, queue_limit)
        self._accepting = True
        self._painters = painters
        self._supplier = Supplier(database, vault, pages)
        self._starter = Starter(
            database, vault, models, people, process.id, clock, painters, consents, daily_cap
        )
        pictures = Pictures(sources) if sources is not None else None
        self._finisher = Finisher(
            database, vault, run_log, people, receipts, clock, estimate, arrival_seconds, pictures
        )
        self._checkpointer = Checkpointer(database, vault, receipts, self._runs, process, clock)
        self._reaper = Reaper(database, run_log, process, clock)
        self._lingering = Lingering(database, run_log, people, clock)
        self._replayer = Replayer(database, vault)
        side = Side(database, router, receipts, Meter(database, clock, daily_cap))
        self._titler = Titler(database, vault, models, side, clock, consents) if titles else None

    async def start(self) -> None:
        """End what dead processes have left, and begin to work."""
        await self._checkpointer.keep()
        await self._reaper.reap()
        await self._log.start()
        for work, name in (
            (self._checkpointer.work(), "run-checkpoints"),
            (self._reaper.work(), "run-reaper"),
            (self._lingering.work(), "run-linger"),
        ):
            self._nursery.start(work, name=name)

    async def send(self, user_id: int, language: str, message: SendMessage) -> Run:
        """Answer what a person says.

        Raises:
            IdempotencyConflict: the id was sent before with other content.
            ServerBusy, ServerDraining: this server takes nothing now.
            TanyaError: as conversations and billing refuse.
        """
        return await self._begin(user_id, language, message)

    async def regenerate(self, user_id: int, language: str, wanted: Regenerate) -> Run:
        """Write another answer beside one. Raises as `send`."""
        return await self._begin(user_id, language, wanted)

    async def continue_(self, user_id: int, language: str, wanted: Continue) -> Run:
        """Let an answer that ended early go on in place. Raises as `send`."""
        return await self._begin(user_id, language, wanted)

    async def stop(self, user_id: int, run_id: UUID) -> None:
        """End a run, keeping its text; from any process. One that has ended stays as it is.

        Raises:
            RunNotFound: the person has no such run.
            StopNotDelivered: its process cannot be reached now.
        """
        if (running := self._own(user_id, run_id)) is not None:
            running.cut("stopped")
            return
        if await self._state(user_id, run_id) == "running":
            await self._log.stop(run_id)

    async def follow(self, user_id: int, run_id: UUID, after: int) -> AsyncIterable[bytes]:
        """The run's events after number `after`, as bytes ready to be sent.

        They end with the event `end`; if they end without one, follow again from the last
        number received.

        Raises:
            RunNotFound: the person has no such run.
        """
        after = max(0, after)
        if self._own(user_id, run_id) is not None:
            return Live(self._log, run_id, after)
        state = await self._state(user_id, run_id)
        if await self._log.knows(run_id):
            return Live(self._log, run_id, after)
        if state == "running":
            # Its process is dead, or not to be reached: sooner or later there is an end.
            return _nothing()
        return await self._replayer.follow(user_id, run_id, after)

    async def drain(self, seconds: float) -> None:
        """Take nothing new, let running answers go on for so long, then end and store them.

        All readers are let go at the end; those of other processes' runs follow them elsewhere.
        """
        self._accepting = False
        try:
            async with asyncio.timeout(seconds):
                await self._runs.all_ended()
        except TimeoutError:
            log.info("drain_cuts", runs=len(self._runs))
            for running in self._runs:
                running.cut("interrupted")
            # A database that takes nothing must not hold up the process: the next one reaps.
            with suppress(TimeoutError):
                async with asyncio.timeout(STORE_SECONDS):
                    await self._runs.all_ended()
        await asyncio.sleep(LAST_READ_SECONDS if self._lingering else 0)
        await self._lingering.settle(math.inf)
        self._checkpointer.retire()
        # Unsaid, it is taken for dead instead, which comes to the same.
        with suppress(*STORAGE_ERRORS):
            async with self._database.unit_of_work() as db:
                await sign_off(db, self._process.id)
        await self._log.aclose()

    @property
    def running(self) -> int:
        """How many runs this process is writing or has in its queue."""
        return len(self._runs)

    async def _begin(self, user_id: int, language: str, request: Request) -> Run:
        if not self._accepting:
            # A run that was begun here can still be joined.
            if (joined := await self._starter.find(user_id, request)) is not None:
                return joined
            raise ServerDraining(retry_after=RETRY_SECONDS)
        # In the nursery, so that a client who leaves now cannot leave a run half begun.
        begun = self._nursery.start(self._try_begin(user_id, language, request), name="run-start")
        result = await asyncio.shield(begun)
        if isinstance(result, Exception):
            raise result
        return result

    async def _try_begin(self, user_id: int, language: str, request: Request) -> Run | Exception:
        try:
            self._capacity.admit()
        except Exception as refusal:
            return await self._joined_or(refusal, user_id, request)
        launched = False
        try:
            order = await self._starter.start(user_id, language, request)
            if isinstance(order, Run):
                return order
            self._launch(order)
            launched = True
            return order.run
        except Exception as refusal:
            return refusal
        finally:
            if not launched:
                self._capacity.withdraw()

    async def _joined_or(
        self, refusal: Exception, user_id: int, request: Request
    ) -> Run | Exception:
        try:
            return await self._starter.find(user_id, request) or refusal
        except Exception as error:
            return error

    def _launch(self, order: Order) -> None:
        writer = self._log.open(order.run.id, partial(self._cut, order.run.id))
        writer.append([order.start])
        order = replace(order, start=b"")  # told; thousands are kept in memory at once
        running = Running(order, writer, self._wheel, self._clock())
        self._runs.add(running)
        running.task = self._nursery.start(self._work(running), name="run")

    def _cut(self, run_id: UUID) -> None:
        if (running := self._runs.get(run_id)) is not None:
            running.cut("stopped")

    async def _work(self, running: Running) -> None:
        try:
            outcome = await running.write(self._capacity, self._ask, self._supplier.bring)
            watched = await self._finisher.finish(running, outcome)
            self._lingering.add(running, outcome, watched=watched)
        finally:
            self._runs.remove(running)
        if self._titler is not None and running.order.wants_title and outcome.state == "complete":
            await self._titler.make(running)

    def _ask(self, order: Order) -> AsyncGenerator[Sequence[Event], None]:
        router = self._router
        if order.paints and self._painters is not None:
            router = self._painters.painter_router
        return router.stream(order.request, order.choices, order.budget)

    def _own(self, user_id: int, run_id: UUID) -> Running | None:
        """The run, if it is the person's and of this process."""
        running = self._runs.get(run_id)
        return running if running is not None and running.order.run.user_id == user_id else None

    async def _state(self, user_id: int, run_id: UUID) -> str:
        async with self._database.snapshot() as db:
            row: Any = (await db.execute(_STATE, {"user": user_id, "run": run_id})).one_or_none()
        if row is None:
            raise RunNotFound
        return str(row.state)


async def _nothing() -> AsyncGenerator[bytes, None]:
    """Ends at once."""
    return
    yield
