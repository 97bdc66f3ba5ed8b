"""What every run log guarantees, in memory or in Valkey.

Exercises backend/runlog/live.py.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import pytest

from backend.db import Cipher
from backend.generation.stream.events import text_payload
from backend.nursery import Nursery
from backend.runlog.sse import frame
from backend.runlog.valkey import ValkeyLog
from tests.contract.generation.conftest import Processes


def _ignored() -> None:
    """For runs that nobody stops."""


async def _until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


async def _read(chunks: AsyncIterator[bytes], into: bytearray) -> None:
    async for chunk in chunks:
        into += chunk


def _frames(first: int, last: int) -> bytes:
    return b"".join(frame(n, text_payload(f"piece {n}")) for n in range(first, last + 1))


def _payloads(first: int, last: int) -> list[bytes]:
    return [text_payload(f"piece {n}") for n in range(first, last + 1)]


async def _known(logs: Processes, run_id: UUID) -> None:
    async with asyncio.timeout(30):
        while not await logs.reader.knows(run_id):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_numbers_are_contiguous_from_one(logs: Processes) -> None:
    """Append answers the last number, and readers get frames numbered from 1 without gaps."""
    run_id = uuid4()
    writer = logs.owner.open(run_id, _ignored)
    assert writer.last == 0
    assert writer.append(_payloads(1, 1)) == 1
    assert writer.append(_payloads(2, 4)) == 4
    await writer.close()
    await _known(logs, run_id)
    assert b"".join([c async for c in logs.read(logs.reader, run_id, 0)]) == _frames(1, 4)


async def test_live_events_reach_a_waiting_reader(logs: Processes) -> None:
    """A reader that has caught up is given each append when it happens."""
    run_id, got = uuid4(), bytearray()
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 1))
    await _known(logs, run_id)
    reading = asyncio.create_task(_read(logs.read(logs.reader, run_id, 0), got))
    for number in range(2, 30):
        await _until(lambda last=number - 1: bytes(got) == _frames(1, last))  # type: ignore[misc]
        writer.append(_payloads(number, number))
    await writer.close()
    await asyncio.wait_for(reading, 30)
    assert bytes(got) == _frames(1, 29)


async def test_a_reader_may_start_anywhere(logs: Processes) -> None:
    """`after` skips exactly the events up to it, however appends were grouped."""
    run_id = uuid4()
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 3))
    writer.append(_payloads(4, 4))
    writer.append(_payloads(5, 20))
    await writer.close()
    await _known(logs, run_id)
    for after in range(21):
        got = b"".join([c async for c in logs.read(logs.reader, run_id, after)])
        assert got == _frames(after + 1, 20)


async def test_a_slow_reader_holds_only_its_place(logs: Processes) -> None:
    """A reader that does not read is caught up from the log, in bounded pieces."""
    run_id = uuid4()
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 1))
    await _known(logs, run_id)
    chunks = logs.read(logs.reader, run_id, 0)
    got = [await anext(chunks)]
    for first in range(2, 1001, 2):
        writer.append(_payloads(first, first + 1))
    await writer.close()
    await asyncio.sleep(0.05)
    got += [chunk async for chunk in chunks]
    assert b"".join(got) == _frames(1, 1001)
    assert max(chunk.count(b"id: ") for chunk in got) <= 256


async def test_many_readers_get_the_same(logs: Processes) -> None:
    """Readers that come and go at random lose, double and reorder nothing."""
    run_id, chance = uuid4(), random.Random(5)
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 1))
    await _known(logs, run_id)

    async def come_and_go() -> bytes:
        got = b""
        while got.count(b"id: ") < 200:
            chunks = logs.read(logs.reader, run_id, got.count(b"id: "))
            for _ in range(chance.randrange(1, 9)):
                try:
                    got += await anext(chunks)
                except StopAsyncIteration:
                    break
            await chunks.aclose()
        return got

    readers = [asyncio.create_task(come_and_go()) for _ in range(10)]
    for number in range(2, 201):
        writer.append(_payloads(number, number))
        await asyncio.sleep(chance.choice((0, 0, 0.002)))
    await writer.close()
    for reader in readers:
        assert await asyncio.wait_for(reader, 30) == _frames(1, 200)


async def test_a_stop_reaches_the_owner(logs: Processes) -> None:
    """Anyone in any process can stop a run."""
    run_id, stopped = uuid4(), asyncio.Event()
    writer = logs.owner.open(run_id, stopped.set)
    writer.append(_payloads(1, 1))
    await _known(logs, run_id)
    await logs.reader.stop(run_id)
    await asyncio.wait_for(stopped.wait(), 30)


async def test_a_stop_told_before_the_owner_listens_reaches_it(valkey: str) -> None:
    """A process that has just started, or connects again, hears of stops told meanwhile."""
    stopped, cipher = asyncio.Event(), Cipher(b"k" * 32)
    async with Nursery() as nursery:
        owner, other = (ValkeyLog(valkey, nursery, uuid4().hex, cipher) for _ in range(2))
        run_id, its_neighbour = uuid4(), uuid4()
        owner.open(run_id, stopped.set)
        owner.open(its_neighbour, lambda: pytest.fail("nobody stopped it"))
        await other.stop(run_id)
        assert not stopped.is_set()
        await owner.start()
        await asyncio.wait_for(stopped.wait(), 30)
        for log in (owner, other):
            await log.aclose()


async def test_stopping_a_closed_or_unknown_run_does_nothing(logs: Processes) -> None:
    """A stop after the run's end is no error and calls no handler."""
    run_id, stopped = uuid4(), asyncio.Event()
    writer = logs.owner.open(run_id, stopped.set)
    await writer.close()
    await logs.reader.stop(run_id)
    await logs.reader.stop(uuid4())
    await asyncio.sleep(0.05)
    assert not stopped.is_set()


async def test_the_owner_knows_whether_anyone_watches(logs: Processes) -> None:
    """Watchers are counted wherever they are, and no longer once they have left."""
    run_id, got = uuid4(), bytearray()
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 1))
    await _known(logs, run_id)
    assert await logs.owner.watchers(run_id) == 0
    reading = asyncio.create_task(_read(logs.read(logs.reader, run_id, 0), got))
    async with asyncio.timeout(30):
        while await logs.owner.watchers(run_id) == 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    reading.cancel()
    async with asyncio.timeout(30):
        while await logs.owner.watchers(run_id) > 0:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_owner_learns_that_the_end_was_seen(logs: Processes) -> None:
    """`seen` holds soon after a reader, anywhere, took the last event, and not before."""
    run_id = uuid4()
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 2))
    await _known(logs, run_id)
    chunks = logs.read(logs.reader, run_id, 0)
    await anext(chunks)
    await writer.close()
    assert not await logs.owner.seen(run_id)
    async for _ in chunks:
        pass
    async with asyncio.timeout(30):
        while not await logs.owner.seen(run_id):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_dropped_run_is_unknown_and_lets_readers_go(logs: Processes) -> None:
    """In the owner's process a dropped run is gone at once."""
    run_id, got = uuid4(), bytearray()
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 1))
    reading = asyncio.create_task(_read(logs.read(logs.owner, run_id, 0), got))
    await _until(lambda: bytes(got) == _frames(1, 1))
    await logs.owner.drop(run_id)
    await asyncio.wait_for(reading, 30)


async def test_an_idle_reader_is_kept_alive(logs: Processes) -> None:
    """A reader that is given nothing for an interval is given a comment."""
    run_id = uuid4()
    writer = logs.owner.open(run_id, _ignored)
    writer.append(_payloads(1, 1))
    await _known(logs, run_id)
    logs.reader._readers._beat = 0.02  # type: ignore[attr-defined]
    chunks = logs.read(logs.reader, run_id, 0)
    assert await anext(chunks) == _frames(1, 1)
    assert await asyncio.wait_for(anext(chunks), 30) == b":\n\n"
    assert await asyncio.wait_for(anext(chunks), 30) == b":\n\n"
    writer.append(_payloads(2, 2))
    async with asyncio.timeout(30):
        while (chunk := await anext(chunks)) == b":\n\n":
            pass  # another interval ended on the way
    assert chunk == _frames(2, 2)
    await chunks.aclose()
