"""What a person may use at a given time: the day's remaining messages, models, concurrent runs."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import read_together
from backend.metering import quota_statements as statements
from backend.metering import spending
from backend.metering.restrictions import daily_limit
from backend.metering.spending import utc_day
from backend.plans import Access, Limits, access


class Allowance(Struct, frozen=True):
    """A person's remaining messages of the day. `renews_at` is the next midnight, UTC.

    `remaining` counts the day's messages only; `credits` come after them and do not expire.
    `spending_cap` is the person's own, in micro-dollars a month.
    """

    plan_id: str
    limit: int
    used: int
    remaining: int
    renews_at: datetime
    credits: int
    spending_cap: int | None = None


class Allowed(Struct, frozen=True):
    """Which models a person may use: the catalogue's price classes, and the plan they come by;
    `spending_cap` is their own, in micro-dollars a month. `has_daily`: some of the day's messages
    are left."""

    plan_id: str
    model_classes: frozenset[str]
    limits: Limits
    access: Access
    spending_cap: int | None = None
    has_daily: bool = False


class Runs(Struct, frozen=True):
    """A person's current and allowed number of runs."""

    held: int
    limit: int


def renewal_moment(now: datetime) -> datetime:
    """When the day's allowance renews: the next midnight, UTC."""
    return spending.midnight(now)


async def allowance(db: AsyncConnection, user_id: int, now: datetime) -> Allowance:
    """The rest of the person's daily allowance at `now`."""
    on, row = await _plan_and_row(db, user_id, now)
    used = row.used if row is not None and row.day >= utc_day(now) else 0
    limit = daily_limit(row, on.limits)
    return Allowance(
        plan_id=on.plan_id,
        limit=limit,
        used=used,
        remaining=max(0, limit - used),
        renews_at=renewal_moment(now),
        credits=row.credits if row is not None else 0,
        spending_cap=row.cap_micro_dollars if row is not None else None,
    )


async def allowed_models(db: AsyncConnection, user_id: int, now: datetime) -> Allowed:
    """The price classes that the person may use at `now`, with credits if they have any."""
    on, row = await _plan_and_row(db, user_id, now)
    classes = on.limits.model_classes
    if row is not None and row.credits > 0:
        classes |= on.limits.credit_classes
    if row is None:
        return Allowed(on.plan_id, classes, on.limits, on)
    used = row.used if row.day >= utc_day(now) else 0
    has_daily = used < daily_limit(row, on.limits)
    return Allowed(on.plan_id, classes, on.limits, on, row.cap_micro_dollars, has_daily=has_daily)


async def concurrent_runs(db: AsyncConnection, user_id: int, now: datetime) -> Runs:
    """How many runs are under way and how many there may be at `now`."""
    on, row = await _plan_and_row(db, user_id, now)
    return Runs(row.held if row is not None else 0, on.limits.concurrent_runs)


async def _plan_and_row(
    db: AsyncConnection, user_id: int, now: datetime
) -> "tuple[Access, sa.Row[tuple[object, ...]] | None]":
    return await read_together(
        db, lambda db: access.current(db, user_id, now), lambda db: row_of(db, user_id)
    )


async def row_of(db: AsyncConnection, user_id: int) -> "sa.Row[tuple[object, ...]] | None":
    """The person's row of quota and spending, if they have one."""
    return (await db.execute(statements.ROW, {"user": user_id})).one_or_none()
