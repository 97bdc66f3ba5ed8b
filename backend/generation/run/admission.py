"""Limits how many answers this process writes at once; more are queued, then refused.

An overloaded server is slow for everybody. With a bounded queue it serves as many as it can and
tells the others when to retry.
"""

import asyncio
from bisect import insort
from collections.abc import Callable
from itertools import count

from backend.errors import ServerBusy

RETRY_SECONDS = 5
PLACES_SECONDS = 1.0
"""The least interval between two `queued` events of one run."""


class QueuedRun:
    """One queued run. Higher priority goes first, then first come, first served."""

    __slots__ = ("key", "on_place", "place", "turn")

    def __init__(
        self, key: tuple[int, int], turn: "asyncio.Future[None]", on_place: Callable[[int], None]
    ) -> None:
        self.key = key
        self.turn = turn
        self.on_place = on_place
        self.place = 0

    def __lt__(self, other: "QueuedRun") -> bool:
        return self.key < other.key


class Admission:
    """Admits `runs` answers at once and queues `queue` more."""

    def __init__(self, runs: int, queue: int) -> None:
        self._free = runs
        self._limit = queue
        self._queue: list[QueuedRun] = []
        self._admitted = 0
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    def admit(self) -> None:
        """Reserve a slot or a place in the queue for one run, which then calls `acquire_slot`.

        Raises:
            ServerBusy: both are full.
        """
        if self._free - self._admitted + self._limit - len(self._queue) <= 0:
            raise ServerBusy(retry_after=RETRY_SECONDS)
        self._admitted += 1

    def require_room_for(self, priority: int) -> None:
        """Refuse the lowest priority, the free plan's, when half of the queue is taken: the rest is
        for paid plans. No running answer is ended for another.

        Raises:
            ServerBusy: it is full for this priority.
        """
        if priority <= 0 and len(self._queue) * 2 > self._limit:
            raise ServerBusy(retry_after=RETRY_SECONDS)

    @property
    def waiting(self) -> int:
        """How many runs are in the queue."""
        return len(self._queue)

    def withdraw(self) -> None:
        """Cancel an admission."""
        self._admitted -= 1

    async def acquire_slot(self, priority: int, on_place: Callable[[int], None]) -> None:
        """Wait for a slot; `on_place` is called with the place in the queue as it changes."""
        self._admitted -= 1
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = QueuedRun((-priority, next(self._numbers)), turn, on_place)
        insort(self._queue, waiter)
        self._tell_places()
        try:
            await turn
        except asyncio.CancelledError:
            if waiter in self._queue:
                self._queue.remove(waiter)
            elif turn.done() and not turn.cancelled():
                self.release_slot()
            raise

    def release_slot(self) -> None:
        """Release a run's slot; the next one gets it."""
        while self._queue:
            turn = self._queue.pop(0).turn
            if not turn.done():  # else it was stopped just now
                turn.set_result(None)
                break
        else:
            self._free += 1
        if self._queue and self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(PLACES_SECONDS, self._tell_places)

    def _tell_places(self) -> None:
        self._timer = None
        for place, waiter in enumerate(self._queue, 1):
            if waiter.place != place:
                waiter.place = place
                waiter.on_place(place)
