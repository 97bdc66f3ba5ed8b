"""Ten thousand disconnects at random bytes, each resumed with Last-Event-ID. What was read in
pieces is compared with the stored answer, character by character."""

import asyncio
import json
import random
import time
from collections.abc import Callable

import uvloop
from msgspec import Struct

from backend.uuid7 import uuid7
from benchmarks import people, rig, server, services
from benchmarks.machine import cores
from benchmarks.report import Row, store

READERS = 180
BREAKS = 80
"""A reader breaks off so often: fewer times than the rule for requests lets through."""
RATE = 50
MOST_BYTES = 700
FIRST_BYTES = 1500


class Seen(Struct):
    """All readers together."""

    breaks: int = 0
    characters: int = 0
    lost: int = 0
    doubled: int = 0
    disordered: int = 0
    unlike: int = 0
    """Answers that differ from the stored ones."""
    seconds: float = 0.0


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """In memory, and over Valkey with two processes that readers change between."""
    readers = READERS if seconds >= 8 else READERS // 10
    store("resume", "in memory", _rows(_pass(readers, 1, {}), say))
    with services.valkey_server() as valkey:
        store("resume", "over Valkey, two processes in turn",
              _rows(_pass(readers, 2, {"VALKEY_URL": valkey.url}), say))  # fmt: skip


def _pass(readers: int, processes: int, more: dict[str, str]) -> Seen:
    allowed = cores()
    with (
        rig.running(allowed) as around,
        server.running(around.provider_port, allowed, more, processes) as servers,
    ):
        signed = people.sign_in(servers[0].port, readers)
        return uvloop.run(_read_all([one.port for one in servers], signed))


async def _read_all(ports: list[int], signed: list[str]) -> Seen:
    seen, begun = Seen(), time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number, token in enumerate(signed):
            group.create_task(_Reader(ports, token, number, seen).read())
            await asyncio.sleep(0.02)
    seen.seconds = time.monotonic() - begun
    return seen


class _Reader:
    """One person who reads one answer over a bad connection."""

    def __init__(self, ports: list[int], token: str, seed: int, seen: Seen) -> None:
        self._ports = ports
        self._token = token
        self._chance = random.Random(seed)
        self._seen = seen
        self._numbers: list[int] = []
        self._text = ""
        self._run = ""
        self._ended = False

    async def read(self) -> None:
        """Ask, read to the end in pieces, and compare with what is stored."""
        conversation = uuid7()
        ask = {"id": str(uuid7()), "text": f"bench:{RATE * 20}:{RATE}", "create": True}
        path = f"/api/conversations/{conversation}/messages"
        await self._connect(people.post(path, ask, self._token), self._ports[0])
        breaks = 0
        while not self._ended:
            breaks += 1
            await asyncio.sleep(self._chance.random() * 0.3)
            last = self._numbers[-1] if self._numbers else 0
            follow = self._get(f"/api/runs/{self._run}/events", last) if self._run else None
            request = follow or people.post(path, ask, self._token)
            patience = breaks <= BREAKS
            await self._connect(request, self._chance.choice(self._ports), patient=not patience)
        self._seen.breaks += breaks
        await self._compare(f"/api/conversations/{conversation}/messages")

    def _get(self, path: str, last: int = 0) -> bytes:
        return (
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self._token}\r\n"
            f"Last-Event-ID: {last}\r\nConnection: close\r\n\r\n"
        ).encode()

    async def _connect(self, request: bytes, port: int, *, patient: bool = False) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        # The first event tells which run it is; a repeated question would count as one asked.
        least = 1 if self._run else FIRST_BYTES
        left = 10**9 if patient else least + self._chance.randrange(MOST_BYTES)
        raw = b""
        try:
            raw = await reader.readuntil(b"\r\n\r\n")
            if not raw.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"refused: {raw[:200]!r}")
            self._take(await self._body(reader, left))
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.transport.abort()

    async def _body(self, reader: asyncio.StreamReader, left: int) -> bytes:
        """The body's next bytes, unchunked, until the time limit or the end of the answer."""
        body = b""
        while len(body) < left:
            try:
                size = int(await reader.readline(), 16)
            except ValueError:
                break
            if not size:
                break
            body += await reader.readexactly(size)
            await reader.readexactly(2)
            if b'"type":"end"' in body:
                break
        return body[:left]

    def _take(self, body: bytes) -> None:
        """Only whole events count, as in any reader of event streams."""
        for block in body.split(b"\n\n")[:-1]:
            if block.startswith(b":"):
                continue
            number, data = block.split(b"\n", 1)
            self._numbers.append(int(number.removeprefix(b"id: ")))
            event = json.loads(data.removeprefix(b"data: "))
            self._run = event.get("runId", self._run)
            self._text += event["text"] if event["type"] == "text" else ""
            self._ended = self._ended or event["type"] == "end"

    async def _compare(self, path: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._ports[0])
        writer.write(self._get(path))
        answer = json.loads((await reader.read()).partition(b"\r\n\r\n")[2])
        writer.close()
        stored = next(one["text"] for one in answer["items"] if one["role"] == "assistant")
        seen, numbers = self._seen, self._numbers
        seen.characters += len(stored)
        seen.unlike += stored != self._text
        seen.lost += len(set(range(1, max(numbers) + 1)) - set(numbers))
        seen.doubled += len(numbers) - len(set(numbers))
        seen.disordered += numbers != sorted(numbers)


def _rows(seen: Seen, say: Callable[[str], None]) -> list[Row]:
    say(f"{seen.breaks} disconnects in {seen.seconds:.0f} s")
    wrong = ("lost", "doubled", "disordered", "unlike")
    named = ("events lost", "events doubled", "answers disordered", "answers unlike the stored")
    return [
        Row("forced disconnects, each resumed", str(seen.breaks)),
        Row("characters compared", str(seen.characters)),
        *(
            Row(name, str(getattr(seen, field)), "0", getattr(seen, field) == 0)
            for name, field in zip(named, wrong, strict=True)
        ),
    ]
