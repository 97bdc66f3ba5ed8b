"""The operator's cap on a day's (UTC) cost at providers: reserved before a request is sent, settled
at its end. There is one row a day, and only while a cap is set, so that without one no transaction
waits for it.

A run belongs to the day on which it began, also if it ends after midnight.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import hot, insert_new
from backend.errors import OperatorCapReached
from backend.metering.spending import midnight, utc_day
from backend.metering.tables import days, provider_calls, reservations

log = structlog.get_logger("tanya.billing")

KEPT: Final = timedelta(days=40)
"""How long a day's row is kept, for inspection."""

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
    """Reserve `most` micro-dollars of the day. Call it last in a transaction: all transactions
    share this row.

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
    """Release the reservation and count the cost."""
    await db.execute(_END, {"on": day, "held": held, "cost": cost})


async def count(db: AsyncConnection, day: date, cost: int) -> None:
    """Count a cost without a reservation; days without a cap have no row."""
    await end(db, day, 0, cost)


async def forget(db: AsyncConnection, now: datetime) -> None:
    """Delete the rows of old days."""
    await db.execute(sa.delete(days).where(days.c.day < utc_day(now - KEPT)))


async def _ensure_day(db: AsyncConnection, day: date) -> None:
    """Insert the day's row; spending from before the cap was set counts too.

    It is summed once a day; after that the row is the running total.
    """
    if (await db.execute(sa.select(days.c.day).where(days.c.day == day))).first() is not None:
        return
    spent = 0
    for table in (reservations, provider_calls):
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
