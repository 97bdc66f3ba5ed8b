"""The databases that tests get: nothing of a test is left for the next."""

from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from backend import identity
from backend.db import Database, metadata
from tests.conftest import Clock
from tests.fixtures.postgres import PostgresServer

pytestmark = pytest.mark.postgres


async def rows(address: str) -> dict[str, Sequence[Any]]:
    """All rows of all tables."""
    database = Database.open(address)
    async with database.snapshot() as db:
        found = {
            name: (await db.execute(sa.select(table))).all()
            for name, table in metadata.tables.items()
        }
    await database.close()
    return found


async def test_a_used_database_is_as_new(postgres_server: PostgresServer, clock: Clock) -> None:
    """Rows, also of tables that refuse to lose any, are gone; those of the migrations stand."""
    first = await postgres_server.database_with_tables()
    as_new = await rows(first)
    assert any(as_new.values())
    database = Database.open(first)
    async with database.unit_of_work() as db:
        await identity.remember(db, 7, "en", clock())
        await db.execute(sa.text("UPDATE ledger_books SET closed_through = '2026-10'"))
    await postgres_server.give_back(first)  # although somebody is still connected
    assert await postgres_server.database_with_tables() == first
    assert await rows(first) == as_new
    await database.close()
    await postgres_server.give_back(first)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE users ADD COLUMN of_a_test TEXT",
        "ALTER TABLE users ALTER COLUMN language DROP NOT NULL",
        "ALTER TABLE ledger_books DISABLE TRIGGER ALL",
        "CREATE INDEX of_a_test ON users (user_id)",
        "CREATE FUNCTION of_a_test() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN OLD; END'",
    ],
)
async def test_a_changed_database_is_not_used_again(
    postgres_server: PostgresServer, change: str
) -> None:
    """Whatever the change was of."""
    changed = await postgres_server.database_with_tables()
    database = Database.open(changed)
    async with database.unit_of_work() as db:
        await db.execute(sa.text(change))
    await database.close()
    await postgres_server.give_back(changed)
    other = await postgres_server.database_with_tables()
    assert other != changed
    await postgres_server.give_back(other)
