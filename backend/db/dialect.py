"""The one difference in statements between the two databases: INSERT … ON CONFLICT."""

from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db.hot import hot

Insert = postgresql.Insert | sqlite.Insert


def insert(db: AsyncConnection, table: sa.Table) -> Insert:
    """An insert into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return sqlite.insert(table) if db.dialect.name == "sqlite" else postgresql.insert(table)


def insert_new(db: AsyncConnection, table: sa.Table) -> Insert:
    """INSERT … ON CONFLICT DO NOTHING, built once; execute it with the row as parameters."""
    return _insert_new(db.dialect.name, table)


@cache
def _insert_new(dialect: str, table: sa.Table) -> Insert:
    made = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return hot(made.on_conflict_do_nothing())
