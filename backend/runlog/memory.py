"""The run log of a single process."""

from collections.abc import AsyncGenerator, Callable
from uuid import UUID

from backend.runlog.frames import RunFrames, lost_frames
from backend.runlog.port import KEEP_ALIVE_SECONDS, EventSink, Subscriber
from backend.runlog.readers import Readers


class MemoryLog:
    """See RunLog. Readers and runs share the process, so nothing waits."""

    shared = False

    def __init__(self, *, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self._runs: dict[UUID, RunFrames] = {}
        self._readers = Readers(keep_alive)

    def open(self, run_id: UUID, on_stop: Callable[[], None]) -> RunFrames:
        """See RunLog."""
        run = self._runs[run_id] = RunFrames(on_stop)
        return run

    async def knows(self, run_id: UUID) -> bool:
        """See RunLog."""
        return run_id in self._runs

    def follow(self, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
        """See RunLog."""
        return self._readers.follow(lambda: self._find(run_id), after)

    def subscribe(self, run_id: UUID, after: int, sink: EventSink) -> Subscriber:
        """See RunLog."""
        return self._readers.subscribe(self._find(run_id), after, sink)

    def _find(self, run_id: UUID) -> RunFrames:
        return self._runs.get(run_id) or lost_frames()

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
        """See RunLog: in one process the log is gone with its owner."""

    async def start(self) -> None:
        """See RunLog."""

    async def aclose(self) -> None:
        """See RunLog."""
        self._readers.close()
        for run_id in list(self._runs):
            await self.drop(run_id)
