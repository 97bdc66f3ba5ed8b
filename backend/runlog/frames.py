"""The log's events of one answer, and their readers.

Ten thousand slow answers may be open at once, so frames are stored in one buffer, without numbers
and the envelope around each piece of text, which are added on reading. A list of frames would take
six times the memory.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from backend.runlog.sse import frame

_BEFORE: Final = b'{"type":"text","text":'
_BEFORE_LENGTH: Final = len(_BEFORE)
_QUOTE: Final = ord('"')


class FrameList:
    """Append-only. Events are numbered from 1."""

    __slots__ = ("_bytes", "_ends", "last")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("I", [0])
        self.last = 0
        """The number of the last event, 0 before the first."""

    def extend(self, payloads: Sequence[bytes]) -> None:
        """Add events, each as its JSON."""
        for json in payloads:
            self._bytes += json[_BEFORE_LENGTH:-1] if json.startswith(_BEFORE) else json
            self._ends.append(len(self._bytes))
        self.last += len(payloads)

    def joined(self, after: int, last: int) -> bytes:
        """The frames after number `after` up to number `last`, in one piece."""
        kept, ends = self._bytes, self._ends
        if last - after == 1:  # as in nearly every flush
            return _framed(last, kept[ends[after] : ends[last]])
        return b"".join(
            _framed(number, kept[ends[number - 1] : ends[number]])
            for number in range(after + 1, last + 1)
        )


def _framed(number: int, kept: bytearray) -> bytes:
    if kept[0] == _QUOTE:
        return b'id: %d\ndata: {"type":"text","text":%b}\n\n' % (number, bytes(kept))
    return frame(number, bytes(kept))


class LogReader(Protocol):
    """A reader of a run."""

    def wake(self) -> None:
        """There are new events, or the end."""
        ...


class RunFrames:
    """One run's events and its readers. `lost` ends readers without an `end` event."""

    __slots__ = ("closed", "frames", "lost", "on_stop", "readers", "seen")

    def __init__(self, on_stop: Callable[[], None] | None = None) -> None:
        self.frames = FrameList()
        self.readers: tuple[LogReader, ...] = ()
        self.closed = False
        self.lost = False
        self.seen = False
        self.on_stop = on_stop

    @property
    def last(self) -> int:
        """The number of the last event, 0 before the first."""
        return self.frames.last

    def append(self, payloads: list[bytes]) -> int:
        """See RunWriter."""
        frames = self.frames
        frames.extend(payloads)
        for reader in self.readers:  # as `wake`, without its call
            reader.wake()
        return frames.last

    def add_reader(self, reader: LogReader) -> None:
        """Add a reader."""
        self.readers = (*self.readers, reader)

    def remove_reader(self, reader: LogReader) -> None:
        """Remove a reader."""
        self.readers = tuple(other for other in self.readers if other is not reader)

    def wake(self) -> None:
        """Wake all readers; some may leave meanwhile."""
        for reader in self.readers:
            reader.wake()

    async def close(self) -> None:
        """See RunWriter."""
        self.closed = True
        self.wake()


def lost_frames() -> RunFrames:
    """Frames for a reader of an unknown run: it ends at once."""
    run = RunFrames()
    run.lost = True
    return run
