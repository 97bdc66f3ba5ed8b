"""A running answer's events, as given to a reader."""

from collections.abc import AsyncGenerator
from uuid import UUID

from backend.runlog.port import EventSink, RunLog, Subscriber


class LiveEvents:
    """A running answer's events after a number: to be iterated over, or written into a sink."""

    __slots__ = ("_after", "_log", "_run_id")

    def __init__(self, log: RunLog, run_id: UUID, after: int) -> None:
        self._log = log
        self._run_id = run_id
        self._after = after

    def __aiter__(self) -> AsyncGenerator[bytes, None]:
        return self._log.follow(self._run_id, self._after)

    def subscribe(self, sink: EventSink) -> Subscriber:
        """See RunLog.subscribe."""
        return self._log.subscribe(self._run_id, self._after, sink)
