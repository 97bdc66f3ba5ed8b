"""Which older programs can use a database: those whose newest revision is `FLOOR` or later.

Migrating stores it, so that an older program can tell whether it can use a newer database.
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db.engine import metadata

FLOOR: Final = "0034"
"""Raise it with a migration that takes something away, or changes what older programs write. It
must be a revision that the version before this one has."""

program_floor = sa.Table(
    "program_floor",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.String(32), nullable=False),
)


_REVISION: Final = sa.select(sa.column("version_num", sa.String)).select_from(
    sa.table("alembic_version")
)


async def schema_revision(db: AsyncConnection) -> str | None:
    """The revision that a migrated database is at, read without Alembic."""
    found: str | None = (await db.execute(_REVISION)).scalar_one_or_none()
    return found


def write_floor(connection: Connection) -> None:
    """Store which programs can use the current tables."""
    if not sa.inspect(connection).has_table(program_floor.name):
        return  # migrated down to before the table existed
    connection.execute(sa.delete(program_floor))
    connection.execute(sa.insert(program_floor).values(id=1, revision=FLOOR))


def read_floor(connection: Connection) -> str | None:
    """The oldest revision whose program can use the database; None if it is not stored."""
    if not sa.inspect(connection).has_table(program_floor.name):
        return None
    found: str | None = connection.execute(sa.select(program_floor.c.revision)).scalar()
    return found
