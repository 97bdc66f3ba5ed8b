"""Disks and databases that are not as they should be: one line at the start, and nothing lost.

Exercises backend/data_dir.py, backend/db/migrate.py.
"""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

import backend.tables  # noqa: F401 - gathers all rooms' tables in the metadata
from backend.db import Database, KeyRing, decode_master_key, metadata, new_master_key
from backend.db.migrate import require_ready
from tests.fixtures.postgres import PostgresServer

TANYA = Path(sys.executable).with_name("tanya")
COMMANDS = (("migrate",), ("serve",), ("worker",), ("backup", "copy.db"))


def run(folder: Path, *words: str, **changes: str) -> "subprocess.CompletedProcess[str]":
    """A command of a production installation; the server's would go on if nothing stopped it."""
    environment = {
        "PATH": os.environ["PATH"],
        "TANYA_MODE": "production",
        "BOT_TOKEN": "1234567:" + "a" * 35,
        "MASTER_KEY": changes.pop("MASTER_KEY", KEY),
        "PUBLIC_URL": "https://tanya.example",
        "DATA_DIR": str(folder),
        "LOCAL_MODEL_ENABLED": "false",
        "LOG_FORMAT": "json",
    }
    return subprocess.run(
        [TANYA, *words],
        env=environment | changes,
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


KEY = new_master_key()


def said(done: "subprocess.CompletedProcess[str]") -> str:
    """The one line that it ended with."""
    assert done.returncode == 1, done.stderr
    lines = [one for one in done.stderr.splitlines() if one.startswith("tanya: ")]
    assert len(lines) == 1, done.stderr
    assert "Traceback" not in done.stderr
    return lines[0]


@pytest.fixture(scope="module")
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory after its first `tanya migrate`."""
    folder = tmp_path_factory.mktemp("migrated") / "data"
    assert run(folder, "migrate").returncode == 0
    return folder


@pytest.fixture
def migrated(migrated_once: Path, tmp_path: Path) -> Path:
    """The test's own copy of it."""
    return shutil.copytree(migrated_once, tmp_path / "data")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount can make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_at_the_first_start(small_disk: Path) -> None:
    """The tables do not fit: one line, and no half of them is left."""
    folder = small_disk / "data"
    folder.mkdir()
    (folder / "full").write_bytes(b"x" * 900_000)
    assert "database" in said(run(folder, "migrate"))
    (folder / "full").unlink()
    with closing(sqlite3.connect(folder / "tanya.db")) as database:
        tables = database.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == []


def test_a_copy_that_does_not_fit(small_disk: Path, migrated: Path) -> None:
    """It fails in one line, and leaves nothing that looks like a copy."""
    (small_disk / "full").write_bytes(b"x" * 900_000)
    said(run(migrated, "backup", str(small_disk / "copy.db")))
    assert not (small_disk / "copy.db").exists()


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_disk_that_cannot_be_written(migrated: Path, words: tuple[str, ...]) -> None:
    """Every command that needs it says so in one line."""
    folder = migrated
    mount = ["mount", "--bind", "-o", "ro", str(folder), str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount can make a disk read-only")
    try:
        done = run(folder, *words)
        if words[0] != "backup":  # which only reads, and writes elsewhere
            assert "tanya" in said(done)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    before = (folder / "tanya.db").read_bytes()
    assert run(folder, "migrate").returncode == 0
    assert (folder / "tanya.db").read_bytes()[:16] == before[:16]


@pytest.mark.parametrize("words", [("serve",), ("worker",)])
def test_a_database_that_is_half_migrated(
    migrated: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A copy from some versions ago starts nothing before it was migrated; the command that does
    it is named, and all of it happens or none: broken off in the middle it is as it was."""
    folder = migrated
    with closing(sqlite3.connect(folder / "tanya.db")) as database, database:
        # The tables of now under an older mark: the next migration meets what is there already.
        database.execute("UPDATE alembic_version SET version_num = '0040'")
    before = shutil.copy(folder / "tanya.db", tmp_path / "before.db")
    assert "tanya migrate" in said(run(folder, *words))
    said(run(folder, "migrate"))
    with (
        closing(sqlite3.connect(folder / "tanya.db")) as now,
        closing(sqlite3.connect(before)) as then,
    ):
        assert list(now.iterdump()) == list(then.iterdump())


@pytest.mark.postgres
async def test_migrating_that_breaks_off_near_its_end(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    """A table that an operator made is in the way of the last steps: one line, and nothing of all
    the steps before is left, on both databases; without it the same command succeeds."""
    last = metadata.tables["bot_saved_prompts"].name
    folder = tmp_path / "data"
    folder.mkdir()
    for url in (f"sqlite:///{folder / 'tanya.db'}", await postgres_server.fresh_database()):
        database = Database.open(url)
        async with database.unit_of_work() as db:
            await db.execute(sa.text(f"CREATE TABLE {last} (mine INTEGER)"))
        await database.close()
        said(await asyncio.to_thread(run, folder, "migrate", DATABASE_URL=url))
        assert await _tables(url) == {last}
        database = Database.open(url)
        async with database.unit_of_work() as db:
            await db.execute(sa.text(f"DROP TABLE {last}"))
        await database.close()
        done = await asyncio.to_thread(run, folder, "migrate", DATABASE_URL=url)
        assert done.returncode == 0, done.stderr
        assert metadata.tables.keys() <= await _tables(url)


async def _tables(url: str) -> set[str]:
    """The names of the database's tables."""
    database = Database.open(url)
    async with database.snapshot() as db:
        found = await db.run_sync(lambda sync: sa.inspect(sync).get_table_names())
    await database.close()
    return set(found)


@pytest.mark.parametrize("words", [("serve",), ("worker",)])
def test_a_key_of_another_database(migrated: Path, words: tuple[str, ...]) -> None:
    """Once a server has started with its own MASTER_KEY, none starts with a foreign one."""
    folder = migrated
    ring = KeyRing(decode_master_key(KEY))
    require_ready(Database.open(f"sqlite:///{folder / 'tanya.db'}"), ring)
    assert "MASTER_KEY" in said(run(folder, *words, MASTER_KEY=new_master_key()))
