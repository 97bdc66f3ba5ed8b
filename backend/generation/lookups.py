"""Finding runs by what callers know of them. Each takes the caller's open connection."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.generation.schemas import Run
from backend.generation.tables import runs

_RUNS = sa.select(
    runs.c.user_id, runs.c.id, runs.c.conversation_id, runs.c.message_id, runs.c.state
).where(runs.c.user_id == sa.bindparam("user"))
_BY_KEY = _RUNS.where(runs.c.client_key == sa.bindparam("key"))
_RUNNING = _RUNS.where(runs.c.state == "running")


async def run_of_key(db: AsyncConnection, user_id: int, key: UUID) -> Run | None:
    """The run that an idempotency key has begun, whatever was asked with it."""
    row = (await db.execute(_BY_KEY, {"user": user_id, "key": key})).one_or_none()
    return None if row is None else _run(row)


async def running_runs(db: AsyncConnection, user_id: int) -> list[Run]:
    """The person's runs that are under way, in any process."""
    return [_run(row) for row in (await db.execute(_RUNNING, {"user": user_id})).all()]


def _run(row: Any) -> Run:
    return Run(**row._mapping)
