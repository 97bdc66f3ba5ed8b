"""Migrations (Alembic), run inside one transaction on either database: all of them or none."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from backend.db.engine import Database
from backend.errors import DatabaseUnready

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here: there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database, revision: str = "head") -> str | None:
    """Bring the database up or down to `revision`; returns where it then is."""

    def run(connection: Connection) -> str | None:
        current = MigrationContext.configure(connection).get_current_revision()
        config = alembic_config(connection)
        if _is_older(revision, current, config):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)
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


def upgrade(url: str) -> str | None:
    """`migrate` to the newest, for a command line.

    Raises:
        DatabaseUnready: it cannot be reached.
    """
    return asyncio.run(_with_database(url, migrate))


def require_newest(url: str) -> None:
    """See that a server may start on this database.

    Raises:
        DatabaseUnready: it cannot be reached, or `tanya migrate` has not been run.
    """
    if asyncio.run(_with_database(url, current)) != newest():
        raise DatabaseUnready(reason="its tables are another version's: run `tanya migrate`")


async def _with_database(url: str, work: Callable[[Database], Awaitable[str | None]]) -> str | None:
    database = Database.open(url)
    try:
        return await work(database)
    except (OSError, SQLAlchemyError) as error:
        reason = f"it cannot be used ({type(error).__name__}): check DATABASE_URL and the server"
        raise DatabaseUnready(reason=reason) from error
    finally:
        await database.close()


def _is_older(revision: str, current: str | None, config: Config) -> bool:
    if revision == "head" or current is None:
        return False
    if revision == "base":
        return True
    scripts = ScriptDirectory.from_config(config)
    older = {script.revision for script in scripts.iterate_revisions(current, "base")}
    return revision in older and revision != current
