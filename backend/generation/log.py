"""The port of the run log: the numbered events of running answers, and who reads them.

Where it lives is the adapter's matter: `memory_log` for one process, `valkey_log` for several.
Both keep the same promises, held by one contract suite:

- events are numbered from 1 without gaps, and a reader gets each once, in order;
- a reader may be in any process, start anywhere and leave at any time; one that is slow holds
  nothing but its place, and catches up from the log;
- a reader that is given nothing for a while is given keep-alive comments;
- a log that was dropped is gone: its run is then read from the database.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Protocol
from uuid import UUID

KEEP_ALIVE_SECONDS = 15.0
CHUNK_FRAMES = 256
"""At most so many events are handed to a reader at once, which bounds what it may hold."""


class RunWriter(Protocol):
    """The one hand that may append to a run's log."""

    @property
    def last(self) -> int:
        """The number of the last event, 0 before the first."""
        ...

    def append(self, payloads: list[bytes]) -> int:
        """Number the events, hand them to all readers together; returns the last number.

        Never waits and never fails: carrying them to other processes is done behind it.
        """
        ...

    async def close(self) -> None:
        """Nothing more will come. Readers end once they have read what there is."""
        ...


class Sink(Protocol):
    """Where a reader's events can be poured: a socket, which takes bytes at once."""

    full: bool
    """Whether it wants no more for now; it wakes its pourer once it has room again."""

    def write(self, chunk: bytes) -> None:
        """Take it."""
        ...

    def end(self) -> None:
        """There will be no more."""
        ...


class Pourer(Protocol):
    """The reader that pours into a sink."""

    def wake(self) -> None:
        """The sink has room again."""
        ...

    def leave(self) -> None:
        """The sink is gone."""
        ...


class RunLog(Protocol):
    """All running answers of this process, and those of others that are read here."""

    def open(self, run_id: UUID, on_stop: Callable[[], None]) -> RunWriter:
        """Begin a run's log; `on_stop` is called when anyone, anywhere, asks to stop it."""
        ...

    async def knows(self, run_id: UUID) -> bool:
        """Whether the run can be followed."""
        ...

    def follow(self, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
        """The events after number `after`, several joined when they are there, then live ones.

        Ends when the run is closed and all was given, or when the log is lost.
        """
        ...

    def pour(self, run_id: UUID, after: int, sink: Sink) -> Pourer:
        """As `follow`, into a sink and without anybody waiting: what is there now, at once."""
        ...

    async def stop(self, run_id: UUID) -> None:
        """Ask the run's owner, whichever process it is, to stop.

        Raises:
            StopNotDelivered: it cannot be reached now.
        """
        ...

    async def watchers(self, run_id: UUID) -> int:
        """How many readers follow the run now, in all processes."""
        ...

    async def seen(self, run_id: UUID) -> bool:
        """Whether any reader was given the last event of the closed run."""
        ...

    async def drop(self, run_id: UUID) -> None:
        """Forget a closed run."""
        ...

    async def end_abandoned(self, run_id: UUID, end: bytes) -> None:
        """Append `end` and close, for an owner that died; nothing if the log is gone."""
        ...

    async def start(self) -> None:
        """Begin to work."""
        ...

    async def aclose(self) -> None:
        """End all readers and let go of everything."""
        ...
