"""The readers of running answers in this process. Each keeps only its position in a run.

One kind is iterated over (by the bot and tests). The other writes into a socket without a task or
coroutine: ten thousand open answers cost only their bytes, and an event reaches the socket in the
call that appends it.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable

from backend.runlog.frames import RunFrames
from backend.runlog.port import CHUNK_FRAMES, KEEP_ALIVE_SECONDS, EventSink
from backend.runlog.sse import KEEP_ALIVE

BEATS = 15
"""One timer sends all readers' keep-alives, in this many steps per interval, so that thousands of
waiting readers are not all written to at the same moment."""


class Place:
    """A reader's position. `idle` counts beats since it last got anything."""

    __slots__ = ("_given", "idle", "over", "run")

    def __init__(self, run: RunFrames, after: int) -> None:
        self.run = run
        self._given = after
        self.idle = 0
        self.over = False

    def take(self) -> bytes:
        """The reader's next events; empty if it must wait, or if it is `over`.

        Asking again after the last event confirms that it was delivered: the run counts as seen.
        """
        run, given = self.run, self._given
        frames = run.frames
        if frames.last > given:
            self.idle = 0
            self._given = last = min(frames.last, given + CHUNK_FRAMES)
            return frames.joined(given, last)
        if run.closed or run.lost:
            run.seen = run.seen or run.closed
            self.over = True
        elif self.idle >= BEATS:
            self.idle = 0
            return KEEP_ALIVE
        return b""


class IterReader(Place):
    """A reader that is iterated over and waits between events."""

    __slots__ = ("waiter",)

    def __init__(self, run: RunFrames, after: int) -> None:
        super().__init__(run, after)
        self.waiter: asyncio.Future[None] | None = None

    def wake(self) -> None:
        """Let the reader look for new events."""
        if (waiter := self.waiter) is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)


class SinkReader(Place):
    """A reader whose events go to a sink as soon as it has room."""

    __slots__ = ("_readers", "_sink")

    def __init__(self, run: RunFrames, after: int, sink: EventSink, readers: "Readers") -> None:
        super().__init__(run, after)
        self._sink = sink
        self._readers = readers

    def wake(self) -> None:
        """Write available events; a full sink calls again when it has room."""
        sink, run = self._sink, self.run
        while not (sink.full or self.over):
            if chunk := self.take():
                sink.write(chunk)
                if self._given == run.frames.last and not run.closed:
                    return  # as nearly always: nothing else to take
            elif self.over:
                self.leave()
                sink.end()
            else:
                return

    def leave(self) -> None:
        """The sink wants no more."""
        self.over = True
        self._readers.remove_reader(self)


class Readers:
    """All readers of this process, and their keep-alives."""

    def __init__(self, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self._beat = keep_alive / BEATS
        self._all: set[IterReader | SinkReader] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def follow(
        self, find: Callable[[], RunFrames], after: int
    ) -> AsyncGenerator[bytes, None]:
        """See RunLog.follow; `find` is asked for the run when the reading begins."""
        run = find()
        reader = IterReader(run, after)
        self._join(reader)
        loop = asyncio.get_running_loop()
        try:
            while not reader.over:
                if chunk := reader.take():
                    yield chunk
                elif not reader.over:
                    reader.waiter = waiter = loop.create_future()
                    await waiter
        finally:
            self.remove_reader(reader)

    def subscribe(self, run: RunFrames, after: int, sink: EventSink) -> SinkReader:
        """See RunLog.subscribe."""
        reader = SinkReader(run, after, sink, self)
        self._join(reader)
        reader.wake()
        return reader

    def remove_reader(self, reader: IterReader | SinkReader) -> None:
        """Remove a reader."""
        reader.run.remove_reader(reader)
        self._all.discard(reader)

    def _join(self, reader: IterReader | SinkReader) -> None:
        reader.run.add_reader(reader)
        self._all.add(reader)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._beat, self._tick)

    def _tick(self) -> None:
        for reader in list(self._all):
            reader.idle += 1
            if reader.idle >= BEATS:
                reader.wake()
        self._timer = None
        if self._all:
            self._timer = asyncio.get_running_loop().call_later(self._beat, self._tick)

    def close(self) -> None:
        """Stop the keep-alives."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
