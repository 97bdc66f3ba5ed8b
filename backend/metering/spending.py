"""A person's spending in a UTC month: what answers cost the operator at providers, what running
ones may still cost, and the person's cap on both.

The sums are in the quota's row, so that the statement that takes a message checks money too. A cost
counts in the month in which its run began.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.errors import ModelPriceUnknown, SpendingCapReached
from backend.metering import quota_statements as statements
from backend.metering.tables import quotas

MAX_CAP: Final = 10_000_000_000
"""The highest cap, in micro-dollars: ten thousand dollars a month."""
MICRO: Final = 1_000_000


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


def midnight(now: datetime) -> datetime:
    """The next midnight, UTC."""
    return datetime.combine(utc_day(now) + timedelta(days=1), time(), UTC)


def month_renewal(now: datetime) -> datetime:
    """The first moment of the month after `now`."""
    return datetime.combine(next_first_day(utc_day(now)), time(), UTC)


def month_start(now: datetime) -> datetime:
    """The first moment of the month of `now`."""
    return datetime.combine(first_day(utc_day(now)), time(), UTC)


async def month(db: AsyncConnection, user_id: int, now: datetime) -> Month:
    """What the person has spent and may spend in the month of `now`."""
    row = (await db.execute(statements.ROW, {"user": user_id})).one_or_none()
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
    """Set or remove a person's cap; running answers continue."""
    await ensure_row(db, user_id, utc_day(now))
    await db.execute(
        sa.update(quotas).where(quotas.c.user_id == user_id).values(cap_micro_dollars=cap)
    )


async def reserve_spending(
    db: AsyncConnection, user_id: int, most: int | None, now: datetime
) -> date:
    """Hold `most` of the person's month, for what takes no message; the day it is counted on.

    Raises:
        SpendingCapReached: not enough is left under their cap.
        ModelPriceUnknown: they have a cap, and the cost is unknown.
    """
    today = utc_day(now)
    values = {"user": user_id, "most": most or 0, "today": today, "month": first_day(today)}
    row = (await db.execute(statements.HOLD, values)).one_or_none()
    if row is None:
        await ensure_row(db, user_id, today)
        row = (await db.execute(statements.HOLD, values)).one_or_none()
    if row is None:
        raise refusal(await month(db, user_id, now), now)
    if most is None and row.cap_micro_dollars is not None:
        raise ModelPriceUnknown
    day: date = row.day
    return day


async def record_spending(db: AsyncConnection, user_id: int, cost: int, now: datetime) -> None:
    """Count a cost that nothing was held for."""
    today = utc_day(now)
    values = {"user": user_id, "cost": cost, "today": today, "month": first_day(today)}
    if (await db.execute(statements.SPEND, values)).rowcount == 0:
        await ensure_row(db, user_id, today)
        await db.execute(statements.SPEND, values)


async def settle_spending(
    db: AsyncConnection, user_id: int, day: date, held: int, cost: int
) -> None:
    """Give back what was held on `day`, and count what it cost."""
    values = {"user": user_id, "month_after": next_first_day(day), "was_held": held, "cost": cost}
    await db.execute(statements.END_SPENDING, values)


def known(most: int | None) -> int:
    """`most`, if it is known.

    Raises:
        ModelPriceUnknown: it is unknown.
    """
    if most is None:
        raise ModelPriceUnknown
    return most


def refusal(month: Month, now: datetime) -> SpendingCapReached:
    """The error for why the person's cap refuses more."""
    return SpendingCapReached(
        retry_after=(month.renews_at - now).total_seconds(),
        cap=dollars(month.cap or 0),
        spent=dollars(month.spent),
        reserved=dollars(month.reserved),
        renewsOn=month.renews_at.date().isoformat(),
    )


def dollars(micro_dollars: int) -> str:
    """An amount for display, in whole cents, rounded up."""
    cents = -(-micro_dollars * 100 // MICRO)
    return f"{cents // 100}.{cents % 100:02}"


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
