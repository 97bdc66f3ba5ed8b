"""Writes on PostgreSQL whose changes wait and go out together.

Exercises backend/db/delayed_postgres.py, backend/db/together.py.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, hot, read_together
from backend.errors import StorageUnreachable
from tests.fixtures.counting_proxy import CountingProxy, counting
from tests.fixtures.postgres import PostgresServer

pytestmark = pytest.mark.postgres

tables = sa.MetaData()
notes = sa.Table("notes", tables, sa.Column("n", sa.Integer, primary_key=True))
totals = sa.Table(
    "totals",
    tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("total", sa.Integer, nullable=False),
)
N = sa.bindparam("n", type_=sa.Integer)
ADD = hot(sa.insert(notes))
COUNT = hot(sa.select(sa.func.count()).where(notes.c.n < sa.bindparam("below")))
LOCKED = hot(sa.select(totals.c.total).where(totals.c.id == sa.bindparam("at")).with_for_update())
TOTAL = hot(sa.select(totals.c.total).where(totals.c.id == sa.bindparam("at")))
COUNTED = hot(
    sa.update(totals).where(totals.c.id == sa.bindparam("at")).values(total=totals.c.total + N)
)
GIVEN = hot(
    sa.update(totals)
    .where(totals.c.id == sa.bindparam("at"))
    .values(total=totals.c.total + N)
    .returning(totals.c.total)
)
MAYBE = hot(
    sa.update(totals).where(totals.c.id == sa.bindparam("at")).values(total=N), may_miss=True
)
EVERY = {"below": 1_000}


@asynccontextmanager
async def counted(
    server: PostgresServer, more: str = ""
) -> AsyncIterator[tuple[Database, CountingProxy]]:
    """A database with the tables and a total of zero, and what counts its round trips."""
    address = await server.fresh_database()
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        async with counting(address, Path(folder)) as (proxy, url):
            database = Database.open(url + more, pool_size=2)
            async with database.unit_of_work() as db:
                await db.run_sync(tables.create_all)
                await db.execute(sa.insert(totals).values(id=1, total=0))
            yield database, proxy
            await database.close()
    await server.drop(address)


@pytest.fixture
async def beside(postgres_server: PostgresServer) -> AsyncIterator[tuple[Database, CountingProxy]]:
    """As `counted`."""
    async with counted(postgres_server) as found:
        yield found


async def stored(database: Database) -> tuple[int, int]:
    """How many notes are committed, and the total."""
    async with database.snapshot() as db:
        count = (await db.execute(COUNT, EVERY)).scalar_one()
        return int(count), int((await db.execute(TOTAL, {"at": 1})).scalar_one())


async def test_changes_are_one_round_trip(beside: tuple[Database, CountingProxy]) -> None:
    """Reads before them are another; what a change gives costs BEGIN and COMMIT."""
    database, proxy = beside

    async def alone(db: AsyncConnection, first: int) -> None:
        await db.execute(ADD, [{"n": first}, {"n": first + 1}])
        await db.execute(COUNTED, {"at": 1, "n": 2})

    async def given(db: AsyncConnection, first: int) -> int:
        await read_together(
            db, lambda db: db.execute(COUNT, EVERY), lambda db: db.execute(TOTAL, {"at": 1})
        )
        await db.execute(ADD, {"n": first})
        return int((await db.execute(GIVEN, {"at": 1, "n": 1})).scalar_one())

    for first in (0, 10):  # prepared the first time
        before = proxy.trips
        await database.write(lambda db, first=first: alone(db, first))  # type: ignore[misc]
    assert proxy.trips - before == 1
    for first in (20, 30):
        before = proxy.trips
        assert await database.write(lambda db, first=first: given(db, first)) == first // 10 + 3  # type: ignore[misc]
    assert proxy.trips - before == 4
    for _ in range(2):
        before = proxy.trips
        read = await database.read(
            lambda db: read_together(
                db, lambda db: db.execute(COUNT, EVERY), lambda db: db.execute(TOTAL, {"at": 1})
            )
        )
    assert proxy.trips - before == 1
    assert [one.scalar_one() for one in read] == [6, 6]


async def test_a_wrong_guess_runs_again(beside: tuple[Database, CountingProxy]) -> None:
    """Nothing of the first run is left, and the second sees how many rows were changed."""
    database, _ = beside
    seen: list[int] = []

    async def work(db: AsyncConnection) -> None:
        await db.execute(ADD, {"n": 1})
        missing = (await db.execute(COUNTED, {"at": 7, "n": 1})).rowcount
        seen.append(missing)
        if not missing:
            await db.execute(COUNTED, {"at": 1, "n": 5})

    await database.write(work)
    assert seen == [1, 0]
    assert await stored(database) == (1, 5)


async def test_what_may_miss_is_no_guess(beside: tuple[Database, CountingProxy]) -> None:
    """It is done where it can be, and the work runs once."""
    database, _ = beside
    runs: list[int] = []

    async def work(db: AsyncConnection) -> None:
        runs.append(1)
        await db.execute(ADD, {"n": len(runs)})
        await db.execute(MAYBE, {"at": 7, "n": 1})

    await database.write(work)
    await database.write(lambda db: db.execute(MAYBE, {"at": 1, "n": 9}))
    assert (len(runs), await stored(database)) == (1, (1, 9))


async def test_what_depends_on_a_change_sees_it(beside: tuple[Database, CountingProxy]) -> None:
    """Changes of one row follow each other; reads and locks come after what they are about."""
    database, _ = beside

    async def work(db: AsyncConnection) -> list[int]:
        await db.execute(COUNTED, {"at": 1, "n": 1})
        await db.execute(COUNTED, {"at": 1, "n": 2})
        plain = (await db.execute(TOTAL, {"at": 1})).scalar_one()
        await db.execute(COUNTED, {"at": 1, "n": 4})
        together = await read_together(
            db, lambda db: db.execute(TOTAL, {"at": 1}), lambda db: db.execute(COUNT, EVERY)
        )
        await db.execute(COUNTED, {"at": 1, "n": 8})
        return [plain, together[0].scalar_one(), (await db.execute(LOCKED, {"at": 1})).scalar_one()]

    assert await database.write(work) == [3, 7, 15]
    assert await stored(database) == (0, 15)


async def test_simultaneous_writes_count_all(beside: tuple[Database, CountingProxy]) -> None:
    """Two connections and twenty writers of one row: none is lost, none is doubled."""
    database, _ = beside

    async def work(db: AsyncConnection, n: int) -> None:
        (await db.execute(COUNT, EVERY)).scalar_one()
        await db.execute(ADD, {"n": n})
        await db.execute(COUNTED, {"at": 1, "n": 1})

    await asyncio.gather(*(database.write(lambda db, n=n: work(db, n)) for n in range(20)))  # type: ignore[misc]
    assert await stored(database) == (20, 20)


CUT = sa.text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def cut_all(database: Database) -> None:
    """Close the server's side of all other connections, and give the loop time to see it."""
    async with database.unit_of_work() as db:
        await db.execute(CUT)
    await asyncio.sleep(0.1)


async def test_connections_lost_in_the_pool(beside: tuple[Database, CountingProxy]) -> None:
    """Neither a write nor a read fails for a connection that was idle."""
    database, _ = beside
    together = asyncio.Barrier(2)

    async def use() -> None:
        async with database.snapshot() as db:
            await db.execute(COUNT, EVERY)
            await together.wait()

    for number in range(2):
        await asyncio.gather(use(), use())
        await cut_all(database)
        await asyncio.gather(
            database.write(lambda db, number=number: db.execute(ADD, {"n": number})),  # type: ignore[misc]
            database.read(lambda db: db.execute(COUNT, EVERY)),
        )
    assert (await stored(database))[0] == 2


async def test_a_connection_lost_in_a_write(beside: tuple[Database, CountingProxy]) -> None:
    """Once a change may have been sent, the work is not run again: it might be done twice."""
    database, _ = beside
    runs: list[int] = []

    async def work(db: AsyncConnection) -> None:
        runs.append(1)
        await db.execute(GIVEN, {"at": 1, "n": 1})
        await cut_all(database)
        await db.execute(ADD, {"n": 1})

    with pytest.raises(StorageUnreachable):
        await database.write(work)
    assert (len(runs), await stored(database)) == (1, (0, 0))


async def test_a_cancelled_write_leaves_nothing(beside: tuple[Database, CountingProxy]) -> None:
    """Also while its first statements wait; the connections return to the pool."""
    database, _ = beside
    for _ in range(6):
        begun = asyncio.Event()

        async def work(db: AsyncConnection, begun: asyncio.Event = begun) -> None:
            await db.execute(ADD, {"n": 1})
            await db.execute(GIVEN, {"at": 1, "n": 1})
            begun.set()
            await asyncio.sleep(60)

        writing = asyncio.ensure_future(database.write(work))
        await begun.wait()
        writing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await writing
    assert await stored(database) == (0, 0)


async def test_behind_pgbouncer_it_goes_step_by_step(postgres_server: PostgresServer) -> None:
    """Prepared statements would be lost there; what is written and read is the same."""
    async with counted(postgres_server, "&pgbouncer=true") as (database, _):

        async def work(db: AsyncConnection) -> int:
            await db.execute(ADD, {"n": 1})
            return int((await db.execute(COUNTED, {"at": 7, "n": 1})).rowcount)

        assert await database.write(work) == 0
        assert (await database.read(lambda db: db.execute(COUNT, EVERY))).scalar_one() == 1
        assert await stored(database) == (1, 0)


async def test_reads_of_one_moment(beside: tuple[Database, CountingProxy]) -> None:
    """Reads that need a second statement are done again in one transaction: what was committed
    between the two is in both, or in neither."""
    database, _ = beside
    seen: list[tuple[int, int]] = []

    async def twice(db: AsyncConnection) -> None:
        first = (await db.execute(COUNT, EVERY)).scalar_one()
        await database.write(lambda db: db.execute(ADD, {"n": len(seen) + first}))
        seen.append((first, (await db.execute(COUNT, EVERY)).scalar_one()))

    await database.read(twice)
    assert seen == [(1, 1)]
