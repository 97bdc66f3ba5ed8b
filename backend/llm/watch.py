"""Ends reads whose time is up: one timer looks after all answers.

A timer for each would cost more than half a kilobyte a stream, and setting it some of every read.
"""

import asyncio
from typing import Final, Protocol

LOOK_SECONDS: Final = 0.5
"""How late it may notice; budgets are many seconds."""


class Watched(Protocol):
    """Something that can take too long."""

    def look(self, now: float) -> None:
        """End it if its time is up, by the loop's clock."""
        ...


class Watch:
    """One for all answers of a client."""

    def __init__(self) -> None:
        self._watched: set[Watched] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, one: Watched) -> None:
        """Look after it."""
        self._watched.add(one)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(LOOK_SECONDS, self._look, loop)

    def discard(self, one: Watched) -> None:
        """It is over."""
        self._watched.discard(one)

    def close(self) -> None:
        """Stop."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for one in self._watched:
            one.look(now)
        self._timer = loop.call_later(LOOK_SECONDS, self._look, loop) if self._watched else None
