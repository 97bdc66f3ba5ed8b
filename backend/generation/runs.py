"""Runs in the database: finding them, and the one statement that changes a running one."""

from collections.abc import Iterable
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
    """The run of an idempotency key, whatever its content."""
    row = (await db.execute(_BY_KEY, {"user": user_id, "key": key})).one_or_none()
    return None if row is None else _run(row)


async def running_runs(db: AsyncConnection, user_id: int) -> list[Run]:
    """The person's running runs, in any process."""
    return [_run(row) for row in (await db.execute(_RUNNING, {"user": user_id})).all()]


def _run(row: Any) -> Run:
    return Run(**row._mapping)


def update_running(columns: Iterable[str]) -> sa.Update:
    """Changes the run (`user`, `run`) if it is still running, so only the first end counts. Each
    column's new value is the parameter `new_<column>`."""
    return (
        sa.update(runs)
        .where(
            runs.c.user_id == sa.bindparam("user"),
            runs.c.id == sa.bindparam("run"),
            runs.c.state == "running",
        )
        .values({name: sa.bindparam(f"new_{name}", type_=runs.c[name].type) for name in columns})
    )
