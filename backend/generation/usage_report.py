"""What a person's answers have used and cost: by day, by model, by conversation. What else was
asked of providers for them (titles, suggestions, speech) is in the sums, but is no answer."""

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.generation.tables import runs
from backend.metering import provider_calls

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


class UsageTotal(Struct, frozen=True):
    """One day's, model's or conversation's (`key`) share. `estimated`: part of it was counted
    here, since its provider told nothing. The cost of models without known prices is not in it."""

    key: str
    answers: int
    input_tokens: int
    output_tokens: int
    cost_micro_dollars: int
    estimated: bool


class UsageReport(Struct, frozen=True):
    """The sums, days and conversations newest first, models dearest first."""

    by_day: list[UsageTotal]
    by_model: list[UsageTotal]
    by_conversation: list[UsageTotal]


class _Item(Struct, frozen=True):
    """One answer, or one call that is none."""

    at: datetime
    model: str
    conversation: str | None
    answers: int
    input_tokens: int
    output_tokens: int
    cost: int
    estimated: bool


async def usage_report(db: AsyncConnection, user_id: int, since: datetime) -> UsageReport:
    """What the person's answers begun after `since` have used; days are UTC's."""
    items = [*await _answers(db, user_id, since), *await _others(db, user_id, since)]
    days = _sums(items, lambda one: one.at.astimezone(UTC).date().isoformat())
    models = _sums(items, lambda one: one.model)
    chats = _sums((one for one in items if one.conversation), lambda one: one.conversation)
    return UsageReport(
        by_day=sorted(days, key=lambda one: one.key, reverse=True),
        by_model=sorted(models, key=lambda one: -one.cost_micro_dollars),
        by_conversation=sorted(chats, key=lambda one: one.key, reverse=True),
    )


async def _answers(db: AsyncConnection, user_id: int, since: datetime) -> list[_Item]:
    rows = await db.execute(_ENDED, {"user": user_id, "since": since})
    return [
        _Item(
            at=row.started_at,
            model=row.model,
            conversation=str(row.conversation_id),
            answers=1,
            input_tokens=row.input_tokens,
            output_tokens=row.output_tokens or 0,
            cost=row.cost_micro_dollars or 0,
            estimated=bool(row.cost_estimated),
        )
        for row in rows
    ]


async def _others(db: AsyncConnection, user_id: int, since: datetime) -> list[_Item]:
    return [
        _Item(
            at=one.at,
            model=one.model_id,
            conversation=str(one.conversation_id) if one.conversation_id else None,
            answers=0,
            input_tokens=0,
            output_tokens=0,
            cost=one.cost_micro_dollars,
            estimated=one.estimated,
        )
        for one in await provider_calls.call_costs(db, user_id, since)
    ]


def _sums(items: Iterable[_Item], key_of: Callable[[_Item], Hashable]) -> list[UsageTotal]:
    groups: dict[Hashable, list[_Item]] = {}
    for item in items:
        groups.setdefault(key_of(item), []).append(item)
    return [
        UsageTotal(
            key=str(key),
            answers=sum(one.answers for one in group),
            input_tokens=sum(one.input_tokens for one in group),
            output_tokens=sum(one.output_tokens for one in group),
            cost_micro_dollars=sum(one.cost for one in group),
            estimated=any(one.estimated for one in group),
        )
        for key, group in groups.items()
    ]
