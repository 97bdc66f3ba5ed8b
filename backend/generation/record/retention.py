"""Deletes runs that ended long ago and finished deliveries.

It walks each table by its key, a page at a time, so that no statement blocks the database for long
and no further index is needed.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.db import Database
from backend.generation.tables import outbox, runs

RUNS_KEPT = timedelta(days=400)
"""GET /api/usage looks back 366 days. The answers themselves are messages, and stay."""
DELIVERIES_KEPT = timedelta(days=30)
"""Long after the last attempt (outbox rows are retried for at most half a day)."""
PAGE = 500
PAUSE_SECONDS = 0.02


async def forget_old_runs(database: Database, now: datetime) -> int:
    """Delete old runs and deliveries; returns the number of rows."""
    old_run = sa.and_(runs.c.state != "running", runs.c.ended_at < now - RUNS_KEPT)
    over = sa.and_(outbox.c.state != "waiting", outbox.c.created_at < now - DELIVERIES_KEPT)
    return await _forget(database, runs, old_run) + await _forget(database, outbox, over)


async def _forget(database: Database, table: sa.Table, old: sa.ColumnElement[bool]) -> int:
    key = sa.tuple_(table.c.user_id, table.c.id)
    look = sa.select(table.c.user_id, table.c.id, old.label("old")).order_by(*key.clauses)
    this = sa.and_(
        table.c.user_id == sa.bindparam("user"), table.c.id == sa.bindparam("row", type_=sa.Uuid)
    )
    gone = 0
    place = (-(2**63), UUID(int=0))
    while True:
        async with database.snapshot() as db:
            after = key > sa.tuple_(*place, types=[sa.BigInteger(), sa.Uuid()])
            page: list[Any] = list((await db.execute(look.where(after).limit(PAGE))).all())
        if found := [{"user": row.user_id, "row": row.id} for row in page if row.old]:
            async with database.unit_of_work() as db:
                await db.execute(sa.delete(table).where(this, old), found)
            gone += len(found)
        if len(page) < PAGE:
            return gone
        place = (page[-1].user_id, page[-1].id)
        await asyncio.sleep(PAUSE_SECONDS)
