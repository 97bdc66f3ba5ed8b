"""The runs that this process is writing, and each one's life from queue to end."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime
from math import inf
from typing import Protocol
from uuid import UUID

import structlog

from backend.conversations import Citation
from backend.errors import TanyaError
from backend.generation.capacity import Capacity
from backend.generation.events import Notice, Queued
from backend.generation.log import RunWriter
from backend.generation.outcome import Outcome, Verdict, of_end, of_error, of_verdict
from backend.generation.relay import Relay
from backend.generation.schemas import Order
from backend.generation.wheel import Wheel
from backend.llm import Event
from backend.sources import Made

log = structlog.get_logger("tanya.generation")

MAX_SECONDS = 1800.0
"""No answer takes longer, waiting in the queue apart; adapters have tighter budgets. The
checkpointer sees to it: a timer for each run would cost it half a kilobyte."""


class Running:
    """One run of this process."""

    __slots__ = (
        *("_verdict", "began_at", "born", "due", "ending", "order"),
        *("made", "recorded", "relay", "saved", "task", "writer"),
    )

    def __init__(self, order: Order, writer: RunWriter, wheel: Wheel, now: datetime) -> None:
        self.order = order
        self.writer = writer
        self.relay = Relay(writer, wheel, len(order.base))
        self.began_at = now
        self.born = asyncio.get_running_loop().time()
        self.due = inf
        self.task: asyncio.Task[None] | None = None
        self.made: list[Made] = []
        self.saved = 0
        self.recorded = 0
        self.ending = False
        self._verdict: Verdict | None = None

    @property
    def text(self) -> str:
        """The answer so far, with what it had before."""
        return self.order.base + self.relay.text

    @property
    def citations(self) -> list[Citation]:
        """The answer's sources so far."""
        new = self.relay.citations
        return [
            *self.order.base_citations,
            *(Citation(c.url, c.title, c.start, c.end) for c in new),
        ]

    @property
    def has_text(self) -> bool:
        """Whether the answer is not empty; a picture is an answer too."""
        return bool(self.order.base or self.relay.images) or self.relay.length > 0

    def cut(self, verdict: Verdict) -> None:
        """End it now; the first call decides, and an end that has begun is not disturbed."""
        if self._verdict is None and not self.ending and self.task is not None:
            self._verdict = verdict
            # Not before the task's first step, in which a cancelled one would die unheard.
            asyncio.get_running_loop().call_soon(self.task.cancel)

    async def write(
        self,
        capacity: Capacity,
        batches: Callable[[Order], AsyncGenerator[Sequence[Event], None]],
        prepare: Callable[["Running"], Awaitable[None]] | None = None,
    ) -> Outcome:
        """Write the answer; however that ends, it ends here, with an outcome.

        `prepare` brings what the order still lacks, once the run has its turn.
        """
        try:
            outcome = await self._write(capacity, batches, prepare)
        except asyncio.CancelledError:
            outcome = self._cancelled()
        except TanyaError as error:
            outcome = of_error(error, has_text=self.has_text)
        except Exception:
            log.exception("run_broke", run_id=str(self.order.run.id))
            outcome = of_error(TanyaError(), has_text=self.has_text)
        self.ending = True
        self.relay.flush()
        return outcome

    async def _write(
        self,
        capacity: Capacity,
        batches: Callable[[Order], AsyncGenerator[Sequence[Event], None]],
        prepare: Callable[["Running"], Awaitable[None]] | None,
    ) -> Outcome:
        await capacity.take(self.order.priority, lambda place: self.relay.tell(Queued(place)))
        try:
            if prepare is not None and self.order.supplies is not None:
                await prepare(self)
            if self.order.cut_at is not None:
                self.relay.tell(Notice("context_cut", self.order.cut_at))
            self.due = asyncio.get_running_loop().time() + MAX_SECONDS
            async with aclosing(batches(self.order)) as stream:
                await self.relay.carry(stream)
        finally:
            capacity.give_back()
        return of_end(self.relay.done, has_text=self.has_text)

    def _cancelled(self) -> Outcome:
        """Cut short on purpose, or with the whole process."""
        if self.task is not None and self._verdict is not None:
            self.task.uncancel()
        wrote = self.relay.length > 0
        return of_verdict(self._verdict or "interrupted", wrote=wrote, has_text=self.has_text)


class Finish(Protocol):
    """What is done with a run that has ended."""

    async def __call__(self, running: Running, outcome: Outcome) -> None:
        """Store it, then tell its readers."""
        ...


class Runs:
    """All runs of this process, by id."""

    def __init__(self) -> None:
        self._by_id: dict[UUID, Running] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def add(self, running: Running) -> None:
        """A run begins."""
        self._by_id[running.order.run.id] = running
        self._empty.clear()

    def remove(self, running: Running) -> None:
        """A run has ended and is stored."""
        self._by_id.pop(running.order.run.id, None)
        if not self._by_id:
            self._empty.set()

    def get(self, run_id: UUID) -> Running | None:
        """The run, if this process is writing it."""
        return self._by_id.get(run_id)

    def __iter__(self) -> Iterator[Running]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    async def all_ended(self) -> None:
        """Wait until no run is left."""
        await self._empty.wait()
