"""Connections that break at any byte, and Valkey that comes and goes: nothing is lost, doubled
or reordered."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from backend.db import Cipher, Database, Vault
from backend.errors import StopNotDelivered
from backend.generation import Run
from backend.generation.record.heartbeat import OwnerProcess
from backend.llm import Done, Reasoning, Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Pause, Step
from backend.nursery import Nursery
from backend.runlog.memory import MemoryLog
from backend.runlog.port import RunLog
from backend.runlog.valkey.log import ValkeyLog
from tests.fixtures.generation import USER, Room, parse, text_of, until
from tests.fixtures.valkey import ValkeyServer

# What is tried here has nothing to do with which database it is.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

READERS = 20
PIECES = 40
# Far below what the answer would take, far above what a loaded machine does.
AT_ONCE_SECONDS = 5.0


def _adapter() -> FakeAdapter:
    script: list[Step] = []
    for number in range(PIECES):
        script += [Batch(Text(f"{number} ё👋\n\nid: {number}\n ")), Pause(0.005)]
        if number % 10 == 0:
            script.append(Batch(Reasoning("hm"), Text("|")))
    return FakeAdapter([*script, Batch(Done("stop"))])


def _long_adapter() -> FakeAdapter:
    return FakeAdapter([Batch(Text("On and on ")), Pause(60.0), Batch(Done("stop"))])


@asynccontextmanager
async def _processes(
    database: Database,
    vault: Vault,
    logs: list[RunLog],
    nursery: Nursery,
    adapter: Callable[[], FakeAdapter] = _adapter,
) -> AsyncIterator[list[Room]]:
    """A room over each log: the first writes, all read."""
    # One operating-system process plays several machines.
    rooms = [
        Room(
            database,
            vault,
            adapter(),
            nursery,
            log,
            process=OwnerProcess(f"p{n}", f"machine {n}", 1),
        )
        for n, log in enumerate(logs)
    ]
    for room in rooms:
        await room.generation.start()
    try:
        yield rooms
    finally:
        for room in rooms:
            await room.log.aclose()


async def _read_brokenly(rooms: list[Room], run: Run, chance: random.Random) -> tuple[bytes, int]:
    """Read the run to its end over connections that break at random bytes, in any process."""
    whole, breaks = b"", 0
    async with asyncio.timeout(120):
        while b'"type":"end"' not in whole:
            last = whole.count(b"\n\n")
            room = chance.choice(rooms)
            chunks = aiter(await room.generation.follow(run.user_id, run.id, last))
            patience = chance.randrange(1, 900)
            got = b""
            async for chunk in chunks:
                got += chunk
                if len(got) >= patience:
                    got = got[:patience]
                    break
            await chunks.aclose()  # type: ignore[attr-defined]
            breaks += 1
            whole += b"".join(
                block + b"\n\n" for block in got.split(b"\n\n")[:-1] if not block.startswith(b":")
            )
            if not got:
                await asyncio.sleep(0.05)
    return whole, breaks


@pytest.mark.parametrize("kind", ["memory", "valkey"])
async def test_connections_that_break_at_random_bytes(
    kind: str, database: Database, vault: Vault, valkey_shared: ValkeyServer
) -> None:
    """Whoever reconnects with the last number it had gets exactly the rest."""
    async with Nursery() as nursery:
        logs: list[RunLog] = [MemoryLog()]
        if kind == "valkey":
            logs = [
                ValkeyLog(valkey_shared.url, nursery, uuid4().hex, Cipher(b"k" * 32))
                for _ in range(2)
            ]
        async with _processes(database, vault, logs, nursery) as rooms:
            run = await rooms[0].send()
            reads = await asyncio.gather(
                *(_read_brokenly(rooms, run, random.Random(seed)) for seed in range(READERS))
            )
            message = await rooms[0].message(run)
    assert message.state == "complete"
    for whole, _ in reads:
        events = parse(whole)
        assert [event["n"] for event in events] == list(range(1, len(events) + 1))
        assert text_of(events) == message.text
        assert whole == reads[0][0]
    assert sum(breaks for _, breaks in reads) > 5 * READERS


async def test_valkey_restarts_empty_in_the_middle(
    database: Database, vault: Vault, valkey_server: ValkeyServer
) -> None:
    """Valkey forgets everything and comes back: near and far readers get the whole answer."""
    async with Nursery() as nursery:
        logs: list[RunLog] = [
            ValkeyLog(valkey_server.url, nursery, uuid4().hex, Cipher(b"k" * 32)) for _ in range(2)
        ]
        async with _processes(database, vault, logs, nursery) as rooms:
            run = await rooms[0].send()
            reading = [
                asyncio.create_task(_read_brokenly([room], run, random.Random(3))) for room in rooms
            ]
            await asyncio.sleep(0.6)
            await asyncio.to_thread(valkey_server.kill)
            await asyncio.sleep(0.6)
            await asyncio.to_thread(valkey_server.start)
            (near, _), (far, _) = await asyncio.gather(*reading)
            message = await rooms[0].message(run)
    assert message.state == "complete"
    assert near == far
    assert text_of(parse(near)) == message.text


async def test_valkey_goes_away_for_good(
    database: Database, vault: Vault, valkey_server: ValkeyServer
) -> None:
    """Near readers notice nothing, the answer is finished, and far ones then read it from the
    database; a stop that cannot be delivered says so."""
    async with Nursery() as nursery:
        logs: list[RunLog] = [
            ValkeyLog(valkey_server.url, nursery, uuid4().hex, Cipher(b"k" * 32)) for _ in range(2)
        ]
        async with _processes(database, vault, logs, nursery) as rooms:
            run = await rooms[0].send()
            near = asyncio.create_task(rooms[0].events(run))
            await asyncio.sleep(0.5)
            await asyncio.to_thread(valkey_server.kill)
            assert await rooms[1].events(run) == []
            with pytest.raises(StopNotDelivered):
                await rooms[1].generation.stop(USER, run.id)
            events = await near
            assert events[-1]["state"] == "complete"
            message = await rooms[0].message(run)
            assert text_of(events) == message.text
            assert text_of(await rooms[1].events(run)) == message.text


async def test_any_process_stops_any_run(
    database: Database, vault: Vault, valkey_shared: ValkeyServer
) -> None:
    """A stop sent to another process ends the run, long before the answer would."""
    async with Nursery() as nursery:
        logs: list[RunLog] = [
            ValkeyLog(valkey_shared.url, nursery, uuid4().hex, Cipher(b"k" * 32)) for _ in range(2)
        ]
        async with _processes(database, vault, logs, nursery, _long_adapter) as rooms:
            run = await rooms[0].send()
            await until(lambda: rooms[1].log.knows(run.id))
            far = asyncio.create_task(rooms[1].events(run))
            await until(lambda: rooms[0].log.watchers(run.id))
            await rooms[1].generation.stop(USER, run.id)
            async with asyncio.timeout(AT_ONCE_SECONDS):
                assert (await far)[-1]["state"] == "stopped"
