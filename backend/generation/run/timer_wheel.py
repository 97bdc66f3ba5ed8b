"""The timer wheel that paces all runs: ten slots of 10 ms, turned by one timer.

After a flush a run waits one rotation before it reads again, so that the kernel gathers what
arrives meanwhile into one read and one flush. One timer serves any number of waiting runs, and none
runs when no run waits. It uses the loop's monotonic clock.
"""

import asyncio

SLOTS = 10
WIDTH = 0.010
EARLY = 0.002
"""uvloop's timers count whole milliseconds and may fire a little early. Waiting again for the
rest would spin until it has passed."""
ROTATION = SLOTS * WIDTH
"""The longest wait in seconds; the shortest is one slot less."""


class TimerWheel:
    """One for the whole process; bound to the event loop it is first used in."""

    def __init__(self) -> None:
        self._slots: list[list[asyncio.Future[None]]] = [[] for _ in range(SLOTS)]
        self._index = 0
        self._waiting = 0
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def rotation(self) -> asyncio.Future[None]:
        """A future that is done 90–100 ms from now, together with its slot's others."""
        if (loop := self._loop) is None:  # asked for once: in 3.11 it is a system call
            loop = self._loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        if self._timer is None:
            self._due = loop.time() + WIDTH
            self._timer = loop.call_at(self._due, self._turn, loop)
        self._slots[self._index].append(future)
        self._waiting += 1
        return future

    @property
    def idle(self) -> bool:
        """Whether no run waits, and so no timer runs."""
        return self._timer is None

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        """Fire the slot whose time has come.

        After the loop was blocked, late slots fire one per loop turn: together they would delay
        everything else, such as new questions.
        """
        now = loop.time()
        # After a block of more than a rotation, each slot fires once, not once per missed turn.
        self._due = max(self._due, now - ROTATION)
        if self._due <= now + EARLY:
            self._index = (self._index + 1) % SLOTS
            self._due += WIDTH
            self._fire(self._index)
        self._timer = None
        if self._waiting:
            self._timer = loop.call_at(self._due, self._turn, loop)

    def _fire(self, index: int) -> None:
        slot = self._slots[index]
        if not slot:
            return
        self._slots[index] = []
        self._waiting -= len(slot)
        for future in slot:
            if not future.done():
                future.set_result(None)
