"""A copy of the database is whole, private, checked, and never overwrites anything."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from backend.backup import back_up, backup, restore, restore_copy
from backend.db import Database
from backend.settings import Settings
from tests.fixtures.databases import migrate_empty


async def made(folder: Path) -> Settings:
    """A data directory with a migrated database."""
    folder.mkdir()
    settings = Settings(data_dir=folder)
    database = Database.open(settings.database)
    await migrate_empty(database)
    await database.close()
    return settings


async def test_what_was_committed_is_in_the_copy_and_comes_back(tmp_path: Path) -> None:
    """The copy holds what is still in the write-ahead log of a running server."""
    settings = await made(tmp_path / "old")
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(tmp_path / "old/tanya.db")) as writer:
        writer.execute("CREATE TABLE kept (word)")
        writer.execute("INSERT INTO kept VALUES ('here')")
        writer.commit()
        back_up(settings, copy)  # while the writer is still open
    assert copy.stat().st_mode & 0o077 == 0
    (tmp_path / "new").mkdir()
    restore_copy(Settings(data_dir=tmp_path / "new"), copy)
    with closing(sqlite3.connect(tmp_path / "new/tanya.db")) as reader:
        assert reader.execute("SELECT word FROM kept").fetchone() == ("here",)


async def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """The copy overwrites neither an older copy nor a database in use."""
    settings = await made(tmp_path / "data")
    copy = tmp_path / "copy.db"
    back_up(settings, copy)
    with pytest.raises(click.ClickException, match="overwritten"):
        back_up(settings, copy)
    with pytest.raises(click.ClickException, match="overwritten"):
        restore_copy(settings, copy)


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_copy_is_refused(tmp_path: Path, content: bytes) -> None:
    """What is no sound database is refused before anything is restored from it."""
    bad = tmp_path / "bad.db"
    bad.write_bytes(content)
    with pytest.raises(click.ClickException, match="no sound database"):
        restore_copy(Settings(data_dir=tmp_path), bad)
    assert not (tmp_path / "tanya.db").exists()


def test_postgresql_has_its_own_tools(tmp_path: Path) -> None:
    """One line says which."""
    settings = Settings(data_dir=tmp_path, database_url="postgresql://db/tanya")
    with pytest.raises(click.ClickException, match="pg_dump"):
        back_up(settings, tmp_path / "copy")


async def test_files_elsewhere_are_said_to_be_missing(tmp_path: Path) -> None:
    """Both commands name the place that is to be copied too."""
    settings = replace(await made(tmp_path / "data"), files_url="s3://bucket/files")
    run, copy = CliRunner(), str(tmp_path / "copy.db")
    said = run.invoke(backup, [copy], obj=settings)
    assert (said.exit_code, "s3://bucket/files" in said.output) == (0, True)
    (tmp_path / "new").mkdir()
    there = replace(settings, data_dir=tmp_path / "new", database_url="")
    said = run.invoke(restore, [copy], obj=there)
    assert (said.exit_code, "s3://bucket/files" in said.output) == (0, True), said.output
