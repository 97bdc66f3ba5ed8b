"""How many streams of one kind one person may follow at once in this process."""

from collections.abc import Callable
from typing import Final

MAX_STREAMS: Final = 16
"""Open streams of one person: several devices with several tabs each."""

CloseStream = Callable[[], None]


class PersonStreams:
    """The open streams of every person. Exceeding the limit closes the person's oldest.

    A stream that is closed has not ended: its reader may follow the run again.
    """

    def __init__(self, limit: int = MAX_STREAMS) -> None:
        self._limit = limit
        self._open: dict[int, dict[object, CloseStream]] = {}

    def __len__(self) -> int:
        """The number of people with open streams."""
        return len(self._open)

    @property
    def count(self) -> int:
        """The number of open streams, of all people."""
        return sum(map(len, self._open.values()))

    def count_stream(self, user_id: int, close: CloseStream) -> Callable[[], None]:
        """Count a stream that `close` ends; call the returned function when it ends."""
        streams = self._open.setdefault(user_id, {})
        key = object()
        streams[key] = close
        if len(streams) > self._limit:
            oldest = next(iter(streams))
            streams.pop(oldest)()
        return lambda: self._leave(user_id, key)

    def _leave(self, user_id: int, key: object) -> None:
        streams = self._open.get(user_id, {})
        streams.pop(key, None)
        if not streams:
            self._open.pop(user_id, None)
