"""This process's runs, from queue to end."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from datetime import datetime
from math import inf
from typing import Protocol
from uuid import UUID

import structlog

from backend.citations import Citation
from backend.errors import TanyaError
from backend.files import Made
from backend.generation.run.admission import Admission
from backend.generation.run.attempts import AttemptReceipts
from backend.generation.run.outcome import (
    Outcome,
    Verdict,
    outcome_of_end,
    outcome_of_error,
    outcome_of_verdict,
)
from backend.generation.run.relay import Relay
from backend.generation.run.timer_wheel import TimerWheel
from backend.generation.schemas import RunOrder
from backend.generation.stream.events import NoticeEvent, QueuedEvent
from backend.llm import Event
from backend.runlog import RunWriter

log = structlog.get_logger("tanya.generation")

MAX_SECONDS = 1800.0
"""The longest run, without its time in the queue; adapters have tighter budgets. The checkpointer
enforces it, since a timer for each run would cost half a kilobyte."""


class ActiveRun:
    """One run of this process."""

    __slots__ = (
        *("_verdict", "began_at", "born", "due", "ending", "order"),
        *("made", "receipts", "relay", "saved", "task", "writer"),
    )

    def __init__(
        self, order: RunOrder, writer: RunWriter, wheel: TimerWheel, now: datetime
    ) -> None:
        self.order = order
        self.writer = writer
        self.relay = Relay(writer, wheel, len(order.base))
        self.began_at = now
        self.born = asyncio.get_running_loop().time()
        self.due = inf
        self.task: asyncio.Task[None] | None = None
        self.made: list[Made] = []
        self.saved = 0
        self.receipts: AttemptReceipts | None = None
        self.ending = False
        self._verdict: Verdict | None = None

    @property
    def text(self) -> str:
        """The answer so far, including text from before this run."""
        return self.order.base + self.relay.text

    @property
    def citations(self) -> list[Citation]:
        """The answer's sources so far."""
        return [*self.order.base_citations, *self.relay.citations]

    @property
    def has_text(self) -> bool:
        """Whether the answer is not empty; a picture is an answer too."""
        return bool(self.order.base or self.relay.images) or self.relay.length > 0

    def cut(self, verdict: Verdict) -> None:
        """End it now. Only the first call counts, and an end in progress is not interrupted."""
        if self._verdict is None and not self.ending and self.task is not None:
            self._verdict = verdict
            # Not before the task's first step: a task cancelled earlier would never run its
            # clean-up.
            asyncio.get_running_loop().call_soon(self.task.cancel)

    async def write(
        self,
        capacity: Admission,
        batches: Callable[["ActiveRun"], AsyncGenerator[Sequence[Event], None]],
        prepare: Sequence[Callable[["ActiveRun"], Awaitable[None]]] = (),
    ) -> Outcome:
        """Write the answer; always ends with an outcome.

        `prepare` judges the order and brings what it still lacks, once the run has its turn.
        """
        try:
            outcome = await self._write(capacity, batches, prepare)
        except asyncio.CancelledError:
            outcome = self._cancelled()
        except TanyaError as error:
            outcome = outcome_of_error(error, has_text=self.has_text)
        except Exception:
            log.exception("run_broke", run_id=str(self.order.run.id))
            outcome = outcome_of_error(TanyaError(), has_text=self.has_text)
        self.ending = True
        self.relay.flush()
        return outcome

    async def _write(
        self,
        capacity: Admission,
        batches: Callable[["ActiveRun"], AsyncGenerator[Sequence[Event], None]],
        prepare: Sequence[Callable[["ActiveRun"], Awaitable[None]]],
    ) -> Outcome:
        await capacity.acquire_slot(
            self.order.priority, lambda place: self.relay.append_event(QueuedEvent(place))
        )
        try:
            for step in prepare:
                await step(self)
            if self.order.cut_at is not None:
                self.relay.append_event(NoticeEvent("context_cut", self.order.cut_at))
            self.due = asyncio.get_running_loop().time() + MAX_SECONDS
            async with aclosing(batches(self)) as stream:
                await self.relay.carry(stream)
        finally:
            capacity.release_slot()
        return outcome_of_end(self.relay.done, has_text=self.has_text)

    def _cancelled(self) -> Outcome:
        """The outcome of a cancelled run: a verdict, or the process's shutdown."""
        if self.task is not None and self._verdict is not None:
            self.task.uncancel()
        wrote = self.relay.length > 0
        return outcome_of_verdict(
            self._verdict or "interrupted", wrote=wrote, has_text=self.has_text
        )


class Finish(Protocol):
    """Called with a run that has ended."""

    async def __call__(self, running: ActiveRun, outcome: Outcome) -> None:
        """Store it, then tell its readers."""
        ...


class ActiveRuns:
    """All runs of this process, by id."""

    def __init__(self) -> None:
        self._by_id: dict[UUID, ActiveRun] = {}
        self._empty = asyncio.Event()
        self._empty.set()

    def add(self, running: ActiveRun) -> None:
        """Add a starting run."""
        self._by_id[running.order.run.id] = running
        self._empty.clear()

    def remove(self, running: ActiveRun) -> None:
        """Remove a run that has ended and is stored."""
        self._by_id.pop(running.order.run.id, None)
        if not self._by_id:
            self._empty.set()

    def get(self, run_id: UUID) -> ActiveRun | None:
        """The run, if this process is writing it."""
        return self._by_id.get(run_id)

    def __iter__(self) -> Iterator[ActiveRun]:
        return iter(list(self._by_id.values()))

    def __len__(self) -> int:
        return len(self._by_id)

    async def all_ended(self) -> None:
        """Wait until no run is left."""
        await self._empty.wait()
