"""The operator's cap on a day's (UTC) cost at providers: reserved before a request is sent, settled
at its end. There are rows only while a cap is set, so that without one no transaction waits.

The cap is shared out to the day's shards, of which each person has one, so that people's answers do
not wait for each other. Once a shard has no room left, all are locked, counted, and what is left
of the cap is shared out anew. So all that is reserved never goes over the cap, and nothing is
refused that still fits. Only costs that nothing was reserved for can go over it.

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
from backend.metering.tables import day_shards, days, provider_calls, reservations

log = structlog.get_logger("tanya.billing")

KEPT: Final = timedelta(days=40)
"""How long a day's rows are kept, for inspection."""
SHARDS: Final = 16
"""Must not change within a day: what a person holds is returned to the same shard."""

_ROW = day_shards.c
_ON = _ROW.day == sa.bindparam("on", type_=_ROW.day.type)
_SHARD = _ROW.shard == sa.bindparam("at", type_=sa.Integer)
_MOST = sa.bindparam("most", type_=sa.BigInteger)
_HELD = sa.bindparam("held", type_=sa.BigInteger)
_USED = _ROW.spent_micro_dollars + _ROW.held_micro_dollars
_HOLD = hot(
    sa.update(day_shards)
    .where(
        _ON,
        _SHARD,
        _ROW.cap_micro_dollars == sa.bindparam("cap", type_=sa.BigInteger),
        _ROW.share_micro_dollars >= _USED + _MOST,
    )
    .values(held_micro_dollars=_ROW.held_micro_dollars + _MOST)
)
_END = hot(
    sa.update(day_shards)
    .where(_ON, _SHARD)
    .values(
        held_micro_dollars=sa.case(
            (_ROW.held_micro_dollars > _HELD, _ROW.held_micro_dollars - _HELD), else_=0
        ),
        spent_micro_dollars=_ROW.spent_micro_dollars + sa.bindparam("cost", type_=sa.BigInteger),
    ),
    may_miss=True,  # without a cap there is no row
)
_ALL = sa.select(_ROW.shard, _USED.label("used")).where(_ON).order_by(_ROW.shard)
_ALL_LOCKED = _ALL.with_for_update()
_SHARE_OUT = (
    sa.update(day_shards)
    .where(_ON, _SHARD)
    .values(
        held_micro_dollars=_ROW.held_micro_dollars + _MOST,
        share_micro_dollars=_USED + _MOST + sa.bindparam("room", type_=sa.BigInteger),
        cap_micro_dollars=sa.bindparam("cap", type_=sa.BigInteger),
    )
)
_logged: set[date] = set()


async def reserve_cost(
    db: AsyncConnection, user_id: int, day: date, most: int, cap: int, now: datetime
) -> None:
    """Reserve `most` micro-dollars of the day for a row of `reservations` or `provider_calls` that
    this transaction has written. Call it last in it: others share the day's rows.

    Raises:
        OperatorCapReached: so much is not left of `cap`.
    """
    values = {"on": day, "at": _shard(user_id), "most": most, "cap": cap}
    if (await db.execute(_HOLD, values)).rowcount:
        return
    await _ensure_day(db, values)
    if await _share_out(db, values):
        return
    if day not in _logged:
        _logged.clear()
        _logged.add(day)
        log.error("operator_cap_reached", day=day.isoformat(), cap_micro_dollars=cap)
    raise OperatorCapReached(retry_after=(midnight(now) - now).total_seconds())


async def end(db: AsyncConnection, user_id: int, day: date, held: int, cost: int) -> None:
    """Release the reservation and count the cost."""
    await db.execute(_END, {"on": day, "at": _shard(user_id), "held": held, "cost": cost})


async def count(db: AsyncConnection, user_id: int, day: date, cost: int) -> None:
    """Count a cost without a reservation; days without a cap have no row."""
    await end(db, user_id, day, 0, cost)


async def spent(db: AsyncConnection, day: date) -> int:
    """What the day has cost, while there is a cap."""
    total = sa.select(sa.func.sum(_ROW.spent_micro_dollars)).where(_ROW.day == day)
    return int((await db.execute(total)).scalar_one() or 0)


async def forget(db: AsyncConnection, now: datetime) -> None:
    """Delete the rows of old days."""
    for table in (days, day_shards):
        await db.execute(sa.delete(table).where(table.c.day < utc_day(now - KEPT)))


def _shard(user_id: int) -> int:
    return user_id % SHARDS


async def _share_out(db: AsyncConnection, hold: dict[str, Any]) -> bool:
    """Reserve it, and share the rest of the cap out evenly; False: it does not fit."""
    left = hold["cap"] - hold["most"]
    # Read without a lock first, so that refusals under a reached cap do not wait.
    for statement in (_ALL, _ALL_LOCKED):
        rows = (await db.execute(statement, {"on": hold["on"]})).all()
        rest = left - sum(row.used for row in rows)
        if rest < 0:
            return False
    shared = [
        {
            "on": hold["on"],
            "at": row.shard,
            "most": hold["most"] if row.shard == hold["at"] else 0,
            "room": rest // SHARDS,
            "cap": hold["cap"],
        }
        for row in rows
    ]
    await db.execute(_SHARE_OUT, shared)
    return True


async def _ensure_day(db: AsyncConnection, hold: dict[str, Any]) -> None:
    """Insert the day's rows, without room; what was spent and reserved before the cap was set, or
    by an older version, counts too.

    It is summed once a day; after that the rows are the running total.
    """
    day = hold["on"]
    if (await db.execute(sa.select(_ROW.day).where(_ROW.day == day).limit(1))).first() is not None:
        return
    made = [
        {
            "day": day,
            "shard": shard,
            "spent_micro_dollars": 0,
            "held_micro_dollars": 0,
            "share_micro_dollars": 0,
            "cap_micro_dollars": 0,
        }
        for shard in range(SHARDS)
    ]
    for table in (reservations, provider_calls):
        ended = table.c.state != "held"
        own = table.c.user_id % SHARDS
        sums = (
            sa.select(
                own.label("shard"),
                sa.func.sum(sa.case((ended, table.c.cost_micro_dollars), else_=0)).label("spent"),
                sa.func.sum(sa.case((ended, 0), else_=table.c.held_micro_dollars)).label("held"),
            )
            .where(table.c.day == day, sa.or_(ended, table.c.operator_held))
            .group_by(own)
        )
        for row in await db.execute(sums):
            made[row.shard % SHARDS]["spent_micro_dollars"] += int(row.spent)
            made[row.shard % SHARDS]["held_micro_dollars"] += int(row.held)
    # Its own reservation is written already, and is counted by who called.
    made[hold["at"]]["held_micro_dollars"] -= hold["most"]
    await db.execute(insert_new(db, day_shards), made)
