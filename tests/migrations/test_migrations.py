"""Migrations: up, down, up; and what they make is what the code's tables say.

Exercises backend/db/migrations/env.py, backend/db/floor.py.
"""

import ast
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from backend.db import Database, KeyRing
from backend.db.floor import FLOOR, program_floor
from backend.db.migrate import MIGRATIONS, migrate, newest, require_ready
from backend.errors import DatabaseUnready
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


@pytest.mark.parametrize(("floor", "starts"), [(newest(), True), ("9998", False), (None, False)])
async def test_a_program_works_beside_a_database_that_is_one_version_newer(
    tmp_path: Path, floor: str | None, starts: bool
) -> None:
    """As long as the newer version says so; otherwise it refuses, and names what to install."""
    url = f"sqlite:///{tmp_path / 'newer.db'}"
    database = Database.open(url)
    await migrate(database)
    async with database.unit_of_work() as db:
        await db.execute(sa.text("ALTER TABLE users ADD COLUMN of_the_next_version TEXT"))
        await db.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        await db.execute(sa.delete(program_floor))
        if floor is not None:
            await db.execute(sa.insert(program_floor).values(id=1, revision=floor))
    await database.close()

    def start() -> None:
        require_ready(Database.open(url), KeyRing(bytes(32)))

    if starts:
        await asyncio.to_thread(start)
    else:
        with pytest.raises(DatabaseUnready, match="newer version"):
            await asyncio.to_thread(start)


def takes_away(source: str) -> list[str]:
    """What the `upgrade` of a migration does that a program before it could not live with."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.FunctionDef) and node.name == "upgrade"):
            continue
        for call in ast.walk(node):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            words = ast.unparse(call)
            if call.func.attr in ("drop_column", "drop_table", "alter_column", "rename_table"):
                found.append(words)
            elif call.func.attr == "add_column" and "nullable=False" in words:
                found += [] if "server_default" in words else [words]
    return found


def test_migrations_above_the_floor_only_add() -> None:
    """What takes something away waits a version, and raises FLOOR."""
    assert newest() is not None
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        if path.name[:4] > FLOOR:
            wrong = takes_away(path.read_text())
            assert not wrong, f"{path.name}: {wrong}; raise FLOOR in backend/db/floor.py, or wait"


def test_taking_away_is_seen() -> None:
    """The check above can fail."""
    for line in ('op.drop_column("a", "b")', 'op.add_column("a", sa.Column("b", nullable=False))'):
        assert takes_away(f"def upgrade():\n    {line}")
    for line in ('op.add_column("a", sa.Column("b"))', 'op.create_table("a")'):
        assert takes_away(f"def upgrade():\n    {line}") == []
