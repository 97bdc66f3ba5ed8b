"""`tanya backup` and `tanya restore`: a complete, verified copy of the database, made while the
server runs, with SQLite's online backup (https://sqlite.org/backup.html) or PostgreSQL's own tools
(backup_postgres.py)."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click

from backend.backup_postgres import dump, restore_dump
from backend.settings import Settings

PAGES_AT_ONCE = 2000
"""Pages copied under one lock; writers run between two steps."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.make_pass_decorator(Settings)
def backup(settings: Settings, file: Path) -> None:
    """Copy the database into a new FILE while the server runs, and check the copy."""
    back_up(settings, file)
    click.echo(f"The copy is whole: {file}. MASTER_KEY is not in it; keep that elsewhere.")
    if settings.files_url:
        click.echo(f"Contents of files are not in it: now copy {settings.files_url} too.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.make_pass_decorator(Settings)
def restore(settings: Settings, file: Path) -> None:
    """Make FILE, from `tanya backup`, the database; there must be none yet, or an empty one."""
    from backend.data_dir import prepare  # imported here: only this command needs it

    restore_copy(prepare(settings), file)
    click.echo("It is back. Run tanya migrate, then start with the MASTER_KEY of that time.")
    if settings.files_url:
        click.echo(f"Contents of files are not in it: they are to be in {settings.files_url}.")


def back_up(settings: Settings, target: Path) -> None:
    """Copy the database into a new file that only its owner may read, and check the copy.

    Raises:
        click.ClickException: `target` exists, or the copy is damaged.
    """
    if not settings.database.startswith("sqlite"):
        dump(settings.database, target)
        return
    source = _sqlite_file(settings)
    if not source.is_file():
        raise click.ClickException(f"there is no database at {source}")
    _copy(source, target)


def restore_copy(settings: Settings, source: Path) -> None:
    """Install a checked copy as the database. There must be none yet, so nothing is overwritten.

    Raises:
        click.ClickException: as `back_up`.
    """
    if not settings.database.startswith("sqlite"):
        restore_dump(settings.database, source)
        return
    check(source)
    _copy(source, _sqlite_file(settings))


def check(path: Path) -> None:
    """Check that a file is an intact database of Tanya.

    Raises:
        click.ClickException: it is not.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            known = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        sound, known = False, None
    if not (sound and known):
        raise click.ClickException(f"{path} is no sound database of Tanya's")


def _sqlite_file(settings: Settings) -> Path:
    return Path(settings.database.split(":///", 1)[1])


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise click.ClickException(f"{target} exists already: nothing is overwritten")
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
        old.backup(new, pages=PAGES_AT_ONCE)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, without a separate log
    check(partial)
    partial.rename(target)
