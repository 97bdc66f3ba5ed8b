"""Sends changes to the page: numbered events in a short buffer, streamed as SSE."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable

import msgspec

from telegram_emulator.events import AnyEvent, ResetEvent
from telegram_emulator.waiting import wait_for_event

MEMORY = 2000
"""How many events can be replayed after a reconnect."""
KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment is sent."""


class Changes:
    """The log of events. Revisions start at the current time, so that a restart never repeats one
    and an old page gets a `reset`."""

    def __init__(self, listener: Callable[[AnyEvent], None]) -> None:
        self._listener = listener
        self.revision = int(time.time() * 1000)
        self._events: deque[tuple[int, bytes]] = deque(maxlen=MEMORY)
        self._arrived = asyncio.Event()
        self._closed = False

    def emit(self, event: AnyEvent) -> None:
        """Send an event to every connected page."""
        self._listener(event)
        self.revision += 1
        self._events.append((self.revision, _frame(self.revision, event)))
        self._wake()

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        self._wake()

    async def follow(self, after: int) -> AsyncGenerator[bytes, None]:
        """Events after revision `after`, as SSE, until the page disconnects or the server stops."""
        if not self._knows(after):
            after = self.revision
            yield _frame(after, ResetEvent())
        else:
            yield b":\n\n"  # sends the headers at once, so the page knows it is connected
        while not self._closed:
            arrived = self._arrived
            if missed := [text for number, text in self._events if number > after]:
                after = self.revision
                yield b"".join(missed)
                continue
            if not await wait_for_event(arrived, KEEP_ALIVE):
                yield b":\n\n"

    def _knows(self, after: int) -> bool:
        oldest = self._events[0][0] if self._events else self.revision + 1
        return oldest - 1 <= after <= self.revision


def _frame(revision: int, event: AnyEvent) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (revision, msgspec.json.encode(event))
