"""Migrations: up, down, up; and what they make is what the code's tables say."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from backend.db import Database
from backend.db.migrate import migrate
from backend.tables import metadata
from tests.fixtures.postgres import PostgresServer


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def empty(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = await server.fresh_database()
    database = Database.open(url)
    yield database
    await database.close()


def differences(connection: sa.Connection) -> list[Any]:
    """What alembic would still change."""
    options = {"compare_type": True, "compare_server_default": False}
    context = MigrationContext.configure(connection, opts=options)
    return list(compare_metadata(context, metadata))


async def test_migrations_make_the_tables_that_the_code_names(empty: Database) -> None:
    """After upgrading, nothing differs between the database and the metadata."""
    await migrate(empty)
    async with empty.snapshot() as db:
        assert await db.run_sync(differences) == []


async def test_up_down_up(empty: Database) -> None:
    """Every migration can be undone and done again, and leaves nothing behind."""
    newest = await migrate(empty)
    assert await migrate(empty, "base") is None
    async with empty.snapshot() as db:
        left = await db.run_sync(lambda c: sa.inspect(c).get_table_names())
    assert set(left) <= {"alembic_version"}
    assert await migrate(empty) == newest
    async with empty.snapshot() as db:
        assert await db.run_sync(differences) == []


async def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    """A second start finds nothing to do."""
    assert await migrate(empty) == await migrate(empty)
