"""Migrations (Alembic), run inside one transaction on either database: all of them or none."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from backend.db.engine import Database

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


def upgrade(url: str) -> str | None:
    """`migrate` to the newest, for a command line."""

    async def run() -> str | None:
        database = Database.open(url)
        try:
            return await migrate(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _is_older(revision: str, current: str | None, config: Config) -> bool:
    if revision == "head" or current is None:
        return False
    if revision == "base":
        return True
    scripts = ScriptDirectory.from_config(config)
    older = {script.revision for script in scripts.iterate_revisions(current, "base")}
    return revision in older and revision != current
