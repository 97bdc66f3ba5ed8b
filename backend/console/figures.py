"""Figures: sums over all people by day, model and plan.

They read whole tables for the requested days, which is acceptable for occasional use by operators.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.generation.tables import runs
from backend.identity.tables import users
from backend.ledger import movements as m
from backend.ledger.tables import entries, movements
from backend.metering.tables import provider_calls
from backend.plans.tables import entitlements

MOST_DAYS: Final = 366
RETAINED_AFTER: Final = (1, 7, 30)
"""Days after coming, from which on somebody who asks is said to have stayed."""


class DayFigures(Struct, frozen=True, rename="camel"):
    """A day (UTC). `people` asked something, `new_people` came; `stars` is sales less refunds;
    `margin_micro_dollars` is the worth of the Stars less what providers cost."""

    day: date
    people: int
    new_people: int
    answers: int
    failed: int
    cost_micro_dollars: int
    stars: int
    margin_micro_dollars: int


class ModelFigures(Struct, frozen=True, rename="camel"):
    """What a model wrote in the requested days."""

    model_id: str
    people: int
    answers: int
    failed: int
    input_tokens: int
    output_tokens: int
    cost_micro_dollars: int


class PlanFigures(Struct, frozen=True, rename="camel"):
    """How many people are on a plan now, by how they got it."""

    plan_id: str
    source: str
    people: int


class SalesFigures(Struct, frozen=True, rename="camel"):
    """What was sold of a kind of plan in the days asked for, less what was given back."""

    kind: str
    stars: int


class RetentionFigures(Struct, frozen=True, rename="camel"):
    """Of the people who came in the days asked for, but at least `after_days` ago: how many asked
    something so many days after they came, or later."""

    after_days: int
    came: int
    stayed: int


class Funnel(Struct, frozen=True, rename="camel"):
    """Of the people who came in the requested days: how many asked, asked again on a later day, and
    are on a paid plan now."""

    came: int
    asked: int
    returned: int
    paid: int


class Figures(Struct, frozen=True, rename="camel"):
    """All figures; days oldest first, models most expensive first."""

    days: list[DayFigures]
    models: list[ModelFigures]
    plans: list[PlanFigures]
    sales: list[SalesFigures]
    funnel: Funnel
    retention: list[RetentionFigures]


async def sum_up(db: AsyncConnection, days: int, now: datetime) -> Figures:
    """The figures of the last `days` days, including today."""
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=min(max(days, 1), MOST_DAYS) - 1)
    since = datetime.combine(first, time(), UTC)
    wanted = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    return Figures(
        days=await _days(db, since, wanted),
        models=await _models(db, since),
        plans=await _plans(db, now),
        sales=await _sales(db, since),
        funnel=await _funnel(db, since, now),
        retention=[await _retention(db, since, after, now) for after in RETAINED_AFTER],
    )


async def _days(db: AsyncConnection, since: datetime, wanted: Iterable[date]) -> list[DayFigures]:
    came = await _by_day(db, users.c.created_at, since, sa.func.count())
    asked = await _by_day(
        db, runs.c.started_at, since, _distinct(runs.c.user_id), sa.func.count(),
        _count(runs.c.state == "failed"), _sum(runs.c.cost_micro_dollars),
    )  # fmt: skip
    cost = _sum(provider_calls.c.cost_micro_dollars)
    others = await _by_day(db, provider_calls.c.begun_at, since, cost)
    stars = await _stars(db, since)
    found = []
    for day in wanted:
        people, ended, failed, answers_cost = asked.get(day, (0, 0, 0, 0))
        spent = answers_cost + others.get(day, (0,))[0]
        sold = stars.get(day, 0)
        found.append(
            DayFigures(
                day=day,
                people=people,
                new_people=came.get(day, (0,))[0],
                answers=ended - failed,
                failed=failed,
                cost_micro_dollars=spent,
                stars=sold,
                margin_micro_dollars=sold * m.MICRO_DOLLARS_PER_STAR - spent,
            )
        )
    return found


async def _models(db: AsyncConnection, since: datetime) -> list[ModelFigures]:
    model = sa.func.coalesce(runs.c.answered_by, runs.c.model_id)
    failed = _count(runs.c.state == "failed")
    rows = await db.execute(
        sa.select(
            model, _distinct(runs.c.user_id), sa.func.count() - failed, failed,
            _sum(runs.c.input_tokens), _sum(runs.c.output_tokens), _sum(runs.c.cost_micro_dollars),
        )
        .where(runs.c.started_at >= since)
        .group_by(model)
    )  # fmt: skip
    found = [ModelFigures(row[0], *map(int, row[1:])) for row in rows]
    return sorted(found, key=lambda one: (-one.cost_micro_dollars, one.model_id))


async def _plans(db: AsyncConnection, now: datetime) -> list[PlanFigures]:
    plan, source = entitlements.c.plan_id, entitlements.c.source
    rows = await db.execute(
        sa.select(plan, source, sa.func.count())
        .where(entitlements.c.grace_until > now)
        .group_by(plan, source)
        .order_by(plan, source)
    )
    return [PlanFigures(row[0], row[1], int(row[2])) for row in rows]


async def _funnel(db: AsyncConnection, since: datetime, now: datetime) -> Funnel:
    new = sa.select(users.c.user_id).where(users.c.created_at >= since)
    day = _day(db, runs.c.started_at)
    askers = (
        sa.select(runs.c.user_id, _distinct(day).label("days"))
        .where(runs.c.user_id.in_(new))
        .group_by(runs.c.user_id)
        .subquery()
    )
    paying = sa.select(_distinct(entitlements.c.user_id)).where(
        entitlements.c.user_id.in_(new),
        entitlements.c.grace_until > now,
        entitlements.c.source == "subscription",
    )
    came = sa.select(sa.func.count()).select_from(new.subquery())
    asked = (await db.execute(sa.select(sa.func.count(), _count(askers.c.days > 1)))).one()
    return Funnel(
        came=(await db.execute(came)).scalar_one(),
        asked=int(asked[0]),
        returned=int(asked[1]),
        paid=(await db.execute(paying)).scalar_one(),
    )


async def _retention(
    db: AsyncConnection, since: datetime, after: int, now: datetime
) -> RetentionFigures:
    cohort = users.c.created_at >= since, users.c.created_at <= now - timedelta(days=after)
    came = sa.select(sa.func.count()).select_from(users).where(*cohort)
    stayed = (
        sa.select(_distinct(users.c.user_id))
        .join(runs, runs.c.user_id == users.c.user_id)
        .where(*cohort, _days_between(db, users.c.created_at, runs.c.started_at) >= after)
    )
    return RetentionFigures(
        after_days=after,
        came=(await db.execute(came)).scalar_one(),
        stayed=(await db.execute(stayed)).scalar_one(),
    )


async def _sales(db: AsyncConnection, since: datetime) -> list[SalesFigures]:
    """By kind of plan, the best sold first."""
    stars: dict[str, int] = defaultdict(int)
    for account, amount in await _sold(db, since, entries.c.account):
        stars[m.kind_sold(account)] += amount
    found = [SalesFigures(kind, amount) for kind, amount in stars.items()]
    return sorted(found, key=lambda one: (-one.stars, one.kind))


async def _stars(db: AsyncConnection, since: datetime) -> dict[date, int]:
    """What was sold less what was given back, by day."""
    sold = await _sold(db, since, _day(db, movements.c.occurred_at))
    return {date.fromisoformat(day): amount for day, amount in sold}


async def _sold(
    db: AsyncConnection, since: datetime, by: "sa.ColumnElement[str]"
) -> list[tuple[str, int]]:
    """Stars of the operator's accounts."""
    rows = await db.execute(
        sa.select(by, _sum(entries.c.amount))
        .join_from(movements, entries, entries.c.movement_id == movements.c.id)
        .where(
            movements.c.occurred_at >= since,
            movements.c.kind.in_(["sale", "return"]),
            entries.c.account.like("operator:%"),
            entries.c.currency == m.STARS,
        )
        .group_by(by)
    )
    # Seen from the account, what is sold leaves it.
    return [(row[0], -int(row[1])) for row in rows]


async def _by_day(
    db: AsyncConnection,
    moment: "sa.Column[Any]",
    since: datetime,
    *sums: "sa.ColumnElement[Any]",
) -> dict[date, tuple[int, ...]]:
    day = _day(db, moment)
    rows = await db.execute(sa.select(day, *sums).where(moment >= since).group_by(day))
    return {date.fromisoformat(row[0]): tuple(int(one) for one in row[1:]) for row in rows}


def _day(db: AsyncConnection, moment: "sa.Column[Any]") -> "sa.ColumnElement[str]":
    """A moment's day in UTC, as text; SQLite stores moments as UTC text."""
    if db.dialect.name == "sqlite":
        return sa.func.date(moment, type_=sa.String)
    utc = sa.func.timezone(sa.literal_column("'UTC'"), moment)
    return sa.func.to_char(utc, sa.literal_column("'YYYY-MM-DD'"), type_=sa.String)


def _days_between(
    db: AsyncConnection, earlier: "sa.Column[Any]", later: "sa.Column[Any]"
) -> "sa.ColumnElement[Any]":
    if db.dialect.name == "sqlite":
        julian = sa.func.julianday
        return julian(later, type_=sa.Float) - julian(earlier, type_=sa.Float)
    return sa.extract("epoch", later - earlier) / 86_400.0


def _sum(column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[int]":
    return sa.func.coalesce(sa.func.sum(column), 0)


def _distinct(column: "sa.ColumnElement[Any]") -> "sa.ColumnElement[int]":
    return sa.func.count(sa.distinct(column))


def _count(condition: "sa.ColumnElement[bool]") -> "sa.ColumnElement[int]":
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
