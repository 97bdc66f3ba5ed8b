"""Finding runs by what callers know of them. Each takes the caller's open connection."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.generation.schemas import Run
from backend.generation.tables import runs

_BY_KEY = sa.select(runs.c.id, runs.c.conversation_id, runs.c.message_id, runs.c.state).where(
    runs.c.user_id == sa.bindparam("user"), runs.c.client_key == sa.bindparam("key")
)
_RUNNING = sa.select(runs.c.id).where(
    runs.c.user_id == sa.bindparam("user"), runs.c.state == "running"
)


async def run_of_key(db: AsyncConnection, user_id: int, key: UUID) -> Run | None:
    """The run that an idempotency key has begun, whatever was asked with it."""
    row = (await db.execute(_BY_KEY, {"user": user_id, "key": key})).one_or_none()
    if row is None:
        return None
    return Run(
        id=row.id,
        user_id=user_id,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        state=row.state,
    )


async def running_runs(db: AsyncConnection, user_id: int) -> list[UUID]:
    """The person's runs that are under way, in any process."""
    return list((await db.execute(_RUNNING, {"user": user_id})).scalars())
