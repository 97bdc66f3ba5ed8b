"""Export and erasure of a person's data in the generation room."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import ErasedPage, erase_page
from backend.generation.tables import outbox, runs

ERASE_PAGE = 1_000

_SHOWN = (
    "id", "conversation_id", "message_id", "kind", "state", "model_id", "answered_by",
    "started_at", "ended_at", "finish_reason", "error_code", "input_tokens", "cached_tokens",
    "output_tokens", "reasoning_tokens", "cost_micro_dollars", "cost_estimated",
)  # fmt: skip


async def export(db: AsyncConnection, user_id: int) -> dict[str, list[dict[str, Any]]]:
    """All of the person's runs, and deliveries to their chat."""
    shown = [runs.c[name] for name in _SHOWN]
    mine = sa.select(*shown).where(runs.c.user_id == user_id).order_by(runs.c.started_at)
    sent = (
        sa.select(outbox.c.run_id, outbox.c.state, outbox.c.attempts, outbox.c.sent_at)
        .where(outbox.c.user_id == user_id)
        .order_by(outbox.c.created_at)
    )
    return {
        "runs": [dict(row._mapping) for row in await db.execute(mine)],
        "deliveries": [dict(row._mapping) for row in await db.execute(sent)],
    }


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete the person's runs and deliveries."""
    await db.execute(sa.delete(outbox).where(outbox.c.user_id == user_id))
    await db.execute(sa.delete(runs).where(runs.c.user_id == user_id))


async def erase_some(db: AsyncConnection, user_id: int) -> ErasedPage | None:
    """Delete the next page of a person's deliveries, then of their runs; None once nothing is
    left."""
    for table in (outbox, runs):
        if (page := await erase_page(db, table, user_id, ERASE_PAGE)) is not None:
            return page
    return None


async def is_answering(db: AsyncConnection, user_id: int) -> bool:
    """Whether an answer is being written for the person, in any process."""
    found = sa.select(runs.c.id).where(runs.c.user_id == user_id, runs.c.state == "running")
    return (await db.execute(found.limit(1))).first() is not None
