"""Hot statements: they give what SQLAlchemy gives, and fail as it fails, on both databases.

Exercises backend/db/hot.py, backend/db/together.py, direct_sqlite.py and direct_postgres.py.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, UtcDateTime, hot, read_together
from backend.db.hot import plan_of
from backend.errors import StorageFull
from tests.fixtures.postgres import PostgresServer

things = sa.Table(
    "things",
    sa.MetaData(),
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("at", UtcDateTime),
    sa.Column("on", sa.Date),
    sa.Column("flag", sa.Boolean),
    sa.Column("data", sa.LargeBinary),
    sa.Column("n", sa.Integer, server_default="7", nullable=False),
)
_INSERT = sa.insert(things)
_MINE = things.c.user_id == sa.bindparam("user")
_FIND = sa.select(things).where(_MINE).order_by(things.c.name)
_MORE = (
    sa.update(things)
    .where(_MINE, things.c.n < sa.bindparam("below", type_=sa.Integer))
    .values(n=things.c.n + 1, flag=sa.case((things.c.n > 7, True), else_=things.c.flag))
    .returning(things.c.id, things.c.n)
)
_NONE_OF = sa.select(things).where(things.c.name.in_(["a", "b"]))
HOT = {statement: hot(statement._generate()) for statement in (_INSERT, _FIND, _MORE, _NONE_OF)}
"""Each statement as SQLAlchemy runs it, and its marked copy."""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with the table."""
    server: PostgresServer | None = None
    address = f"sqlite:///{tmp_path / 'test.db'}"
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        address = await server.fresh_database()
    database = Database.open(address)
    async with database.unit_of_work() as db:
        await db.run_sync(things.create)
    yield database
    await database.close()
    if server is not None:
        await server.drop(address)


def row(user: int = 1, **more: Any) -> dict[str, Any]:
    """A row with something in every column."""
    moment = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
    values = {"user_id": user, "id": uuid4(), "name": "Ann", "at": moment, "on": moment.date(),
              "flag": True, "data": b"\0\xff"}  # fmt: skip
    return {**values, **more}


async def test_the_same_rows_come_out(database: Database) -> None:
    """What one way writes and reads is what the other does: types, names, numbers, order."""
    async with database.unit_of_work() as db:
        for number, insert in enumerate((_INSERT, HOT[_INSERT])):
            done = await db.execute(insert, row(name=f"n{number}", at=None, data=None, flag=False))
            assert done.rowcount == 1
            await db.execute(insert, row(name=f"m{number}"))
        plain = (await db.execute(_FIND, {"user": 1})).all()
        found = (await db.execute(HOT[_FIND], {"user": 1})).all()
        assert [tuple(one) for one in found] == [tuple(one) for one in plain]
        assert [one.name for one in found] == ["m0", "m1", "n0", "n1"]
        assert isinstance(found[0].id, UUID)
        assert (found[0].n, found[0].at.tzinfo) == (7, UTC)
        changed = (await db.execute(HOT[_MORE], {"user": 1, "below": 8})).all()
        assert {(one.id, one.n) for one in changed} == {(one.id, 8) for one in plain}
        assert (await db.execute(HOT[_MORE], {"user": 1, "below": 8})).rowcount == 0
        assert (await db.execute(HOT[_FIND], {"user": 2})).one_or_none() is None


@given(name=st.text(st.characters(exclude_categories=["Cs"])), data=st.binary())
async def test_whatever_is_stored_comes_back(name: str, data: bytes) -> None:
    """Any text and any bytes."""
    database = Database.open("sqlite://")
    async with database.unit_of_work() as db:
        await db.run_sync(things.create)
        await db.execute(HOT[_INSERT], row(name=name, data=data))
        found = (await db.execute(HOT[_FIND], {"user": 1})).one()
    assert (found.name, found.data) == (name, data)
    await database.close()


async def test_it_fails_as_sqlalchemy_does(database: Database) -> None:
    """A broken constraint is an IntegrityError, a value of another type a StatementError, and
    parameters stay out of what is said."""
    once = row(name="a secret")
    for wrong, kind in ((once, IntegrityError), (row(at=datetime(2026, 1, 1)), Exception)):
        with pytest.raises(kind) as caught:
            async with database.unit_of_work() as db:
                await db.execute(HOT[_INSERT], once)
                await db.execute(HOT[_INSERT], wrong)
        assert "a secret" not in str(caught.value)
    async with database.snapshot() as db:
        assert (await db.execute(HOT[_FIND], {"user": 1})).all() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_nothing_is_written_after_the_disk_was_full(database: Database) -> None:
    """SQLite ends a transaction that finds no room; what follows is refused, not committed."""
    with pytest.raises(StorageFull):
        async with database.unit_of_work() as db:
            pages = (await db.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await db.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            await db.execute(HOT[_INSERT], row(data=bytes(100_000)))
    async with database.snapshot() as db:
        assert (await db.execute(HOT[_FIND], {"user": 1})).all() == []


def test_what_needs_more_takes_the_long_way() -> None:
    """Statements that SQLAlchemy rewrites at every execution, and unmarked ones, have no plan."""
    dialect = sa.create_engine("sqlite://").dialect
    assert plan_of(HOT[_FIND], {"user": 1}, dialect) is not None
    assert plan_of(HOT[_NONE_OF], {}, dialect) is None
    assert plan_of(_FIND, {"user": 1}, dialect) is None


_RENAME = hot(
    sa.update(things)
    .where(_MINE, things.c.id == sa.bindparam("thing"))
    .values(name=sa.bindparam("new_name"))
)


async def test_several_rows_at_once(database: Database) -> None:
    """A list of parameters writes a row for each, or fails as one alone does."""
    several = [row(name="Ann"), row(name="Ben", at=None)]
    async with database.unit_of_work() as db:
        await db.execute(HOT[_INSERT], several)
    with pytest.raises(IntegrityError):
        async with database.unit_of_work() as db:
            await db.execute(HOT[_INSERT], [row(name="Cid"), several[0]])
    async with database.snapshot() as db:
        found = (await db.execute(HOT[_FIND], {"user": 1})).all()
    assert [(one.id, one.name, one.at) for one in found] == [
        (one["id"], one["name"], one["at"]) for one in several
    ]


async def test_reads_together(database: Database) -> None:
    """Each read gets the rows that it would get alone, in its order, also where a read consists of
    several or needs a second statement; an error of one is raised once all have ended."""
    both = [row(name="Ann"), row(name="Ben", at=None)]
    async with database.unit_of_work() as db:
        await db.execute(HOT[_INSERT], both)

    async def names(db: AsyncConnection, user: int) -> list[Any]:
        return [tuple(one) for one in await db.execute(HOT[_FIND], {"user": user})]

    async def twice(db: AsyncConnection) -> tuple[list[Any], list[Any]]:
        first = await names(db, 1)
        return first, await names(db, 2)

    async def nested(db: AsyncConnection) -> tuple[list[Any], list[Any]]:
        return await read_together(db, lambda db: names(db, 2), lambda db: names(db, 1))

    async def fails(db: AsyncConnection) -> None:
        await names(db, 1)
        raise MemoryError

    for begin in (database.unit_of_work, database.snapshot):
        async with begin() as db:
            mine = await names(db, 1)
            assert [one[2] for one in mine] == ["Ann", "Ben"]
            found = await read_together(db, lambda db: names(db, 1), twice, nested)
            assert found == (mine, (mine, []), ([], mine))
            with pytest.raises(MemoryError):
                await read_together(db, fails, twice)
            assert await names(db, 1) == mine
    assert await database.read(twice) == (mine, [])
    assert await database.read(nested) == ([], mine)


async def test_a_write_as_a_function(database: Database) -> None:
    """It commits, or leaves nothing: with changes that find no row, rows that a change gives, and
    reads of what was written."""
    old, new = row(name="Ann"), row(user=2, name="Ben")
    renamed = {"user": 1, "thing": old["id"], "new_name": "Anne"}

    async def write(db: AsyncConnection) -> tuple[int, int, list[int], str]:
        await db.execute(HOT[_INSERT], old)
        await db.execute(HOT[_INSERT], new)
        found = (await db.execute(_RENAME, renamed)).rowcount
        missing = (await db.execute(_RENAME, renamed | {"user": 3})).rowcount
        more = [one.n for one in await db.execute(HOT[_MORE], {"user": 2, "below": 8})]
        return found, missing, more, (await db.execute(HOT[_FIND], {"user": 1})).one().name

    assert await database.write(write) == (1, 0, [8], "Anne")
    with pytest.raises(IntegrityError):
        await database.write(write)

    async def refuse(db: AsyncConnection) -> None:
        await db.execute(HOT[_INSERT], row(name="Cid"))
        raise MemoryError

    with pytest.raises(MemoryError):
        await database.write(refuse)
    async with database.snapshot() as db:
        for user, name in ((1, "Anne"), (2, "Ben")):
            assert (await db.execute(HOT[_FIND], {"user": user})).one().name == name
