"""How many answers this process writes at once; past it they queue, then are refused.

A server that takes more than it can do serves everybody badly. One with a queue whose end is
known serves as many as it can, and tells the others when to come back.
"""

import asyncio
from bisect import insort
from collections.abc import Callable
from itertools import count

from backend.errors import ServerBusy

RETRY_SECONDS = 5
PLACES_SECONDS = 1.0
"""Those who wait are told their place so often at most."""


class Waiter:
    """One run in the queue. Higher priority goes first, then whoever came first."""

    __slots__ = ("key", "on_place", "place", "turn")

    def __init__(
        self, key: tuple[int, int], turn: "asyncio.Future[None]", on_place: Callable[[int], None]
    ) -> None:
        self.key = key
        self.turn = turn
        self.on_place = on_place
        self.place = 0

    def __lt__(self, other: "Waiter") -> bool:
        return self.key < other.key


class Capacity:
    """Seats for `runs` answers and a queue of `queue` more."""

    def __init__(self, runs: int, queue: int) -> None:
        self._free = runs
        self._limit = queue
        self._queue: list[Waiter] = []
        self._admitted = 0
        self._numbers = count()
        self._timer: asyncio.TimerHandle | None = None

    def admit(self) -> None:
        """Promise a seat or a place in the queue to one run; it then calls `take`.

        Raises:
            ServerBusy: there is neither.
        """
        if self._free - self._admitted + self._limit - len(self._queue) <= 0:
            raise ServerBusy(retry_after=RETRY_SECONDS)
        self._admitted += 1

    def withdraw(self) -> None:
        """The run that was admitted will not come."""
        self._admitted -= 1

    async def take(self, priority: int, on_place: Callable[[int], None]) -> None:
        """Wait for a seat; `on_place` is called with the place in the queue as it changes."""
        self._admitted -= 1
        if self._free > 0:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = Waiter((-priority, next(self._numbers)), turn, on_place)
        insort(self._queue, waiter)
        self._tell_places()
        try:
            await turn
        except asyncio.CancelledError:
            if waiter in self._queue:
                self._queue.remove(waiter)
            elif turn.done() and not turn.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """A run has ended; the next one gets its seat."""
        while self._queue:
            turn = self._queue.pop(0).turn
            if not turn.done():  # else it was stopped this very moment
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
