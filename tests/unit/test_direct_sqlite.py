"""SQLite from the loop's own thread: it behaves like any driver, and waits without blocking.

Exercises backend/db/direct_sqlite.py, backend/db/sqlite_transactions.py.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.db import direct_sqlite
from backend.db.sqlite_transactions import Transaction, connect

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "test.db"


@pytest.fixture
async def engine(path: Path) -> AsyncIterator[AsyncEngine]:
    """An engine over the driver, with one empty table."""
    engine = create_async_engine(f"sqlite+direct:///{path}")
    sa.event.listen(engine.sync_engine, "connect", _prepare)
    async with engine.begin() as db:
        await db.run_sync(things.metadata.create_all)
    yield engine
    await engine.dispose()


def _prepare(connection: object, _: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]
    connection.cursor().execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]


async def names(engine: AsyncEngine) -> list[str]:
    """What is stored."""
    async with engine.begin() as db:
        return list((await db.execute(sa.select(things.c.name).order_by(things.c.id))).scalars())


async def test_rows_come_and_go(engine: AsyncEngine) -> None:
    """Inserts of one and of many, counts, results in order, one, none, and streamed."""
    async with engine.begin() as db:
        await db.execute(sa.insert(things), [{"id": n, "name": f"n{n}"} for n in range(250)])
        result = await db.execute(sa.update(things).where(things.c.id < 10).values(name="low"))
        assert result.rowcount == 10
        found = (await db.execute(sa.select(things).where(things.c.id == 11))).one()
        assert tuple(found) == (11, "n11")
        assert (await db.execute(sa.select(things).where(things.c.id < 0))).first() is None
        streamed = await db.stream(sa.select(things.c.id).order_by(things.c.id))
        parts = [[row.id for row in part] async for part in streamed.partitions(100)]
        assert [len(part) for part in parts] == [100, 100, 50]
        assert [id for part in parts for id in part] == list(range(250))
        some = await db.execute(sa.select(things.c.id).order_by(things.c.id))
        assert [row.id for row in some.fetchmany(2)] == [0, 1]
        assert len(some.fetchall()) == 248


async def test_errors_roll_back(engine: AsyncEngine) -> None:
    """A failing statement raises SQLAlchemy's error, and its transaction leaves nothing."""

    async def write_twice() -> None:
        async with engine.begin() as db:
            await db.execute(sa.insert(things), {"id": 1, "name": "one"})
            await db.execute(sa.insert(things), {"id": 1, "name": "again"})

    with pytest.raises(IntegrityError):
        await write_twice()
    assert await names(engine) == []


async def test_waits_for_another_process(engine: AsyncEngine, path: Path) -> None:
    """While somebody else writes, this waits and everything else in the loop goes on."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with engine.begin() as db:
            await db.execute(sa.insert(things), {"id": 1, "name": "one"})

    async def others() -> int:
        turns = 0
        for _ in range(20):
            await asyncio.sleep(0.002)
            turns += 1
        other.execute("COMMIT")
        return turns

    async with asyncio.timeout(30):
        assert (await asyncio.gather(write(), others()))[1] == 20
    assert await names(engine) == ["one"]
    other.close()


async def test_gives_up_in_time(
    engine: AsyncEngine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock that does not become free is an error after a while, not a hang."""
    monkeypatch.setattr(direct_sqlite, "BUSY_SECONDS", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="database is locked"):
        await names(engine)
    other.execute("ROLLBACK")
    other.close()
    assert await names(engine) == []


async def test_cancelled_while_waiting(engine: AsyncEngine, path: Path) -> None:
    """A request given up while it waits leaves its connection usable."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await names(engine)
    other.execute("ROLLBACK")
    other.close()
    assert await names(engine) == []


async def test_plain_calls_commit_or_leave_nothing(engine: AsyncEngine) -> None:
    """A transaction of plain calls commits on leaving, unless it fails or only reads."""
    connection = await connect(engine)
    async with Transaction(connection, reading=False) as db:
        await db.execute(sa.insert(things), {"id": 1, "name": "one"})
    with pytest.raises(IntegrityError):
        async with Transaction(connection, reading=False) as db:
            await db.execute(sa.insert(things), {"id": 2, "name": "two"})
            await db.execute(sa.insert(things), {"id": 1, "name": "again"})
    async with Transaction(connection, reading=True) as db:
        await db.execute(sa.insert(things), {"id": 3, "name": "three"})
    await connection.close()
    assert await names(engine) == ["one"]


async def test_a_plain_call_waits_too(path: Path) -> None:
    """A reader whose first look meets a lock waits for it, and the loop goes on meanwhile.

    Readers of a WAL file meet none but in odd moments; in the older mode a writer locks them out.
    """
    engine = create_async_engine(f"sqlite+direct:///{path}")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT)")
    other.execute("BEGIN EXCLUSIVE")
    asyncio.get_running_loop().call_later(0.05, other.execute, "COMMIT")
    connection = await connect(engine)
    async with asyncio.timeout(30), Transaction(connection, reading=True) as db:
        assert (await db.execute(sa.select(things))).all() == []
    await connection.close()
    other.close()
    await engine.dispose()
