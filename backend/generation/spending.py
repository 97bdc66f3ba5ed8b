"""What a person's answers have used and cost: by day, by model, by conversation."""

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.generation.tables import runs

_ENDED = sa.select(
    runs.c.started_at,
    sa.func.coalesce(runs.c.answered_by, runs.c.model_id).label("model"),
    runs.c.conversation_id,
    runs.c.input_tokens,
    runs.c.output_tokens,
    runs.c.cost_micro_dollars,
    runs.c.cost_estimated,
).where(
    runs.c.user_id == sa.bindparam("user"),
    runs.c.started_at >= sa.bindparam("since", type_=runs.c.started_at.type),
    runs.c.state.not_in(["running", "failed"]),
    runs.c.input_tokens.is_not(None),
)


class Sum(Struct, frozen=True):
    """One day's, model's or conversation's (`key`) share. `estimated`: part of it was counted
    here, since its provider told nothing. The cost of models without known prices is not in it."""

    key: str
    answers: int
    input_tokens: int
    output_tokens: int
    cost_micro_dollars: int
    estimated: bool


class Spending(Struct, frozen=True):
    """The sums, days and conversations newest first, models dearest first."""

    by_day: list[Sum]
    by_model: list[Sum]
    by_conversation: list[Sum]


async def spending(db: AsyncConnection, user_id: int, since: datetime) -> Spending:
    """What the person's answers begun after `since` have used; days are UTC's."""
    rows = (await db.execute(_ENDED, {"user": user_id, "since": since})).all()
    days = _sums(rows, lambda row: row.started_at.astimezone(UTC).date().isoformat())
    models = _sums(rows, lambda row: row.model)
    chats = _sums(rows, lambda row: str(row.conversation_id))
    return Spending(
        by_day=sorted(days, key=lambda one: one.key, reverse=True),
        by_model=sorted(models, key=lambda one: -one.cost_micro_dollars),
        by_conversation=sorted(chats, key=lambda one: one.key, reverse=True),
    )


def _sums(rows: Iterable[Any], key_of: Callable[[Any], Hashable]) -> list[Sum]:
    groups: dict[Hashable, list[Any]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return [
        Sum(
            key=str(key),
            answers=len(group),
            input_tokens=sum(row.input_tokens for row in group),
            output_tokens=sum(row.output_tokens or 0 for row in group),
            cost_micro_dollars=sum(row.cost_micro_dollars or 0 for row in group),
            estimated=any(row.cost_estimated for row in group),
        )
        for key, group in groups.items()
    ]
