"""From "stop" to the end of the provider's request, from the answer's own process and another.

The provider and the people share this process and its clock. A question's number of tokens is its
number, so the provider knows which answer's connection it is that closes.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from typing import TypeVar

import uvloop
from msgspec import Struct, field

from backend.uuid7 import uuid7
from benchmarks import people, rig, server, services
from benchmarks.load import Batch
from benchmarks.machine import cores
from benchmarks.provider import Pacer, Stream
from benchmarks.report import Row, spread, store

STOPS = 200
AT_ONCE = 4
STREAMS, RATE = 200, 50
"""What flows meanwhile, and how fast everything flows."""
FIRST = 1_000_000
LONGEST_WAIT = 0.5
MOST_MS = 200.0

T = TypeVar("T")

_RUN = re.compile(rb'"runId":"([0-9a-f-]+)"')
_EVENT = re.compile(rb"\ndata: (\{.*\})\n\n")
_END = b'"type":"end"'


class Seen(Struct):
    """All stops: milliseconds to the end of the provider's request, and to the reader's `end`."""

    provider: list[float] = field(default_factory=list)
    reader: list[float] = field(default_factory=list)
    unlike: int = 0
    """Answers whose stored text is not what the reader was given."""


class Watched(Stream):
    """The mock provider's, that tells when a caller goes."""

    def __init__(self, pacer: Pacer, closed: dict[int, asyncio.Future[float]]) -> None:
        super().__init__(pacer)
        self._closed = closed

    def connection_lost(self, error: Exception | None) -> None:
        """The caller has gone."""
        super().connection_lost(error)
        if (waiter := self._closed.get(self._tokens)) is not None and not waiter.done():
            waiter.set_result(time.monotonic())


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """In one process, and from the other of two processes over Valkey."""
    stops = STOPS if seconds >= 8 else STOPS // 10
    own = [_round(stops, 1, {}, say) for _ in range(rounds)]
    store("stop", "from the process that writes the answer", _rows(own))
    with services.valkey_server() as valkey:
        more = {"VALKEY_URL": valkey.url}
        other = [_round(stops, 2, more, say) for _ in range(rounds)]
    store("stop", "from another process, over Valkey", _rows(other))


def _round(stops: int, processes: int, more: dict[str, str], say: Callable[[str], None]) -> Seen:
    seen = uvloop.run(_measured(stops, processes, more))
    say(f"{stops} stops, {processes} process(es): the slowest took {max(seen.provider):.0f} ms")
    return seen


async def _measured(stops: int, processes: int, more: dict[str, str]) -> Seen:
    closed: dict[int, asyncio.Future[float]] = {}
    seen, turn = Seen(), asyncio.Semaphore(AT_ONCE)
    async with (
        _provider(closed) as port,
        _beside(server.running(port, cores(), more, processes)) as servers,
        _beside(_flowing(servers[0].port, stops)),
        asyncio.TaskGroup() as group,
    ):
        ports = [one.port for one in servers]
        signed = await asyncio.to_thread(people.sign_in, ports[0], stops)
        for number, token in enumerate(signed, FIRST):
            closed[number] = asyncio.get_running_loop().create_future()
            one = _Stop(ports, token, number, closed[number])
            group.create_task(one.run(seen, turn))
    return seen


@asynccontextmanager
async def _provider(closed: dict[int, asyncio.Future[float]]) -> AsyncIterator[int]:
    pacer, loop = Pacer(), asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: Watched(pacer, closed), "127.0.0.1", 0, backlog=4096
    )
    async with listening:
        yield listening.sockets[0].getsockname()[1]


@asynccontextmanager
async def _beside(running: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Entered and left in a thread: the provider, which lives in this loop, must go on."""
    entered = await asyncio.to_thread(running.__enter__)
    try:
        yield entered
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


@contextmanager
def _flowing(port: int, stops: int) -> Iterator[None]:
    """Other people's answers, flowing while it is stopped."""
    with rig.running(cores()) as around:
        tokens = RATE * (10 + stops)  # longer than it takes
        requests = people.questions(port, STREAMS, tokens, RATE, first=10_000)
        around.open(Batch(port, requests, 100, tokens, people.END_OF_RUN))
        around.until(lambda c: c.begun == STREAMS, 60, "the background")
        yield


class _Stop:
    """One person who asks, reads a while, stops, and looks at what was kept."""

    def __init__(
        self, ports: list[int], token: str, number: int, closed: asyncio.Future[float]
    ) -> None:
        self._ports = ports
        self._token = token
        self._number = number
        self._closed = closed
        self._patience = random.Random(number).random() * LONGEST_WAIT

    async def run(self, seen: Seen, turn: asyncio.Semaphore) -> None:
        """Do it, once it is this one's turn."""
        async with turn:
            path = f"/api/conversations/{uuid7()}/messages"
            body = {"id": str(uuid7()), "text": f"bench:{self._number}:{RATE}", "create": True}
            reader, writer = await asyncio.open_connection("127.0.0.1", self._ports[0])
            writer.write(people.post(path, body, self._token))
            got = b""
            while b'"type":"text"' not in got:
                got += await _more(reader)
            reading = asyncio.create_task(_to_the_end(reader, got))
            await asyncio.sleep(self._patience)
            asked = time.monotonic()
            await self._send("POST", f"/api/runs/{_RUN.findall(got)[0].decode()}/stop")
            got, ended = await reading
            seen.provider.append((await asyncio.wait_for(self._closed, 10) - asked) * 1000)
            seen.reader.append((ended - asked) * 1000)
            writer.close()
            seen.unlike += _text(got) != await self._stored(path)

    async def _send(self, method: str, path: str) -> bytes:
        """Ask the last of the processes; its answer's body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._ports[-1])
        asked = people.request(method, path, b"", self._token)
        writer.write(asked.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(f"refused: {head[:200]!r}")
        return body

    async def _stored(self, path: str) -> str:
        items = json.loads(await self._send("GET", path))["items"]
        return str(next(one["text"] for one in items if one["role"] == "assistant"))


async def _more(reader: asyncio.StreamReader) -> bytes:
    if not (data := await reader.read(65536)):
        raise RuntimeError("the answer's connection was closed")
    return data


async def _to_the_end(reader: asyncio.StreamReader, got: bytes) -> tuple[bytes, float]:
    """All that was read, and when its end came."""
    while _END not in got:
        got += await _more(reader)
    return got, time.monotonic()


def _text(got: bytes) -> str:
    events = [json.loads(one) for one in _EVENT.findall(got)]
    return "".join(event["text"] for event in events if event["type"] == "text")


def _rows(rounds: list[Seen]) -> list[Row]:
    stops = sum(len(one.provider) for one in rounds)
    unlike = sum(one.unlike for one in rounds)
    return [
        Row("answers stopped", str(stops)),
        Row("until the provider's request ended, p50, ms", _spread(rounds, 0.5)),
        Row("p99, ms", _spread(rounds, 0.99)),
        Row.at_most("the slowest, ms", [max(one.provider) for one in rounds], MOST_MS, 0),
        Row(
            "until the reader was told, p50, ms",
            spread([_ranked(one.reader, 0.5) for one in rounds], 1),
        ),
        Row("texts unlike the stored", str(unlike), "0", unlike == 0),
    ]


def _spread(rounds: list[Seen], part: float) -> str:
    return spread([_ranked(one.provider, part) for one in rounds], 1)


def _ranked(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
