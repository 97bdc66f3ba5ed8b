"""The run log of a single process: a list of frames per run, and its readers' places in it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from uuid import UUID

from backend.generation.events import KEEP_ALIVE, frame
from backend.generation.frames import FrameList
from backend.generation.log import CHUNK_FRAMES, KEEP_ALIVE_SECONDS

BEATS = 15
"""Keep-alives are timed by one timer for all readers, this many beats to an interval: enough
that thousands who wait for models that think are not all served in the same moment."""


class Reader:
    """One reader's wait. `idle` counts beats since it was last given anything."""

    __slots__ = ("idle", "waiter")

    def __init__(self) -> None:
        self.waiter: asyncio.Future[None] | None = None
        self.idle = 0

    def wake(self) -> None:
        """Let it look again."""
        if (waiter := self.waiter) is not None:
            self.waiter = None
            if not waiter.done():
                waiter.set_result(None)


class Frames:
    """One run's events: frame number N is at index N−1. `lost` ends readers without an end."""

    __slots__ = ("closed", "frames", "lost", "on_stop", "readers", "seen")

    def __init__(self, on_stop: Callable[[], None] | None = None) -> None:
        self.frames = FrameList()
        self.readers: set[Reader] = set()
        self.closed = False
        self.lost = False
        self.seen = False
        self.on_stop = on_stop

    @property
    def last(self) -> int:
        """The number of the last event, 0 before the first."""
        return len(self.frames)

    def append(self, payloads: list[bytes]) -> int:
        """See RunWriter."""
        frames = self.frames
        number = len(frames)
        for json in payloads:
            number += 1
            frames.append(frame(number, json))
        for reader in self.readers:
            reader.wake()
        return number

    def extend(self, frames: Iterable[bytes]) -> None:
        """Append what is already numbered, as it came from another process."""
        self.frames.extend(frames)
        self.wake()

    def wake(self) -> None:
        """Let all readers look again."""
        for reader in self.readers:
            reader.wake()

    async def close(self) -> None:
        """See RunWriter."""
        self.closed = True
        self.wake()


def lost_frames() -> Frames:
    """What a reader of an unknown run follows: it ends at once."""
    run = Frames()
    run.lost = True
    return run


class Readers:
    """All readers of this process, and their keep-alives."""

    def __init__(self, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self._beat = keep_alive / BEATS
        self._readers: set[Reader] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def follow(self, run: Frames, after: int) -> AsyncGenerator[bytes, None]:
        """See RunLog.follow."""
        reader = Reader()
        run.readers.add(reader)
        self._add(reader)
        frames, place = run.frames, after
        loop = asyncio.get_running_loop()
        try:
            while True:
                ready = len(frames) - place
                if ready > 0:
                    reader.idle = 0
                    begin, place = place, place + min(ready, CHUNK_FRAMES)
                    yield frames.joined(begin, place)
                elif run.closed:
                    run.seen = True
                    return
                elif run.lost:
                    return
                elif reader.idle >= BEATS:
                    reader.idle = 0
                    yield KEEP_ALIVE
                else:
                    reader.waiter = waiter = loop.create_future()
                    await waiter
        finally:
            run.readers.discard(reader)
            self._readers.discard(reader)

    def _add(self, reader: Reader) -> None:
        self._readers.add(reader)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._beat, self._tick)

    def _tick(self) -> None:
        for reader in self._readers:
            reader.idle += 1
            if reader.idle >= BEATS:
                reader.wake()
        self._timer = None
        if self._readers:
            self._timer = asyncio.get_running_loop().call_later(self._beat, self._tick)

    def close(self) -> None:
        """Stop the keep-alives."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class MemoryLog:
    """See RunLog. Readers and runs share the process, so nothing here ever waits."""

    def __init__(self, *, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self._runs: dict[UUID, Frames] = {}
        self._readers = Readers(keep_alive)

    def open(self, run_id: UUID, on_stop: Callable[[], None]) -> Frames:
        """See RunLog."""
        run = self._runs[run_id] = Frames(on_stop)
        return run

    async def knows(self, run_id: UUID) -> bool:
        """See RunLog."""
        return run_id in self._runs

    def follow(self, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
        """See RunLog."""
        return self._readers.follow(self._runs.get(run_id) or lost_frames(), after)

    async def stop(self, run_id: UUID) -> None:
        """See RunLog."""
        run = self._runs.get(run_id)
        if run is not None and run.on_stop is not None and not run.closed:
            run.on_stop()

    async def watchers(self, run_id: UUID) -> int:
        """See RunLog."""
        run = self._runs.get(run_id)
        return len(run.readers) if run else 0

    async def seen(self, run_id: UUID) -> bool:
        """See RunLog."""
        run = self._runs.get(run_id)
        return run is not None and run.seen

    async def drop(self, run_id: UUID) -> None:
        """See RunLog."""
        if (run := self._runs.pop(run_id, None)) is not None:
            run.lost = True
            run.wake()

    async def end_abandoned(self, run_id: UUID, end: bytes) -> None:
        """See RunLog: in one process an owner that died took its log along."""

    async def start(self) -> None:
        """See RunLog."""

    async def aclose(self) -> None:
        """See RunLog."""
        self._readers.close()
        for run_id in list(self._runs):
            await self.drop(run_id)
