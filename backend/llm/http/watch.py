"""Ends reads that exceed their budgets, with one timer for all answers.

A timer for each would cost over half a kilobyte per stream, and time at every read.
"""

import asyncio
from typing import Final, Protocol

LOOK_SECONDS: Final = 0.5
"""The interval of checks; budgets are many seconds."""


class Watched(Protocol):
    """Something with a deadline."""

    def look(self, now: float) -> None:
        """End it if its deadline has passed, by the loop's clock."""
        ...


class Watch:
    """Checks all answers of a client."""

    def __init__(self) -> None:
        self._watched: set[Watched] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, one: Watched) -> None:
        """Start watching it."""
        self._watched.add(one)
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(LOOK_SECONDS, self._look, loop)

    def discard(self, one: Watched) -> None:
        """Stop watching it."""
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
