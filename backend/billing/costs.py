"""What providers charged for answers, from the settled reservations into the ledger, by day."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import ledger
from backend.billing import movements as m
from backend.billing.spending import utc_day
from backend.billing.tables import reservations

# An ended reservation is kept this long for questions, then deleted.
KEPT = timedelta(days=30)


async def book(db: AsyncConnection, now: datetime) -> int:
    """Book the costs of all days that are over; micro-dollars booked.

    Taking the rows and booking them is one transaction: no cost is booked twice.
    """
    today = datetime.combine(utc_day(now), time(), UTC)
    taken = await db.execute(
        sa.update(reservations)
        .where(
            reservations.c.state == "settled",
            reservations.c.cost_micro_dollars > 0,
            reservations.c.cost_booked.is_(False),
            reservations.c.ended_at < today,
        )
        .values(cost_booked=True)
        .returning(
            reservations.c.provider, reservations.c.ended_at, reservations.c.cost_micro_dollars
        )
    )
    sums: Counter[tuple[str, date]] = Counter()
    for provider, ended_at, cost in taken:
        sums[provider or "unknown", utc_day(ended_at)] += cost
    booked = []
    for (provider, day), total in sorted(sums.items()):
        part = 1
        while await ledger.has(db, "cost", m.cost(provider, day, total, part).reference):
            part += 1
        booked.append(m.cost(provider, day, total, part))
    await ledger.post(db, booked, now)
    return sum(sums.values())


async def forget_ended(db: AsyncConnection, now: datetime) -> int:
    """Delete reservations that ended long ago and whose cost is booked; how many."""
    gone = await db.execute(
        sa.delete(reservations).where(
            reservations.c.ended_at < now - KEPT,
            sa.or_(reservations.c.cost_booked.is_(True), reservations.c.cost_micro_dollars == 0),
        )
    )
    return gone.rowcount
