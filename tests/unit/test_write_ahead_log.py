"""SQLite's write-ahead log stays short, whatever is written and whatever fails."""

import asyncio
import os
import resource
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from backend.db import Database
from backend.db.write_ahead_log import LOG_BYTES, LOOK_COMMITS
from backend.errors import Unavailable
from backend.nursery import Nursery
from tests.fixtures.generation import until

ROW = os.urandom(64 * 1024)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "busy.db"


@pytest.fixture
async def sqlite(path: Path) -> AsyncIterator[Database]:
    """A database with one table."""
    database = Database.open(f"sqlite:///{path}")
    async with database.unit_of_work() as db:
        await db.execute(sa.text("CREATE TABLE things (body BLOB)"))
    yield database
    await database.close()


async def write(database: Database, rows: int) -> None:
    """Write without a pause: between two transactions there is no moment without a writer."""
    for _ in range(rows):
        async with database.unit_of_work() as db:
            await db.execute(sa.text("INSERT INTO things VALUES (:body)"), {"body": ROW})
        await asyncio.sleep(0)


def log_bytes(path: Path) -> int:
    """The size of the log."""
    return path.with_name(path.name + "-wal").stat().st_size


async def test_the_log_stays_short_under_steady_writing(sqlite: Database, path: Path) -> None:
    """Several writers at once never leave a moment in which a passive checkpoint could empty the
    log. Twenty times its limit is written, and it never holds more than a few times."""
    longest = 0
    for _ in range(20):
        await asyncio.gather(*(write(sqlite, 35) for _ in range(4)))
        await sqlite.shorten_log()
        longest = max(longest, log_bytes(path))
    assert longest <= LOG_BYTES


async def test_many_commits_do_not_wait_for_the_next_checkpoint(
    sqlite: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that has become long is emptied after some more commits, though no checkpoint is due
    for a minute."""
    monkeypatch.setattr("backend.db.write_ahead_log.CHECKPOINT_SECONDS", 60.0)
    async with Nursery() as nursery:
        sqlite.keep_checkpointing(nursery)
        await write(sqlite, max(LOOK_COMMITS, LOG_BYTES // len(ROW)) + LOOK_COMMITS)
        await until(lambda: log_bytes(path) <= LOG_BYTES)


async def test_readers_do_not_hold_writers_up_for_long(sqlite: Database, path: Path) -> None:
    """While a long reader needs the log it stays as it is; writing goes on, and it is emptied
    once the reader is gone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM things").fetchone()
        await write(sqlite, 2 * LOG_BYTES // len(ROW))
        await sqlite.shorten_log()
        assert log_bytes(path) > LOG_BYTES
        await write(sqlite, 1)
        reader.execute("COMMIT")
    await sqlite.shorten_log()
    assert log_bytes(path) == 0


async def test_a_checkpoint_that_failed_is_tried_again(sqlite: Database, path: Path) -> None:
    """The file cannot grow for a while, as on a full disk: the log is emptied once it can."""
    await write(sqlite, 2 * LOG_BYTES // len(ROW))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        with pytest.raises(Unavailable):
            await sqlite.shorten_log()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    async with asyncio.timeout(60), Nursery() as nursery:
        sqlite.keep_checkpointing(nursery)
        await until(lambda: log_bytes(path) == 0, 30)


async def test_only_the_owner_can_read_the_files(sqlite: Database, path: Path) -> None:
    """The database, its log and its index are nobody else's, also those that were."""
    await write(sqlite, 1)
    for name in (path.name, path.name + "-wal", path.name + "-shm"):
        path.with_name(name).chmod(0o644)
    await Database.open(f"sqlite:///{path}").close()
    modes = {one.stat().st_mode & 0o777 for one in path.parent.glob("busy.db*")}
    assert modes == {0o600}


async def test_a_new_file_has_small_pages(sqlite: Database, path: Path) -> None:
    """Each commit writes whole pages, and a chat's five commits touch some eighty of them: with
    SQLite's 4 kB, 250 kB would be written for a chat that keeps five."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA page_size").fetchone() == (512,)
