"""A person's right to a copy of what generation keeps of them, and to have it gone."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.generation.tables import outbox, runs

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
    """Forget the person's runs and deliveries."""
    await db.execute(sa.delete(outbox).where(outbox.c.user_id == user_id))
    await db.execute(sa.delete(runs).where(runs.c.user_id == user_id))
