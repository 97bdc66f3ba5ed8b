"""The load generator: opens streams, reads them to the end, counts and times every token.

It runs in its own process and takes commands over a pipe. Reading is a raw protocol and one regular
expression, so that it can follow 40,000 tokens a second on half a core.
"""

import asyncio
import os
import re
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Final, cast

import msgspec
import uvloop
from msgspec import Struct, field

from backend.nursery import Nursery
from benchmarks.machine import pin

_TOKEN: Final = re.compile(rb" ~([0-9a-f]{8})")
_TOKEN_BYTES: Final = 10
_EVENT: Final = b"data: "


class Batch(Struct):
    """Requests to send to one address, `a_second` of them, over one connection each."""

    port: int
    requests: list[bytes]
    a_second: float
    tokens: int
    end: bytes
    """What stands in the last bytes of a whole stream."""
    timed: bool = False
    """Whether the times to these streams' first tokens are kept."""
    at_once: int = 0
    """Open at most so many at the same time; 0 for any number."""


class Counts(Struct):
    """What was seen until now. Times are in seconds."""

    opened: int = 0
    begun: int = 0
    ended: int = 0
    whole: int = 0
    tokens: int = 0
    events: int = 0
    reads: int = 0
    size: int = 0
    disordered: int = 0
    refused: list[str] = field(default_factory=list)
    latest: float = 0.0
    first: list[float] = field(default_factory=list)
    delays: dict[int, int] = field(default_factory=dict)
    """How many tokens were how old when they came, in tenths of milliseconds."""

    def delay(self, fraction: float) -> float:
        """The delay that this fraction of tokens stayed under, in milliseconds."""
        wanted, seen = sum(self.delays.values()) * fraction, 0
        for tenths, count in sorted(self.delays.items()):
            seen += count
            if seen >= wanted:
                return tenths / 10
        return 0.0


class Reader(asyncio.Protocol):
    """One stream. Invariant: `_rest` is shorter than a token, so none is counted twice."""

    __slots__ = ("_batch", "_counts", "_last", "_request", "_rest", "_seen", "_transport", "asked")

    _transport: asyncio.Transport

    def __init__(self, counts: Counts, batch: Batch, request: bytes) -> None:
        self._counts = counts
        self._batch = batch
        self._request = request
        self._rest = b""
        self._seen = -1
        self._last = b""
        self.asked = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self.asked = time.monotonic()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Count what came."""
        counts = self._counts
        counts.reads += 1
        counts.size += len(data)
        counts.events += data.count(_EVENT)
        if self._seen < 0:
            self._seen = 0
            if data[9:12] != b"200":
                counts.refused.append(data[9:12].decode() + data[-200:].decode(errors="replace"))
        whole = self._rest + data if self._rest else data
        if stamps := _TOKEN.findall(whole):
            self._take(stamps)
        self._rest = b"" if whole.endswith(b"\n") else whole[-(_TOKEN_BYTES - 1) :]
        if self._seen >= self._batch.tokens and self._batch.end in data:
            counts.whole += self._seen == self._batch.tokens
            self._transport.close()

    def _take(self, stamps: Sequence[bytes]) -> None:
        counts = self._counts
        now = time.monotonic()
        if not self._seen:
            counts.begun += 1
            if self._batch.timed:
                counts.first.append(now - self.asked)
        tenths = int(now * 10_000) & 0xFFFFFFFF
        delays, last = counts.delays, self._last
        for stamp in stamps:
            if stamp <= last:
                counts.disordered += 1
            last = stamp
            age = tenths - int(stamp, 16)
            delays[age] = delays.get(age, 0) + 1
        self._last = last
        self._seen += len(stamps)
        counts.tokens += len(stamps)

    def connection_lost(self, error: Exception | None) -> None:
        """Over, whole or not."""
        self._counts.ended += 1
        self._counts.latest = time.monotonic()


class Load:
    """Executes commands from the pipe: each is a tuple of a name and its arguments."""

    def __init__(self, pipe: Connection, nursery: Nursery) -> None:
        self._pipe = pipe
        self._nursery = nursery
        self._counts = Counts()
        self._over = asyncio.Event()
        self._source = 0

    async def serve(self) -> None:
        """Until the order `stop`, or the other end is gone."""
        asyncio.get_running_loop().add_reader(self._pipe.fileno(), self._obey)
        await self._over.wait()

    def _obey(self) -> None:
        os.set_blocking(self._pipe.fileno(), True)  # watching it has made it what a pipe is not
        try:
            name, *arguments = self._pipe.recv()
        except EOFError:
            self._over.set()
            return
        getattr(self, "_" + name)(*arguments)

    def _stop(self) -> None:
        self._over.set()

    def _reset(self) -> None:
        self._counts = Counts()

    def _count(self) -> None:
        self._pipe.send_bytes(msgspec.msgpack.encode(self._counts))

    def _forget_delays(self) -> None:
        self._counts.delays = {}

    def _open(self, encoded: bytes) -> None:
        batch = msgspec.msgpack.decode(encoded, type=Batch)
        self._nursery.start_task(self._open_all(batch, self._counts), name="open")

    async def _open_all(self, batch: Batch, counts: Counts) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for number, request in enumerate(batch.requests):
            if (early := begun + number / batch.a_second - loop.time()) > 0:
                await asyncio.sleep(early)
            while batch.at_once and counts.opened - counts.ended >= batch.at_once:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
            # Loopback has many addresses: no one of them runs out of ports.
            self._source = self._source % 200 + 2
            reader = Reader(counts, batch, request)
            await loop.create_connection(
                lambda reader=reader: reader,  # type: ignore[misc]
                "127.0.0.1",
                batch.port,
                local_addr=(f"127.0.0.{self._source}", 0),
            )
            counts.opened += 1


def run(pipe: Connection, allowed: frozenset[int]) -> None:
    """Execute orders until told to stop."""
    pin(0, allowed)
    uvloop.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    pipe.send(0)
    async with Nursery() as nursery:
        await Load(pipe, nursery).serve()
