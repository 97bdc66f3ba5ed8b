"""The events of one answer as readers get them: in one piece, with the place where each ends.

A list of them would take more than twice the memory: an event of one token has fifty bytes, and
an object of its own around them nearly as many again. Ten thousand slow answers are open at once.
"""

from array import array
from collections.abc import Iterable
from typing import overload


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
        for frame in frames:
            self.append(frame)

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
