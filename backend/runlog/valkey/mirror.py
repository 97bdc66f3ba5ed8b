"""The reading half of the Valkey log: copies of other processes' runs, for this process's readers.

One copy serves all readers of a run in this process. News comes by pub/sub, which may lose some: a
copy that finds a gap, has just subscribed, or got nothing for a second is compared with the stream,
which is authoritative. Lost messages can therefore not stall a reader.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog

from backend.db import Cipher
from backend.runlog.frames import LogReader, RunFrames
from backend.runlog.port import CHUNK_FRAMES
from backend.runlog.sse import payloads_of
from backend.runlog.valkey.scripts import (
    ATTEND,
    AWAY,
    PRESENT_SECONDS,
    SEEN_SECONDS,
    STOP_CHANNEL,
    seen_key,
    stream_key,
    watch_key,
)
from backend.runlog.valkey.sealing import open_frames
from backend.valkey_client import ScriptOfKeys

log = structlog.get_logger("tanya.generation")

POLL_SECONDS = 1.0
SILENCE_SECONDS = 5.0
"""A connection without data for this long is pinged; if it stays silent, it is replaced."""
LOST_POLLS = 15
"""A copy whose stream cannot be read for this many polls is dropped; its readers reconnect."""


class Mirror(RunFrames):
    """A copy of another process's run; `unread` is called when its last reader has left."""

    __slots__ = ("_cipher", "_unread", "failures", "heard", "key", "seen_key", "stale", "watch_key")

    def __init__(self, run_id: UUID, cipher: Cipher, unread: Callable[[], None]) -> None:
        super().__init__()
        self._cipher = cipher
        self.key = stream_key(run_id)
        self.seen_key = seen_key(run_id)
        self.watch_key = watch_key(run_id)
        self._unread = unread
        self.stale = True
        self.heard = False
        self.failures = 0

    def remove_reader(self, reader: LogReader) -> None:
        """See RunFrames."""
        super().remove_reader(reader)
        if not self.readers:
            self._unread()

    def receive(self, message: bytes) -> None:
        """Take one published append: the number of its first frame, a line break, frames."""
        number, _, block = message.partition(b"\n")
        self.heard = True
        if int(number) != self.last + 1:
            self.stale = self.stale or int(number) > self.last
            return
        if block:
            self.append(payloads_of(open_frames(self._cipher, self.key, block)))
        else:
            self.closed = True
            self.wake()

    def take(self, entries: list[tuple[bytes, dict[bytes, bytes]]]) -> None:
        """Take stream entries that begin right after what is known."""
        for entry_id, fields in entries:
            number, _, mark = entry_id.partition(b"-")
            missing = int(number) - self.last
            if missing > 0:
                told = open_frames(self._cipher, self.key, fields[b"d"])
                self.frames.extend(payloads_of(told)[-missing:])
            if mark == b"1":
                self.closed = True
        self.wake()


class Mirrors:
    """All copies of this process. Two tasks: one listens, one compares."""

    def __init__(
        self,
        client: Any,
        subscriber: Callable[[], Awaitable[Any]],
        process_id: str,
        cipher: Cipher,
        on_stop: Callable[[str], None],
        on_listening: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._open_subscriber = subscriber
        self._cipher = cipher
        self._process_id = process_id
        self._on_stop = on_stop
        self._on_listening = on_listening
        self._attend = ScriptOfKeys(client, ATTEND)
        self._by_key: dict[str, Mirror] = {}
        self._pubsub: Any = None
        self._wake = asyncio.Event()

    def get(self, run_id: UUID) -> Mirror:
        """The run's copy, begun now if need be."""
        key = stream_key(run_id)
        mirror = self._by_key.get(key)
        if mirror is None:
            mirror = self._by_key[key] = Mirror(run_id, self._cipher, self._wake.set)
        self._wake.set()
        return mirror

    def close(self) -> None:
        """End all readers."""
        for mirror in self._by_key.values():
            mirror.lost = True
            mirror.wake()

    async def listen(self) -> None:
        """Receive stop signals and appends until cancelled, reconnecting as needed."""
        while True:
            subscriber = pubsub = None
            try:
                subscriber = await self._open_subscriber()
                self._pubsub = pubsub = subscriber.pubsub()
                await pubsub.subscribe(STOP_CHANNEL, *self._by_key)
                await self._hear_all(pubsub)
            except AWAY as error:
                log.debug("valkey_listener_lost", error=type(error).__name__)
                await asyncio.sleep(0.2)
            finally:
                self._pubsub = None
                await _closed(pubsub, subscriber if subscriber is not self._client else None)

    async def _hear_all(self, pubsub: Any) -> None:
        silences = 0
        while True:
            message = await pubsub.parse_response(block=False, timeout=SILENCE_SECONDS)
            if message is not None:
                silences = 0
                self._hear(message)
                if message[:2] == [b"subscribe", STOP_CHANNEL.encode()]:
                    await self._on_listening()
            elif (silences := silences + 1) > 1:
                raise ConnectionError("no answer to a ping")
            else:
                await pubsub.ping()

    def _hear(self, message: list[Any]) -> None:
        if len(message) != 3:
            return  # the answer to a ping
        kind, channel, data = message
        name = channel.decode()
        if name == STOP_CHANNEL:
            if kind == b"message":
                self._on_stop(data.decode())
        elif (mirror := self._by_key.get(name)) is not None:
            if kind == b"message":
                mirror.receive(data)
            elif kind == b"subscribe":
                mirror.stale = True
            if mirror.stale:
                self._wake.set()

    async def compare(self) -> None:
        """Keep copies complete and this process's presence current, until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time() + POLL_SECONDS
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._wake.wait()
            self._wake.clear()
            everyone = loop.time() >= due
            if everyone:
                due = loop.time() + POLL_SECONDS
            await self._compare_once(everyone=everyone)

    async def _compare_once(self, *, everyone: bool) -> None:
        await self._let_go([m for m in self._by_key.values() if not m.readers])
        mirrors = [m for m in self._by_key.values() if m.stale or (everyone and not m.heard)]
        try:
            await self._subscribe_to(mirrors)
            await self._read(mirrors)
            await self._show_presence(list(self._by_key.values()) if everyone else mirrors)
        except AWAY:
            self._fail(mirrors)
        if everyone:
            for mirror in self._by_key.values():
                mirror.heard = False

    async def _let_go(self, unread: list[Mirror]) -> None:
        """Drop copies without readers; tell the run's owner if its end was seen."""
        if not unread:
            return
        pipe = self._client.pipeline(transaction=False)
        for mirror in unread:
            del self._by_key[mirror.key]
            pipe.zrem(mirror.watch_key, self._process_id)
            if mirror.seen:
                pipe.set(mirror.seen_key, b"1", ex=SEEN_SECONDS)
        try:
            await pipe.execute()
            if self._pubsub is not None:
                await self._pubsub.unsubscribe(*(mirror.key for mirror in unread))
        except AWAY as error:
            # Presence expires by itself, and messages about unread runs are ignored.
            log.debug("leaving_not_told", error=type(error).__name__)

    async def _subscribe_to(self, mirrors: list[Mirror]) -> None:
        if self._pubsub is None:
            return
        new = [m.key for m in mirrors if m.key not in self._pubsub.channels]
        if new:
            await self._pubsub.subscribe(*new)

    async def _read(self, mirrors: list[Mirror]) -> None:
        """Fetch what the streams hold beyond the copies, all in one round trip."""
        if not mirrors:
            return
        pipe = self._client.pipeline(transaction=False)
        for mirror in mirrors:
            mirror.stale = False
            pipe.xrange(mirror.key, min=f"{mirror.last}-1", count=CHUNK_FRAMES)
            pipe.exists(mirror.key)
        answers = await pipe.execute()
        for mirror, entries, exists in zip(mirrors, answers[::2], answers[1::2], strict=True):
            mirror.take(entries)
            mirror.failures = 0 if exists else mirror.failures + 1
            # No stream: it has expired after the run's end, or Valkey lost it, and the owner, if
            # alive, will send it again shortly.
            if mirror.failures >= LOST_POLLS:
                mirror.lost = True
                mirror.wake()
            if len(entries) == CHUNK_FRAMES:
                mirror.stale = True
                self._wake.set()

    async def _show_presence(self, mirrors: list[Mirror]) -> None:
        keys = [m.watch_key for m in mirrors if m.readers and not m.closed]
        if keys:
            await self._attend(keys, [self._process_id, PRESENT_SECONDS])

    def _fail(self, mirrors: list[Mirror]) -> None:
        for mirror in mirrors:
            mirror.stale = True
            mirror.failures += 1
            if mirror.failures >= LOST_POLLS:
                mirror.lost = True
                mirror.wake()


async def _closed(*connections: Any) -> None:
    for one in connections:
        if one is not None:
            with suppress(*AWAY):
                await one.aclose()
