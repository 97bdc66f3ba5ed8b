"""Counts answers by day and the maker of the model into the ledger, for shares that go by them."""

from datetime import UTC, date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.ledger import counted_days
from backend.ledger.tables import answers
from backend.metering.spending import utc_day
from backend.metering.tables import reservations

# Reservations from before makers were kept have their provider only.
_MAKER = sa.func.coalesce(reservations.c.maker, reservations.c.provider)


async def count_answers(db: AsyncConnection, now: datetime) -> int:
    """Count the answers of past days that were not counted yet; returns how many.

    A reservation that ended after midnight is an answer of the day on which it ended, so that a
    day that is over does not change.
    """
    last = await counted_days(db)
    since = _midnight(last + timedelta(days=1)) if last else datetime(2000, 1, 1, tzinfo=UTC)
    rows = await db.execute(
        sa.select(_MAKER, reservations.c.ended_at).where(
            reservations.c.state == "settled",
            _MAKER.is_not(None),
            reservations.c.ended_at >= since,
            reservations.c.ended_at < _midnight(utc_day(now)),
        )
    )
    counts: dict[tuple[date, str], int] = {}
    for maker, ended_at in rows:
        key = (utc_day(ended_at), maker)
        counts[key] = counts.get(key, 0) + 1
    for (day, maker), count in sorted(counts.items()):
        row = {"day": day, "provider": maker, "answers": count}
        await db.execute(insert_new(db, answers), row)
    return sum(counts.values())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
