"""Beginning, committing and rolling back on PostgreSQL without SQLAlchemy.

Exercises backend/db/direct_postgres.py.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from backend.db import Database, hot
from backend.errors import StorageUnreachable
from tests.fixtures.postgres import PostgresServer

pytestmark = pytest.mark.postgres

notes = sa.Table("notes", sa.MetaData(), sa.Column("n", sa.Integer, primary_key=True))
ADD = hot(sa.insert(notes).values(n=sa.bindparam("n")))
COUNT = hot(sa.select(sa.func.count()).where(notes.c.n < sa.bindparam("below")))
EVERY = {"below": 1_000}
SLEEP = sa.text("SELECT pg_sleep(60)")


@pytest.fixture
async def database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A database with the table, and few connections."""
    address = await postgres_server.fresh_database()
    database = Database.open(address, pool_size=4)
    async with database.unit_of_work() as db:
        await db.run_sync(notes.create)
    yield database
    await database.close()
    await postgres_server.drop(address)


async def count(database: Database) -> int:
    """How many rows are committed."""
    async with database.snapshot() as db:
        return int((await db.execute(COUNT, EVERY)).scalar_one())


async def cut_the_others(database: Database) -> int:
    """Close all connections to the database except this one, as a restart does."""
    ended = sa.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with database.snapshot() as db:
        return int((await db.execute(ended)).scalar_one())


async def _use(database: Database, together: asyncio.Barrier) -> None:
    async with database.snapshot() as db:
        await db.execute(COUNT, EVERY)
        await together.wait()


async def test_connections_lost_in_the_pool_are_replaced(database: Database) -> None:
    """After a restart of the server no request fails for a connection that was idle."""
    together = asyncio.Barrier(4)
    await asyncio.gather(*(_use(database, together) for _ in range(4)))
    assert await cut_the_others(database) == 3
    for number in range(8):
        async with database.unit_of_work() as db:
            await db.execute(ADD, {"n": number})
    assert await count(database) == 8


async def test_a_connection_lost_in_a_transaction(database: Database) -> None:
    """A hot statement reports that the server is away, and nothing of the transaction is stored."""
    with pytest.raises(StorageUnreachable):
        async with database.unit_of_work() as db:
            await db.execute(ADD, {"n": 1})
            assert await cut_the_others(database) == 1
            await db.execute(ADD, {"n": 2})
    assert await count(database) == 0


async def test_cancelled_transactions_are_rolled_back(database: Database) -> None:
    """During a statement and between two; their connections return to the pool."""
    for _ in range(6):
        begun = asyncio.Event()

        async def write(wait: sa.TextClause | None, begun: asyncio.Event = begun) -> None:
            async with database.unit_of_work() as db:
                await db.execute(ADD, {"n": 1})
                begun.set()
                await (asyncio.sleep(60) if wait is None else db.execute(wait))

        for wait in (SLEEP, None):
            begun.clear()
            writing = asyncio.ensure_future(write(wait))
            await begun.wait()
            writing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await writing
    assert await count(database) == 0


async def test_a_reader_sees_one_moment(database: Database) -> None:
    """Commits of others between two statements of a reader are not visible to it."""
    async with database.snapshot() as reader:
        assert (await reader.execute(COUNT, EVERY)).scalar_one() == 0
        async with database.unit_of_work() as db:
            await db.execute(ADD, {"n": 1})
        assert (await reader.execute(COUNT, EVERY)).scalar_one() == 0
    assert await count(database) == 1


async def test_a_failed_statement_cannot_be_ignored(database: Database) -> None:
    """PostgreSQL answers COMMIT with a rollback then: this is an error, not a silent loss."""
    with pytest.raises(RuntimeError, match="nothing was committed"):
        async with database.unit_of_work() as db:
            await db.execute(ADD, {"n": 1})
            with pytest.raises(sa.exc.IntegrityError):
                await db.execute(ADD, {"n": 1})
    assert await count(database) == 0


async def test_a_changed_column_is_prepared_again(database: Database) -> None:
    """A statement prepared before a migration changed a type fails at most once, then works."""
    read = hot(sa.select(notes.c.n).where(notes.c.n < sa.bindparam("below")))
    async with database.snapshot() as db:
        assert (await db.execute(read, EVERY)).all() == []
    async with database.unit_of_work() as db:
        await db.execute(sa.text("ALTER TABLE notes ALTER COLUMN n TYPE bigint"))
    with pytest.raises(sa.exc.DBAPIError, match=r"cached plan|schema"):
        async with database.snapshot() as db:
            await db.execute(read, EVERY)
    async with database.snapshot() as db:
        assert (await db.execute(read, EVERY)).all() == []


def in_use(database: Database) -> int:
    """How many connections are out of SQLAlchemy's pool."""
    pool: Any = database.engine.pool
    return int(pool.checkedout())


async def test_an_idle_connection_is_used_again(database: Database) -> None:
    """It does not go back into SQLAlchemy's pool in between, and does at the end."""
    for number in range(3):
        async with database.unit_of_work() as db:
            await db.execute(ADD, {"n": number})
        assert await database.read(lambda db: db.execute(COUNT, EVERY))
    assert in_use(database) == 1
    await database.close()
    assert in_use(database) == 0


@pytest.mark.parametrize("size", [1, 2, 4])
async def test_those_who_wait_for_a_connection_get_one(
    postgres_server: PostgresServer, size: int
) -> None:
    """However small the pool is: none is kept back while somebody may wait for it."""
    address = await postgres_server.fresh_database()
    database = Database.open(address, pool_size=size)

    async def use() -> None:
        async with database.snapshot() as db:
            await db.execute(sa.text("SELECT pg_sleep(0.01)"))
        await database.read(lambda db: db.execute(sa.text("SELECT 1")))

    async with asyncio.timeout(30):
        await asyncio.gather(*(use() for _ in range(40)))
    assert in_use(database) < size
    async with database.engine.connect() as other:
        await other.execute(sa.text("SELECT 1"))
    await database.close()
    await postgres_server.drop(address)


async def test_what_a_transaction_left_open_is_not_kept(database: Database) -> None:
    """A reader's transaction is over before its connection is used again."""
    async with database.snapshot() as db:
        await db.execute(sa.text("SELECT 1"))
    async with database.unit_of_work() as db:
        await db.execute(ADD, {"n": 1})
    assert await count(database) == 1
