"""The database: transactions commit whole or not at all, moments stay aware, text stays sealed.

Exercises backend/db/dialect.py, backend/db/types.py.
"""

import asyncio
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from backend.db import Database, KeyRing, UtcDateTime, Vault
from backend.db.vault import user_keys
from backend.errors import TextUnreadable
from backend.settings import Settings

scratch = sa.Table(
    "scratch",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("n", sa.Integer, server_default="0", nullable=False),
)


@pytest.fixture
async def table(database: Database) -> sa.Table:
    """A table of the test's own."""
    async with database.unit_of_work() as db:
        await db.run_sync(scratch.create)
    return scratch


async def count(database: Database, table: sa.Table) -> int:
    """How many rows a new reader sees."""
    async with database.snapshot() as db:
        return (await db.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()


async def test_commit_and_rollback(database: Database, table: sa.Table) -> None:
    """Leaving a unit of work commits it; an error on the way leaves nothing."""
    async with database.unit_of_work() as db:
        await db.execute(table.insert().values(id=1))
    with pytest.raises(ZeroDivisionError):
        async with database.unit_of_work() as db:
            await db.execute(table.insert().values(id=2))
            raise ZeroDivisionError
    assert await count(database, table) == 1


async def test_a_commit_that_fails_leaves_nothing_behind(
    database: Database, table: sa.Table
) -> None:
    """What is refused at the very end is undone, and the next transactions are not in its way."""
    children = (
        "CREATE TABLE child (id INTEGER REFERENCES scratch (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    async with database.unit_of_work() as db:
        await db.execute(sa.text(children))
    for _ in range(2):
        with pytest.raises(IntegrityError):
            async with database.unit_of_work() as db:
                await db.execute(table.insert(), {"id": 1})
                await db.execute(sa.text("INSERT INTO child VALUES (2)"))
        assert await count(database, table) == 0
    async with database.unit_of_work() as db:
        await db.execute(table.insert(), {"id": 2})
    assert await count(database, table) == 1


async def test_a_snapshot_never_writes(database: Database, table: sa.Table) -> None:
    """What is written through a reader is gone when it closes."""
    async with database.snapshot() as db:
        await db.execute(table.insert().values(id=1))
    assert await count(database, table) == 0


async def test_concurrent_writers_lose_nothing(database: Database, table: sa.Table) -> None:
    """Forty increments at once make forty."""
    async with database.unit_of_work() as db:
        await db.execute(table.insert().values(id=1))

    async def increment() -> None:
        async with database.unit_of_work() as db:
            await db.execute(table.update().values(n=table.c.n + 1))

    await asyncio.gather(*(increment() for _ in range(40)))
    async with database.snapshot() as db:
        assert (await db.execute(sa.select(table.c.n))).scalar_one() == 40


async def test_moments_stay_aware(database: Database, table: sa.Table) -> None:
    """A stored moment comes back equal and aware; a naive one is refused."""
    moment = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
    async with database.unit_of_work() as db:
        await db.execute(table.insert().values(id=1, at=moment))
    async with database.snapshot() as db:
        assert (await db.execute(sa.select(table.c.at))).scalar_one() == moment
    with pytest.raises(sa.exc.StatementError):
        async with database.unit_of_work() as db:
            await db.execute(table.insert().values(id=2, at=moment.replace(tzinfo=None)))


async def test_sealed_text_opens_only_in_its_place(database: Database, vault: Vault) -> None:
    """Text opens under its person and context only, and the wrapped key differs from the key."""
    async with database.unit_of_work() as db:
        sealed = (await vault.cipher(db, 1)).seal("привет", "message:1")
    assert "привет".encode() not in sealed
    async with database.unit_of_work() as db:
        mine, theirs = await vault.cipher(db, 1), await vault.cipher(db, 2)
    assert mine.open(sealed, "message:1") == "привет"
    for cipher, context in ((mine, "message:2"), (theirs, "message:1")):
        with pytest.raises(TextUnreadable):
            cipher.open(sealed, context)


async def test_a_forgotten_key_reads_nothing(database: Database, vault: Vault) -> None:
    """After forget() a new key is made, and what the old one sealed stays sealed."""
    async with database.unit_of_work() as db:
        sealed = (await vault.cipher(db, 1)).seal("secret", "x")
    async with database.unit_of_work() as db:
        await vault.forget(db, 1, datetime.now(UTC))
    async with database.unit_of_work() as db:
        with pytest.raises(TextUnreadable):
            (await vault.cipher(db, 1)).open(sealed, "x")


async def test_a_rolled_back_key_is_not_cached(database: Database, settings: Settings) -> None:
    """A key whose making was rolled back is never used to seal what stays."""
    vault = Vault(KeyRing.from_settings(settings))
    with pytest.raises(ZeroDivisionError):
        async with database.unit_of_work() as db:
            first = (await vault.cipher(db, 1)).seal("words", "x")
            # As a turn does, which seals more than one thing; this too is the same key.
            assert (await vault.cipher(db, 1)).open(first, "x") == "words"
            raise ZeroDivisionError
    async with database.unit_of_work() as db:
        sealed = (await vault.cipher(db, 1)).seal("kept", "x")
        assert (await db.execute(sa.select(sa.func.count()).select_from(user_keys))).scalar() == 1
    fresh = Vault(KeyRing.from_settings(settings))
    async with database.snapshot() as db:
        assert (await fresh.cipher(db, 1)).open(sealed, "x") == "kept"
