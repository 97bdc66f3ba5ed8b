"""Stop: how soon the provider's request ends, and how soon readers know, with no text lost.

A second device of the same person reads along and stops the answer: in the same process, or, over
Valkey, in another process than the one that writes it.
"""

import asyncio
import json
import random
import time
from collections.abc import Callable
from math import inf

import click
import uvloop
from msgspec import Struct, field

from backend.uuid7 import uuid7
from benchmarks import people, rig, server, services
from benchmarks.latency import Seen as Ranks
from benchmarks.load import Batch
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store
from benchmarks.rig import Rig
from benchmarks.server import Server

STOPS = 100
AT_ONCE = 4
RATE = 50
BACKGROUND = 200
BACKGROUND_SECONDS = 300
TOKENS = RATE * 60
"""A stopped answer's, were it not stopped."""
MOST_WAIT = 0.5
"""Seconds that an answer goes on after its first text, at most; flushes are 0.1 s apart."""
MOST_MS = 200.0
PATIENCE = 10.0
"""Seconds until something that should have happened counts as missing."""


class Seen(Struct):
    """The answers of one pass. Times are in seconds since the stop."""

    provider: list[float] = field(default_factory=list)
    asker: list[float] = field(default_factory=list)
    other: list[float] = field(default_factory=list)
    characters: int = 0
    unlike: int = 0
    """Readers whose text differs from the stored one."""
    not_stopped: int = 0


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """In memory and over Valkey; each alone and beside streams that flow."""
    count = STOPS if seconds >= 8 else STOPS // 5
    tables: dict[str, list[Seen]] = {}
    for number in range(1, rounds + 1):
        seen = _passes("in the same process", 1, {}, count)
        with services.valkey_server() as valkey:
            more = {"VALKEY_URL": valkey.url}
            seen |= _passes("in another process, over Valkey", 2, more, count)
        for title, one in seen.items():
            tables.setdefault(title, []).append(one)
            say(f"stop {title}, round {number} of {rounds}: {_summary(one)}")
    for title, all_seen in tables.items():
        store("stop", title, _rows(all_seen))


def _passes(where: str, processes: int, more: dict[str, str], count: int) -> dict[str, Seen]:
    """Stops alone, then stops beside the background; the first process writes the answers."""
    allowed = cores()
    with (
        rig.running(allowed) as around,
        server.running(around.provider_port, allowed, more, processes) as servers,
    ):
        signed = people.sign_in(servers[0].port, 2 * count)
        alone = _stops(around, servers, signed[:count])
        _flow(around, servers)
        beside = _stops(around, servers, signed[count:])
        if around.counts().ended:
            raise click.ClickException("the background ended while answers were being stopped")
        return {where: alone, f"{where}, beside {BACKGROUND} × {RATE}/s": beside}


def _flow(around: Rig, servers: list[Server]) -> None:
    """Have all streams of the background open and flowing."""
    tokens, each = RATE * BACKGROUND_SECONDS, BACKGROUND // len(servers)
    for number, one in enumerate(servers):
        requests = people.questions(one.port, each, tokens, RATE, first=5_000 + number * each)
        around.open(Batch(one.port, requests, 100 / len(servers), tokens, people.END_OF_RUN))
    around.until(lambda c: c.begun == BACKGROUND, 60, "the background")
    time.sleep(1)


def _stops(around: Rig, servers: list[Server], signed: list[str]) -> Seen:
    answers = [_Answer(servers, token, number) for number, token in enumerate(signed)]
    uvloop.run(_all(answers))
    broken = _broken(around, [one.mark for one in answers])
    seen = Seen()
    for one in answers:
        seen.provider.append(broken.get(one.mark, inf) - one.stopped)
        seen.asker.append(one.asker.ended - one.stopped)
        seen.other.append(one.other.ended - one.stopped)
        seen.characters += len(one.stored)
        seen.unlike += (one.asker.text != one.stored) + (one.other.text != one.stored)
        seen.not_stopped += {one.state, one.asker.state, one.other.state} != {"stopped"}
    return seen


async def _all(answers: list["_Answer"]) -> None:
    """All of them, a few at once."""
    waiting = iter(answers)

    async def some() -> None:
        for one in waiting:
            await one.run()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(some())


def _broken(around: Rig, marks: list[str]) -> dict[str, float]:
    """When the provider saw each request end, in monotonic seconds; without those it never did."""
    over = time.monotonic() + PATIENCE
    while not (broken := around.broken()).keys() >= set(marks) and time.monotonic() < over:
        time.sleep(0.1)
    return broken


class _Device:
    """One reader of an answer. Moments are in monotonic seconds."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self._last = 0
        self._rest = b""
        self.run = ""
        self.text = ""
        self.state = ""
        self.ended = inf
        self.begun = asyncio.Event()
        """There is text."""

    async def read(self, first: bytes = b"") -> None:
        """Read until the event `end`.

        A stream that ends before it is followed anew, as every client does: another process may
        not know a run in its first hundredth of a second.
        """
        await self._connect(first or self._follow())
        while not self.state:
            await asyncio.sleep(0.02)
            await self._connect(self._follow())

    def _follow(self) -> bytes:
        path = f"/api/runs/{self.run}/events?after={self._last}"
        return people.request("GET", path, b"", self._token)

    async def _connect(self, request: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"refused: {head[:200]!r}")
        self._rest = b""
        while not self.state and (size := int(await reader.readline(), 16)):
            data = await reader.readexactly(size + 2)
            self._take(data[:-2], time.monotonic())
        writer.close()

    def _take(self, data: bytes, now: float) -> None:
        *blocks, self._rest = (self._rest + data).split(b"\n\n")
        for block in blocks:
            if block.startswith(b":"):
                continue
            number, _, content = block.partition(b"\ndata: ")
            self._last = int(number.removeprefix(b"id: "))
            event = json.loads(content)
            self.run = event.get("runId", self.run)
            if event["type"] == "text":
                self.text += event["text"]
                self.begun.set()
            elif event["type"] == "end":
                self.ended, self.state = now, event["state"]


class _Answer:
    """One person's answer, read by two devices and stopped by the second one."""

    def __init__(self, servers: list[Server], token: str, seed: int) -> None:
        self._there = servers[-1].port
        self._token = token
        self._wait = random.Random(seed).random() * MOST_WAIT
        self._path = f"/api/conversations/{uuid7()}/messages"
        self.mark = uuid7().hex
        self.asker = _Device(servers[0].port, token)
        self.other = _Device(self._there, token)
        self.stopped = inf
        self.stored = ""
        self.state = ""

    async def run(self) -> None:
        """Ask, read along, stop, and read back what is stored."""
        async with asyncio.timeout(PATIENCE + MOST_WAIT), asyncio.TaskGroup() as group:
            text = f"bench:{TOKENS}:{RATE}:{self.mark}"
            ask = {"id": str(uuid7()), "text": text, "create": True}
            group.create_task(self.asker.read(people.post(self._path, ask, self._token)))
            await self.asker.begun.wait()
            self.other.run = self.asker.run
            group.create_task(self.other.read())
            await self.other.begun.wait()
            await asyncio.sleep(self._wait)
            await self._stop(people.post(f"/api/runs/{self.asker.run}/stop", {}, self._token))
        await self._read_back()

    async def _stop(self, request: bytes) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._there)
        self.stopped = time.monotonic()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 204"):
            raise RuntimeError(f"refused: {head[:200]!r}")
        writer.close()

    async def _read_back(self) -> None:
        """From the process that stopped it, which did not write it where there are two."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._there)
        content = await people.said(
            reader, writer, people.request("GET", self._path, b"", self._token)
        )
        writer.close()
        items = json.loads(content)["items"]
        stored = next(one for one in items if one["role"] == "assistant")
        self.stored, self.state = stored["text"], stored["state"]


def _rows(passes: list[Seen]) -> list[Row]:
    unlike, not_stopped = sum(p.unlike for p in passes), sum(p.not_stopped for p in passes)
    return [
        Row("answers stopped", str(sum(len(p.provider) for p in passes))),
        *_times("the provider's request ends", [p.provider for p in passes]),
        *_times("`end` on the device that asked", [p.asker for p in passes]),
        *_times("`end` on the device that stopped", [p.other for p in passes]),
        Row("characters compared", str(sum(p.characters for p in passes))),
        Row("texts lost: unlike the stored", str(unlike), "0", unlike == 0),
        Row("answers not stored as stopped", str(not_stopped), "0", not_stopped == 0),
    ]


def _times(name: str, passes: list[list[float]]) -> list[Row]:
    """Ranks by round; the greatest of all rounds is judged."""
    ranks = [Ranks.of(times) for times in passes]
    halves, late = spread([r.p50 for r in ranks], 1), spread([r.p99 for r in ranks], 1)
    worst = max(max(times) for times in passes) * 1000
    return [
        Row(f"{name}, p50 / p99, ms", f"{halves} / {late}"),
        Row.at_most(f"{name}, max, ms", [worst], MOST_MS, 1),
    ]


def _summary(seen: Seen) -> str:
    provider, end = Ranks.of(seen.provider).p50, Ranks.of(seen.asker).p50
    return (
        f"provider p50 {provider:.1f} max {max(seen.provider) * 1000:.1f} ms, "
        f"end p50 {end:.1f} max {max(seen.asker) * 1000:.1f} ms, {seen.unlike} texts lost"
    )
