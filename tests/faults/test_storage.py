"""A database that is locked or full, and clocks that jump."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from backend.db import Database, Vault, direct_sqlite
from backend.errors import StorageBusy, StorageFull
from backend.generation.record import finisher as finish
from backend.generation.record.heartbeat import OwnerProcess
from backend.llm import Done, Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever, Pause
from backend.nursery import Nursery
from backend.runlog.memory import MemoryLog
from tests.fixtures.databases import create_tables
from tests.fixtures.generation import USER, MakeRoom, Room, rooms, text_of, until


@pytest.fixture
async def sqlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Database, Path]]:
    """A database file that waits only a moment for its lock."""
    monkeypatch.setattr(direct_sqlite, "BUSY_SECONDS", 0.2)
    path = tmp_path / "faulty.db"
    database = Database.open(f"sqlite:///{path}")
    await create_tables(database)
    yield database, path
    await database.close()


def _adapter() -> FakeAdapter:
    return FakeAdapter([Batch(Text("All ")), Pause(0.2), Batch(Text("there"), Done("stop"))])


async def test_a_locked_database_delays_an_end_and_loses_nothing(
    sqlite: tuple[Database, Path], vault: Vault
) -> None:
    """While somebody else holds the lock no new turn begins; the end waits and is then stored."""
    database, path = sqlite
    async with rooms(database, vault) as make:
        room = await make(_adapter())
        run = await room.send()
        reading = asyncio.create_task(room.events(run))
        await asyncio.sleep(0.1)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy):
            await room.send(user_id=8)
        await asyncio.sleep(1.0)
        assert not reading.done()
        other.execute("ROLLBACK")
        other.close()
        events = await asyncio.wait_for(reading, 30)
        assert (events[-1]["state"], text_of(events)) == ("complete", "All there")
        assert (await room.message(run)).state == "complete"
        assert await room.quota() == (1, 0)


class _FullDisk:
    """Lets a database grow no more while `full`."""

    def __init__(self, database: Database) -> None:
        self.full = False
        sa.event.listen(database.engine.sync_engine, "begin", self._limit)

    def _limit(self, connection: sa.Connection) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA max_page_count = {1 if self.full else 2**30}")
        cursor.close()


async def test_a_full_disk_is_told_and_got_over(
    sqlite: tuple[Database, Path], vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New turns are refused with a clear error, a reader is told that the end is not stored, and
    it is stored as soon as there is room."""
    monkeypatch.setattr(finish, "TELL_SECONDS", 0.5)
    database, _ = sqlite
    disk = _FullDisk(database)
    long = "word " * 20_000  # more than the free pages take
    adapter = FakeAdapter([Batch(Text("All ")), Pause(0.2), Batch(Text(long), Done("stop"))])
    async with rooms(database, vault) as make:
        room = await make(adapter)
        run = await room.send()
        reading = asyncio.create_task(room.events(run))
        await asyncio.sleep(0.1)
        disk.full = True
        with pytest.raises(StorageFull):
            await _send_until_refused(room)
        events = await asyncio.wait_for(reading, 30)
        assert (events[-1]["state"], events[-1]["errorCode"]) == ("interrupted", "storage_full")
        assert text_of(events) == "All " + long
        disk.full = False
        await until(lambda: room.generation.running == 0)
        message = await room.message(run)
        assert (message.state, message.text) == ("complete", "All " + long)


async def _send_until_refused(room: Room) -> None:
    """Free pages are used up first."""
    for user_id in range(100, 200):
        await room.send("x" * 30_000, user_id=user_id)


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)])
async def test_a_clock_that_jumps_ends_nothing(
    jump: timedelta, make_room: MakeRoom, database: Database, vault: Vault
) -> None:
    """Neither a run nor its owner is taken for dead because the wall clock was set."""
    shift = timedelta()

    def clock() -> datetime:
        return datetime.now(UTC) + shift

    room = await make_room(
        FakeAdapter([Batch(Text("one ")), Pause(0.5), Batch(Text("two"), Done("stop"))])
    )
    generation = room.generation
    for part in (generation.parts.checkpointer, generation.parts.reaper, generation.parts.finisher):
        part._clock = clock
    run = await room.send()
    await room.generation.parts.checkpointer.save_texts()
    shift = jump
    await room.generation.parts.checkpointer.save_texts()
    assert await room.generation.parts.reaper.reap() == 0
    async with Nursery() as nursery:
        other = Room(database, vault, _adapter(), nursery, MemoryLog(), process=_elsewhere())
        assert await other.generation.parts.reaper.reap() == 0
    events = await room.events(run)
    assert (events[-1]["state"], text_of(events)) == ("complete", "one two")


def _elsewhere() -> OwnerProcess:
    return OwnerProcess("elsewhere", "another machine", 1)


async def test_a_checkpoint_that_fails_is_made_the_next_time(
    sqlite: tuple[Database, Path], vault: Vault
) -> None:
    """A lock at the wrong moment costs one checkpoint, not the run."""
    database, path = sqlite
    async with rooms(database, vault) as make:
        room = await make(FakeAdapter([Batch(Text("So far")), Forever()]))
        run = await room.send()
        await asyncio.sleep(0.1)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy):
            await room.generation.parts.checkpointer.save_texts()
        other.execute("ROLLBACK")
        other.close()
        await room.generation.parts.checkpointer.save_texts()
        assert (await room.message(run)).text == "So far"
        await room.generation.stop(USER, run.id)
        await until(lambda: room.generation.running == 0)


async def test_an_end_that_breaks_is_tried_again(
    sqlite: tuple[Database, Path], vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a mistake of our own, or of a room that takes part in the end, leaves no run behind."""
    monkeypatch.setattr(finish, "TELL_SECONDS", 0.05)
    database, _ = sqlite
    async with rooms(database, vault) as make:
        room = await make(_adapter())
        close, failures = room.receipts.close, [ValueError("one"), KeyError("two")]

        async def broken(*args: Any) -> None:
            if failures:
                raise failures.pop()
            await close(*args)

        monkeypatch.setattr(room.receipts, "close", broken)
        run = await room.send()
        events = await room.events(run)
        assert (events[-1]["state"], events[-1]["errorCode"]) == ("interrupted", "unavailable")
        await until(lambda: room.generation.running == 0)
        assert (await room.message(run)).state == "complete"
        assert await room.quota() == (1, 0)
