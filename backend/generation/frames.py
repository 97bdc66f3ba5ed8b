"""The events of one answer as the log keeps them, and whoever follows them.

Ten thousand slow answers are open at once, so they are kept in one piece, without what can be said
again: a frame's number, and the same letters around every piece of text. As a list of frames they
would take six times the memory.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from backend.generation.events import frame

_BEFORE: Final = b'{"type":"text","text":'
_BEFORE_LENGTH: Final = len(_BEFORE)
_QUOTE: Final = ord('"')


class FrameList:
    """Grows at its end; what is in it never changes. Events are numbered from 1."""

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


class Reader(Protocol):
    """Whoever follows a run."""

    def wake(self) -> None:
        """There is something new: events, or their end."""
        ...


class Frames:
    """One run's events and its readers. `lost` ends readers without an end."""

    __slots__ = ("closed", "frames", "lost", "on_stop", "readers", "seen")

    def __init__(self, on_stop: Callable[[], None] | None = None) -> None:
        self.frames = FrameList()
        self.readers: tuple[Reader, ...] = ()
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

    def join(self, reader: Reader) -> None:
        """One more follows."""
        self.readers = (*self.readers, reader)

    def leave(self, reader: Reader) -> None:
        """One follows no longer."""
        self.readers = tuple(other for other in self.readers if other is not reader)

    def wake(self) -> None:
        """Let all readers look again; some may leave while they do."""
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
