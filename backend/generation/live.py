"""A running answer, as its reader is given it."""

from collections.abc import AsyncGenerator
from uuid import UUID

from backend.generation.log import Pourer, RunLog, Sink


class Live:
    """A running answer's events after a number: to be iterated over, or poured into a sink."""

    __slots__ = ("_after", "_log", "_run_id")

    def __init__(self, log: RunLog, run_id: UUID, after: int) -> None:
        self._log = log
        self._run_id = run_id
        self._after = after

    def __aiter__(self) -> AsyncGenerator[bytes, None]:
        return self._log.follow(self._run_id, self._after)

    def pour(self, sink: Sink) -> Pourer:
        """See RunLog.pour."""
        return self._log.pour(self._run_id, self._after, sink)
