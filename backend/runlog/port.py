"""The port of the run log: the numbered events of running answers, and their readers.

There are two adapters: `memory_log` for one process, `valkey_log` for several. One contract suite
holds both to the same guarantees:

- events are numbered from 1 without gaps, and a reader gets each once, in order;
- a reader may be in any process, start anywhere and leave at any time; a slow one keeps only its
  position, and catches up from the log;
- an idle reader gets keep-alive comments;
- once a log is dropped, its run is read from the database.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Protocol
from uuid import UUID

KEEP_ALIVE_SECONDS = 15.0
CHUNK_FRAMES = 256
"""The most events given to a reader at once, which bounds its memory."""


class RunWriter(Protocol):
    """Appends to a run's log; each run has one writer."""

    @property
    def last(self) -> int:
        """The number of the last event, 0 before the first."""
        ...

    def append(self, payloads: list[bytes]) -> int:
        """Number the events and give them to all readers; returns the last number.

        Never waits and never fails: other processes get them in the background.
        """
        ...

    async def close(self) -> None:
        """End the log. Readers end once they have read all of it."""
        ...


class EventSink(Protocol):
    """Where a reader's events are written: a socket that accepts bytes at once."""

    full: bool
    """Whether it accepts no more for now. It wakes its subscriber once it has room."""

    def write(self, chunk: bytes) -> None:
        """Take it."""
        ...

    def end(self) -> None:
        """There will be no more."""
        ...


class Subscriber(Protocol):
    """The reader that writes into a sink."""

    def wake(self) -> None:
        """The sink has room again."""
        ...

    def leave(self) -> None:
        """The sink was closed."""
        ...


class RunLog(Protocol):
    """All running answers of this process, and those of others that are read here."""

    shared: bool
    """Whether other processes can follow and stop this process's runs."""

    def open(self, run_id: UUID, on_stop: Callable[[], None]) -> RunWriter:
        """Open a run's log. `on_stop` is called when a stop is requested in any process."""
        ...

    async def knows(self, run_id: UUID) -> bool:
        """Whether the run can be followed."""
        ...

    def follow(self, run_id: UUID, after: int) -> AsyncGenerator[bytes, None]:
        """The events after number `after`, joined if several are available, then live ones.

        Ends when the run is closed and all was read, or when the log is lost.
        """
        ...

    def subscribe(self, run_id: UUID, after: int, sink: EventSink) -> Subscriber:
        """As `follow`, but written into a sink without a task; available events are written at
        once."""
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
        """Whether any reader got the last event of the closed run."""
        ...

    async def drop(self, run_id: UUID) -> None:
        """Forget a closed run."""
        ...

    async def end_abandoned(self, run_id: UUID, end: bytes) -> None:
        """Append `end` and close the log of an owner that died; nothing happens if the log is
        gone."""
        ...

    async def start(self) -> None:
        """Start."""
        ...

    async def aclose(self) -> None:
        """End all readers and release all resources."""
        ...
