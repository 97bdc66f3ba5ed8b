"""Changes in a person's conversations, sent at once to all their devices.

An event names what changed, without content: the client reads it again through the API. Nothing is
numbered, kept or queued. A stream begins with `ready`. A client that missed events is sent `ready`
again, once its socket has room, and reloads everything.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from typing import Final, Literal, Protocol, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from backend.nursery import Nursery
from backend.runlog.port import KEEP_ALIVE_SECONDS, EventSink
from backend.runlog.sse import KEEP_ALIVE

MOST_WAITING: Final = 32
"""The most events queued for an iterating reader."""
READERS_A_TURN: Final = 500

RunState: TypeAlias = Literal["running", "complete", "stopped", "interrupted", "limited", "failed"]


class ReadyEvent(Struct, frozen=True, tag_field="type", tag="ready"):
    """All changes are sent from now on; what was read before may be outdated."""


class ConversationEvent(Struct, frozen=True, tag_field="type", tag="conversation", rename="camel"):
    """A conversation was made, renamed, pinned, or another branch of it chosen."""

    conversation_id: UUID


class RemovedEvent(Struct, frozen=True, tag_field="type", tag="removed", rename="camel"):
    """A conversation was deleted."""

    conversation_id: UUID


class RunChangedEvent(Struct, frozen=True, tag_field="type", tag="run", rename="camel"):
    """An answer is being written (`running`), or has ended; there may be a new question with it."""

    conversation_id: UUID
    run_id: UUID
    message_id: UUID
    state: RunState | UnsetType = UNSET


PersonEvent: TypeAlias = ReadyEvent | ConversationEvent | RemovedEvent | RunChangedEvent

_encode = msgspec.json.Encoder().encode


def frame_of(event: PersonEvent) -> bytes:
    """The event as it goes over the wire."""
    return b"data: %b\n\n" % _encode(event)


READY: Final = frame_of(ReadyEvent())


class PersonEvents(Protocol):
    """Publishes and follows people's events."""

    def publish(self, user_id: int, event: PersonEvent) -> None:
        """Send an event to all of the person's devices. Never waits and never fails."""
        ...

    def follow(self, user_id: int) -> "FollowedPerson":
        """The person's events from now on."""
        ...

    def start(self, nursery: Nursery) -> None:
        """Start."""
        ...

    async def aclose(self) -> None:
        """End all streams."""
        ...


class PersonReader:
    """One stream of a person's events, written into a sink."""

    __slots__ = ("_missed", "_readers", "_sink", "user_id")

    def __init__(self, user_id: int, sink: EventSink, readers: "LocalPersonEvents") -> None:
        self.user_id = user_id
        self._sink = sink
        self._readers = readers
        self._missed = False

    def give(self, frame: bytes) -> None:
        """Send the event; if the socket is full, `ready` follows once it has room."""
        if self._sink.full:
            self._missed = True
        else:
            self._sink.write(frame)

    def keep_alive(self) -> None:
        """Send a keep-alive."""
        if not self._sink.full:
            self._sink.write(KEEP_ALIVE)

    def wake(self) -> None:
        """The sink has room again."""
        if self._missed and not self._sink.full:
            self._missed = False
            self._sink.write(READY)

    def leave(self) -> None:
        """The sink was closed."""
        self._readers.remove_reader(self)

    def end(self) -> None:
        """There will be no more."""
        self._sink.end()


class FollowedPerson:
    """A person's events: to be iterated over, or written into a sink."""

    __slots__ = ("_events", "_user_id")

    def __init__(self, events: "LocalPersonEvents", user_id: int) -> None:
        self._events = events
        self._user_id = user_id

    def subscribe(self, sink: EventSink) -> PersonReader:
        """Write into a sink, without a task."""
        return self._events.add_reader(PersonReader(self._user_id, sink, self._events))

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        sink = _QueueSink()
        reader = self.subscribe(sink)
        try:
            while not sink.over or sink.frames:
                if sink.frames:
                    yield sink.frames.popleft()
                    sink.full = False
                    reader.wake()
                else:
                    sink.filled.clear()
                    await sink.filled.wait()
        finally:
            reader.leave()


class _QueueSink:
    def __init__(self) -> None:
        self.frames: deque[bytes] = deque()
        self.filled = asyncio.Event()
        self.full = False
        self.over = False

    def write(self, chunk: bytes) -> None:
        self.frames.append(chunk)
        self.full = len(self.frames) >= MOST_WAITING
        self.filled.set()

    def end(self) -> None:
        self.over = True
        self.filled.set()


class LocalPersonEvents:
    """See PersonEvents, within one process."""

    def __init__(self, *, keep_alive: float = KEEP_ALIVE_SECONDS) -> None:
        self._keep_alive_seconds = keep_alive
        self._readers: dict[int, set[PersonReader]] = {}

    def publish(self, user_id: int, event: PersonEvent) -> None:
        """See PersonEvents."""
        if user_id in self._readers:
            self.give(user_id, frame_of(event))

    def follow(self, user_id: int) -> FollowedPerson:
        """See PersonEvents."""
        return FollowedPerson(self, user_id)

    def start(self, nursery: Nursery) -> None:
        """See PersonEvents."""
        every = self._keep_alive_seconds
        nursery.repeat(self._keep_alive, name="person-keep-alive", every=every, first=every)

    async def aclose(self) -> None:
        """See PersonEvents."""
        for readers in list(self._readers.values()):
            for reader in list(readers):
                reader.leave()
                reader.end()

    def give(self, user_id: int, frame: bytes) -> None:
        """Send to the person's devices connected to this process."""
        for reader in list(self._readers.get(user_id, ())):
            reader.give(frame)

    def add_reader(self, reader: PersonReader) -> PersonReader:
        """Add a reader and send it `ready`."""
        self._readers.setdefault(reader.user_id, set()).add(reader)
        reader.give(READY)
        return reader

    def remove_reader(self, reader: PersonReader) -> None:
        """Remove a reader."""
        readers = self._readers.get(reader.user_id, set())
        readers.discard(reader)
        if not readers:
            self._readers.pop(reader.user_id, None)

    async def _keep_alive(self) -> None:
        everyone = [reader for readers in self._readers.values() for reader in readers]
        for number, reader in enumerate(everyone, start=1):
            reader.keep_alive()
            if number % READERS_A_TURN == 0:
                await asyncio.sleep(0)
