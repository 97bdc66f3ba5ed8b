"""Books provider charges from ended reservations into the ledger by day, including failed answers,
which cost the person nothing."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.ledger import ledger
from backend.ledger import movements as m
from backend.metering import operator_cap
from backend.metering.spending import utc_day
from backend.metering.tables import provider_calls, reservations

# Ended reservations are kept this long for inspection, then deleted.
KEPT = timedelta(days=30)
CHARGES_KEPT = timedelta(days=400)
"""Charges appear in people's usage reports, like runs, and are kept as long."""


async def book(db: AsyncConnection, now: datetime) -> int:
    """Book the costs of all past days; returns the micro-dollars booked.

    Marking the rows and booking them is one transaction, so no cost is booked twice.
    """
    sums: Counter[tuple[str, date]] = Counter()
    for table in (reservations, provider_calls):
        sums += await _taken(db, table, datetime.combine(utc_day(now), time(), UTC))
    booked = []
    for (provider, day), total in sorted(sums.items()):
        part = 1
        while await ledger.has(db, "cost", m.cost(provider, day, total, part).reference):
            part += 1
        booked.append(m.cost(provider, day, total, part))
    await ledger.post(db, booked, now)
    return sum(sums.values())


async def forget_ended(db: AsyncConnection, now: datetime) -> int:
    """Delete old reservations whose cost is booked; returns how many."""
    await operator_cap.forget(db, now)
    await db.execute(_forget(provider_calls, now - CHARGES_KEPT))
    return (await db.execute(_forget(reservations, now - KEPT))).rowcount


async def _taken(
    db: AsyncConnection, table: sa.Table, today: datetime
) -> Counter[tuple[str, date]]:
    """The costs not booked yet, by provider and day; they count as booked from here on."""
    taken = await db.execute(
        sa.update(table)
        .where(
            table.c.state != "held",
            table.c.cost_micro_dollars > 0,
            table.c.cost_booked.is_(False),
            table.c.ended_at < today,
        )
        .values(cost_booked=True)
        .returning(table.c.provider, table.c.ended_at, table.c.cost_micro_dollars)
    )
    sums: Counter[tuple[str, date]] = Counter()
    for provider, ended_at, cost in taken:
        sums[provider or "unknown", utc_day(ended_at)] += cost
    return sums


def _forget(table: sa.Table, before: datetime) -> sa.Delete:
    booked = sa.or_(table.c.cost_booked.is_(True), table.c.cost_micro_dollars == 0)
    return sa.delete(table).where(table.c.ended_at < before, booked)
