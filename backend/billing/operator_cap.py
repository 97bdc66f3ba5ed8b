"""The operator's cap on a day's (UTC) cost at providers: held before anything goes out, settled
when it has ended. One row a day decides, and only while there is a cap: without one, nobody
waits for it.

A run is of the day that it began on, also when it ends after midnight.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.spending import midnight, utc_day
from backend.billing.tables import charges, days, reservations
from backend.db import hot, insert_new
from backend.errors import OperatorCapReached

log = structlog.get_logger("tanya.billing")

KEPT: Final = timedelta(days=40)
"""How long a day's row is kept, for whoever looks back."""

_ON = days.c.day == sa.bindparam("on", type_=days.c.day.type)
_MOST = sa.bindparam("most", type_=sa.BigInteger)
_HELD = sa.bindparam("held", type_=sa.BigInteger)
_HOLD = hot(
    sa.update(days)
    .where(
        _ON,
        days.c.spent_micro_dollars + days.c.held_micro_dollars + _MOST
        <= sa.bindparam("cap", type_=sa.BigInteger),
    )
    .values(held_micro_dollars=days.c.held_micro_dollars + _MOST)
)
_END = hot(
    sa.update(days)
    .where(_ON)
    .values(
        held_micro_dollars=sa.case(
            (days.c.held_micro_dollars > _HELD, days.c.held_micro_dollars - _HELD), else_=0
        ),
        spent_micro_dollars=days.c.spent_micro_dollars + sa.bindparam("cost", type_=sa.BigInteger),
    )
)
_logged: set[date] = set()


async def hold(db: AsyncConnection, day: date, most: int, cap: int, now: datetime) -> None:
    """Hold `most` micro-dollars of the day, last in a transaction: everybody waits for this row.

    Raises:
        OperatorCapReached: so much is not left of `cap`.
    """
    values = {"on": day, "most": most, "cap": cap}
    if (await db.execute(_HOLD, values)).rowcount:
        return
    await _ensure_day(db, day)
    if (await db.execute(_HOLD, values)).rowcount:
        return
    if day not in _logged:
        _logged.clear()
        _logged.add(day)
        log.error("operator_cap_reached", day=day.isoformat(), cap_micro_dollars=cap)
    raise OperatorCapReached(retry_after=(midnight(now) - now).total_seconds())


async def end(db: AsyncConnection, day: date, held: int, cost: int) -> None:
    """Give back what was held, and count what it cost."""
    await db.execute(_END, {"on": day, "held": held, "cost": cost})


async def count(db: AsyncConnection, day: date, cost: int) -> None:
    """Count a cost that nothing was held for; on a day without a cap there is no row for it."""
    await end(db, day, 0, cost)


async def forget(db: AsyncConnection, now: datetime) -> None:
    """Delete the rows of days long gone."""
    await db.execute(sa.delete(days).where(days.c.day < utc_day(now - KEPT)))


async def _ensure_day(db: AsyncConnection, day: date) -> None:
    """Begin a day's row; what was spent before there was a cap counts too."""
    spent = 0
    for table in (reservations, charges):
        found: Any = await db.scalar(
            sa.select(sa.func.sum(table.c.cost_micro_dollars)).where(
                table.c.day == day, table.c.state != "held"
            )
        )
        spent += int(found or 0)
    await db.execute(
        insert_new(db, days),
        {"day": day, "spent_micro_dollars": spent, "held_micro_dollars": 0},
    )
