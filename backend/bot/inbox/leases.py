"""Which process handles a lane of updates: one at a time, by a row in the database.

A lane has a row while it has waiting updates. A process that stores an update takes the lane if it
is free; the owner gives it back when nothing waits, with the row locked, so that an update stored
meanwhile is either seen by the owner or takes the lane again.
"""

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.tables import bot_lanes, bot_updates
from backend.db import insert
from backend.generation import LIVING

AT_ONCE = 500

_THIS = bot_lanes.c.lane == bindparam("this")
_OWNER = select(bot_lanes.c.owner).where(_THIS).with_for_update()
_GIVE_BACK = delete(bot_lanes).where(_THIS, bot_lanes.c.owner == bindparam("mine"))
_TAKE_OVER = (
    update(bot_lanes)
    .where(_THIS, bot_lanes.c.owner == bindparam("before"))
    .values(owner=bindparam("mine"))
)
_FIRST = (
    select(func.min(bot_updates.c.update_id))
    .where(bot_updates.c.lane == bindparam("this"), bot_updates.c.held_for.is_(None))
    .scalar_subquery()
)
_COUNT_ATTEMPT = (
    update(bot_updates)
    .where(bot_updates.c.update_id == _FIRST)
    .values(attempts=bot_updates.c.attempts + 1)
)
_LEFT = (
    select(bot_updates.c.lane, bot_lanes.c.owner)
    .distinct()
    .select_from(bot_updates.outerjoin(bot_lanes, bot_lanes.c.lane == bot_updates.c.lane))
    .where(
        bot_updates.c.lane.is_not(None),
        bot_updates.c.held_for.is_(None),
        or_(
            bot_lanes.c.owner.is_(None),
            bot_lanes.c.owner == bindparam("mine"),
            bot_lanes.c.owner.not_in(LIVING),
        ),
    )
    .limit(AT_ONCE)
)


class LeftLane(Struct, frozen=True):
    """A lane with waiting updates that no other living process owns. `owner` is None if it was
    given back."""

    lane: str
    owner: str | None


async def take_free(db: AsyncConnection, lane: str, owner: str) -> bool:
    """Take the lane if it is free; returns whether this process owns it."""
    # DO NOTHING would not wait for a process that is giving it back right now.
    new = insert(db, bot_lanes).values(lane=lane, owner=owner)
    taken = new.on_conflict_do_update(index_elements=["lane"], set_={"lane": lane})
    found = await db.execute(taken.returning(bot_lanes.c.owner))
    return bool(found.scalar_one() == owner)


async def take_left(db: AsyncConnection, left: LeftLane, owner: str) -> bool:
    """Take an abandoned lane; False if another process was faster. Counts an attempt for the update
    that a process was handling when it died."""
    if left.owner is None:
        new = insert(db, bot_lanes).values(lane=left.lane, owner=owner)
        return (await db.execute(new.on_conflict_do_nothing())).rowcount == 1
    values = {"this": left.lane, "before": left.owner, "mine": owner}
    if (await db.execute(_TAKE_OVER, values)).rowcount == 0:
        return False
    await db.execute(_COUNT_ATTEMPT, {"this": left.lane})
    return True


async def lock(db: AsyncConnection, lane: str, owner: str) -> bool:
    """Prevent others from storing into the lane until this transaction ends; returns whether this
    process still owns it."""
    return (await db.execute(_OWNER, {"this": lane})).scalar_one_or_none() == owner


async def give_back(db: AsyncConnection, lane: str, owner: str) -> None:
    """Release the lane, so that any process can take the next update."""
    await db.execute(_GIVE_BACK, {"this": lane, "mine": owner})


async def left_lanes(db: AsyncConnection, owner: str) -> list[LeftLane]:
    """Lanes with waiting updates that no living process owns, or that this one owns."""
    rows = await db.execute(_LEFT, {"mine": owner})
    return [LeftLane(row.lane, row.owner) for row in rows]
