"""A person's spending: what the month's answers have cost the operator at providers, what those
under way may still cost, and the cap that the person has set on both. Months are UTC's.

The sums stand in the quota's row, so that the statement that takes a message decides over money
too. Whatever ends in a later month than it began in is that earlier month's.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.tables import quotas
from backend.db import insert_new

MAX_CAP: Final = 10_000_000_000
"""The highest cap, in micro-dollars: ten thousand dollars a month."""

_ROW = sa.select(quotas).where(quotas.c.user_id == sa.bindparam("user"))


class Month(Struct, frozen=True):
    """A person's month in micro-dollars. `reserved` may still be spent by answers under way; a
    `cap` of None is none; `renews_at` is the first moment of the next month."""

    spent: int
    reserved: int
    cap: int | None
    renews_at: datetime


def utc_day(now: datetime) -> date:
    """The day that `now` is counted in."""
    return now.astimezone(UTC).date()


def first_day(day: date) -> date:
    """The first day of the month that `day` is in."""
    return day.replace(day=1)


def next_first_day(day: date) -> date:
    """The first day of the month after that."""
    return first_day(first_day(day) + timedelta(days=31))


def month_renewal(now: datetime) -> datetime:
    """The first moment of the month after `now`."""
    return datetime.combine(next_first_day(utc_day(now)), time(), UTC)


async def month(db: AsyncConnection, user_id: int, now: datetime) -> Month:
    """What the person has spent in the month of `now`, and may."""
    row = (await db.execute(_ROW, {"user": user_id})).one_or_none()
    renews_at = month_renewal(now)
    if row is None:
        return Month(0, 0, None, renews_at)
    current = row.day >= first_day(utc_day(now))
    return Month(
        spent=row.spent_micro_dollars if current else 0,
        reserved=row.held_micro_dollars if current else 0,
        cap=row.cap_micro_dollars,
        renews_at=renews_at,
    )


async def set_cap(db: AsyncConnection, user_id: int, cap: int | None, now: datetime) -> None:
    """Set or take away a person's cap; what is under way goes on."""
    await ensure_row(db, user_id, utc_day(now))
    await db.execute(
        sa.update(quotas).where(quotas.c.user_id == user_id).values(cap_micro_dollars=cap)
    )


async def ensure_row(db: AsyncConnection, user_id: int, today: date) -> None:
    """Make the person's row of quota and spending, if there is none yet."""
    await db.execute(
        insert_new(db, quotas),
        {
            "user_id": user_id,
            "day": today,
            "used": 0,
            "held": 0,
            "credits": 0,
            "last_source": "daily",
            "spent_micro_dollars": 0,
            "held_micro_dollars": 0,
        },
    )
