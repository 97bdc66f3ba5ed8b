"""Migrations (Alembic), run inside one transaction on either database: all of them or none."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from backend.db.engine import Database
from backend.db.floor import read_floor, write_floor
from backend.db.keys import KeyRing
from backend.db.master_keys import register_keys
from backend.errors import DatabaseUnready, StorageBusy, Unavailable

log = structlog.get_logger("tanya.db")

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK: Final = 7_463_552_011
"""Identifies "Tanya's tables are being migrated" in PostgreSQL; the number is arbitrary."""

T = TypeVar("T")


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made in code instead of an ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database, revision: str = "head") -> str | None:
    """Bring the database up or down to `revision`; returns where it then is.

    A second process that migrates at the same time waits and then has nothing to do.

    Raises:
        DatabaseUnready: the tables are a newer version's.
    """

    def run(connection: Connection) -> str | None:
        if connection.dialect.name == "postgresql":  # SQLite already locks out other writers
            lock = text("SELECT pg_advisory_xact_lock(:number)")
            connection.execute(lock, {"number": ADVISORY_LOCK})
        current = MigrationContext.configure(connection).get_current_revision()
        config = alembic_config(connection)
        _require_known(current, config)
        if _is_older(revision, current, config):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
        write_floor(connection)
        return MigrationContext.configure(connection).get_current_revision()

    async with database.unit_of_work() as db:
        return await db.run_sync(run)


async def current(database: Database) -> str | None:
    """The revision that the database is at; None before the first."""
    async with database.snapshot() as db:
        return await db.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())


def newest() -> str | None:
    """The revision of this version's tables."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def upgrade(database: Database) -> str | None:
    """`migrate` to the newest, for a command line; closes the database.

    Raises:
        DatabaseUnready: it cannot be used.
    """
    return _run(database, migrate)


def require_ready(database: Database, keys: KeyRing) -> None:
    """Check that a server may start on this database, then close it.

    Raises:
        DatabaseUnready: it cannot be used, or its tables are another version's.
        SettingsInvalid: it is sealed under another master key.
    """

    async def check(database: Database) -> None:
        now = await current(database)
        if await is_newer_and_fits(database, now):
            log.warning("database_is_newer", revision=now, own=newest())
        elif now != newest():
            _require_known(now, alembic_config())
            raise DatabaseUnready(reason="its tables are an older version's: run `tanya migrate`")
        async with database.unit_of_work() as db:
            await register_keys(db, keys)

    _run(database, check)


async def is_newer_and_fits(database: Database, revision: str | None) -> bool:
    """Whether a newer version has migrated the database, and its tables still fit this program."""
    known = _known(alembic_config())
    if revision is None or revision in known:
        return False
    async with database.snapshot() as db:
        return await db.run_sync(read_floor) in known


def _run(database: Database, work: Callable[[Database], Awaitable[T]]) -> T:
    async def run() -> T:
        try:
            return await work(database)
        except StorageBusy as error:
            raise DatabaseUnready(reason="another process holds it; try again") from error
        except (OSError, SQLAlchemyError, ArgumentError, Unavailable) as error:
            if isinstance(error, DatabaseUnready):
                raise
            cause = error.__cause__ or error
            reason = f"it cannot be used ({type(cause).__name__}): check DATABASE_URL, the server"
            raise DatabaseUnready(reason=reason) from error
        finally:
            await database.close()

    return asyncio.run(run())


def _require_known(current: str | None, config: Config) -> None:
    if current is not None and current not in _known(config):
        reason = f"its tables are a newer version's ({current}): install that version of Tanya"
        raise DatabaseUnready(reason=reason)


def is_known(revision: str | None) -> bool:
    """Whether this version has that revision's migration, or there is none yet."""
    return revision is None or revision in _known(alembic_config())


def _known(config: Config) -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def _is_older(revision: str, current: str | None, config: Config) -> bool:
    if revision == "head" or current is None:
        return False
    if revision == "base":
        return True
    scripts = ScriptDirectory.from_config(config)
    older = {script.revision for script in scripts.iterate_revisions(current, "base")}
    return revision in older and revision != current
