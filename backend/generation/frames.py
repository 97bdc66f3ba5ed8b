"""The events of one answer as the log keeps them, and whoever follows them.

Ten thousand slow answers are open at once, so they are kept in one piece, without what can be said
again: a frame's number, and the same letters around every piece of text. As a list of frames they
would take six times the memory.
"""

from array import array
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from backend.generation.events import frame

_BEFORE: Final = b'{"type":"text","text":'
_AFTER: Final = b"}"
_QUOTE: Final = ord('"')


class FrameList:
    """Grows at its end; what is in it never changes. Event number N is at index N−1."""

    __slots__ = ("_bytes", "_ends")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("I", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, json: bytes) -> None:
        """Add one event's JSON."""
        if json.startswith(_BEFORE):
            json = json[len(_BEFORE) : -len(_AFTER)]
        self._bytes += json
        self._ends.append(len(self._bytes))

    def extend(self, payloads: Iterable[bytes]) -> None:
        """Add several."""
        for json in payloads:
            self.append(json)

    def joined(self, first: int, last: int) -> bytes:
        """The frames from index `first` to before `last`, in one piece."""
        kept, ends = self._bytes, self._ends
        frames = []
        begin = ends[first]
        for number in range(first + 1, last + 1):
            end = ends[number]
            json = bytes(kept[begin:end])
            if json[0] == _QUOTE:
                json = b"%b%b%b" % (_BEFORE, json, _AFTER)
            frames.append(frame(number, json))
            begin = end
        return b"".join(frames)


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
        return len(self.frames)

    def append(self, payloads: list[bytes]) -> int:
        """See RunWriter."""
        self.frames.extend(payloads)
        self.wake()
        return len(self.frames)

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
