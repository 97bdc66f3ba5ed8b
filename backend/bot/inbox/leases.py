"""Which process handles a lane of updates: one at a time, by a row in the database.

A lane has a row while it has something to do. Whoever stores an update takes the lane if nobody
has it; whoever has it gives it back once nothing waits, with the row locked, so that an update
stored meanwhile is either seen by the one or begins the lane anew.
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
    """A lane with something to do that no living process but this one has. `owner` is None where
    it was given back."""

    lane: str
    owner: str | None


async def take_free(db: AsyncConnection, lane: str, owner: str) -> bool:
    """Take the lane if nobody has it; whether it is this process's then."""
    # DO NOTHING would not wait for a process that is just giving it back.
    new = insert(db, bot_lanes).values(lane=lane, owner=owner)
    taken = new.on_conflict_do_update(index_elements=["lane"], set_={"lane": lane})
    found = await db.execute(taken.returning(bot_lanes.c.owner))
    return bool(found.scalar_one() == owner)


async def take_left(db: AsyncConnection, left: LeftLane, owner: str) -> bool:
    """Take a lane that was left; False if another was faster. An attempt is counted for the
    update that a process had in hand when it died."""
    if left.owner is None:
        new = insert(db, bot_lanes).values(lane=left.lane, owner=owner)
        return (await db.execute(new.on_conflict_do_nothing())).rowcount == 1
    values = {"this": left.lane, "before": left.owner, "mine": owner}
    if (await db.execute(_TAKE_OVER, values)).rowcount == 0:
        return False
    await db.execute(_COUNT_ATTEMPT, {"this": left.lane})
    return True


async def lock(db: AsyncConnection, lane: str, owner: str) -> bool:
    """Keep others from storing into the lane until this transaction ends; whether the lane is
    still this process's."""
    return (await db.execute(_OWNER, {"this": lane})).scalar_one_or_none() == owner


async def give_back(db: AsyncConnection, lane: str, owner: str) -> None:
    """Let the next update of the lane be anybody's."""
    await db.execute(_GIVE_BACK, {"this": lane, "mine": owner})


async def left_lanes(db: AsyncConnection, owner: str) -> list[LeftLane]:
    """Lanes with something to do that no living process has, or this one."""
    rows = await db.execute(_LEFT, {"mine": owner})
    return [LeftLane(row.lane, row.owner) for row in rows]
