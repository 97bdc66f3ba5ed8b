"""The events of one answer as readers get them: in one piece, with the place where each ends.

A list of them would take more than twice the memory: an event of one token has fifty bytes, and
an object of its own around them nearly as many again. Ten thousand slow answers are open at once.
"""

from array import array
from collections.abc import Callable, Iterable
from typing import Protocol, overload

from backend.generation.events import frame


class FrameList:
    """Grows at its end; what is in it never changes. Event number N is at index N−1."""

    __slots__ = ("_bytes", "_ends")

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("I", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, frame: bytes) -> None:
        """Add one."""
        self._bytes += frame
        self._ends.append(len(self._bytes))

    def extend(self, frames: Iterable[bytes]) -> None:
        """Add several."""
        for one in frames:
            self.append(one)

    def joined(self, first: int, last: int) -> bytes:
        """Those from index `first` to before `last`, in one piece."""
        return bytes(self._bytes[self._ends[first] : self._ends[last]])

    @overload
    def __getitem__(self, wanted: int) -> bytes: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[bytes]: ...
    def __getitem__(self, wanted: int | slice) -> bytes | list[bytes]:
        """As a list's."""
        if isinstance(wanted, slice):
            return [self[index] for index in range(*wanted.indices(len(self)))]
        index = wanted if wanted >= 0 else len(self) + wanted
        if not 0 <= index < len(self):
            raise IndexError(wanted)
        return self.joined(index, index + 1)


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
        frames = self.frames
        number = len(frames)
        for json in payloads:
            number += 1
            frames.append(frame(number, json))
        self.wake()
        return number

    def extend(self, frames: Iterable[bytes]) -> None:
        """Append what is already numbered, as it came from another process."""
        self.frames.extend(frames)
        self.wake()

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
