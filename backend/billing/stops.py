"""Subscriptions that must not renew: those replaced by a newer one, or whose last payment was
refunded. The request to Telegram is retried until it confirms, also after a crash.

A stop is queued in the transaction that books its reason. `run_stops` is called right after it,
by a periodic job and by reconciliation.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import mismatches, people
from backend.billing.events import Stopped
from backend.billing.ports import Stars
from backend.billing.tables import stops
from backend.billing.view import Subscription, view
from backend.db import Database, insert
from backend.errors import StarsRefused, StarsUnavailable

log = structlog.get_logger("tanya.billing")

Reason: TypeAlias = Literal["replaced", "refunded"]

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=30)
BATCH = 50


class _Stop(Struct, frozen=True):
    user_id: int
    order_id: str
    charge_id: str
    reason: Reason
    attempts: int


async def queue_stop(
    db: AsyncConnection, user_id: int, subscription: Subscription, reason: Reason, now: datetime
) -> None:
    """Queue a stop of the subscription; one that renewed although stopped is queued again."""
    fresh = {"reason": reason, "state": "waiting", "attempts": 0, "due_at": now}
    statement = insert(db, stops).values(
        user_id=user_id,
        order_id=subscription.order_id,
        charge_id=subscription.first_charge_id,
        **fresh,
    )
    await db.execute(
        statement.on_conflict_do_update(index_elements=["user_id", "order_id"], set_=fresh)
    )


async def was_stopped(db: AsyncConnection, user_id: int, order_id: str) -> bool:
    """Whether Telegram was asked to stop this subscription for good, and has answered."""
    found = await db.execute(
        sa.select(stops.c.state).where(
            stops.c.user_id == user_id, stops.c.order_id == order_id, stops.c.state != "waiting"
        )
    )
    return found.first() is not None


async def forget_stop(db: AsyncConnection, user_id: int, order_id: str) -> None:
    """The person wants the subscription to go on."""
    await db.execute(
        sa.delete(stops).where(stops.c.user_id == user_id, stops.c.order_id == order_id)
    )


async def run_stops(
    database: Database,
    stars: Stars,
    clock: Callable[[], datetime],
    user_id: int | None = None,
) -> int:
    """Ask Telegram to stop what is due, of one person or of all; how many are stopped."""
    stopped = 0
    for stop in await _due(database, clock(), user_id):
        if not await _still_holds(database, stop):
            continue
        try:
            await stars.edit_subscription(stop.user_id, stop.charge_id, canceled=True)
        except StarsUnavailable as busy:
            await _put_off(database, stop, clock(), busy.retry_after)
            if busy.retry_after is not None:
                break
        except StarsRefused:
            await _give_up(database, stop, clock())
        else:
            await _conclude(database, stop, clock())
            stopped += 1
    return stopped


async def _due(database: Database, now: datetime, user_id: int | None) -> list[_Stop]:
    due = sa.select(stops).where(stops.c.state == "waiting", stops.c.due_at <= now)
    if user_id is not None:
        due = due.where(stops.c.user_id == user_id)
    async with database.snapshot() as db:
        rows = await db.execute(due.order_by(stops.c.due_at).limit(BATCH))
        return [
            _Stop(row.user_id, row.order_id, row.charge_id, row.reason, row.attempts)
            for row in rows
        ]


async def _still_holds(database: Database, stop: _Stop) -> bool:
    """A refund of what turned out to be an earlier period is no reason to stop."""
    if stop.reason == "replaced":
        return True
    async with database.unit_of_work() as db:
        state = await people.load(db, stop.user_id)
        for one in view(state).subscriptions:
            if one.order_id == stop.order_id and one.last_charge_id not in state.reversals:
                await forget_stop(db, stop.user_id, stop.order_id)
                return False
    return True


async def _put_off(
    database: Database, stop: _Stop, now: datetime, retry_after: float | None
) -> None:
    wait = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(stop.attempts, 10))
    wait = max(wait, timedelta(seconds=retry_after or 0))
    log.warning("subscription_stop_put_off", attempts=stop.attempts + 1)
    async with database.unit_of_work() as db:
        await _change(db, stop, attempts=stop.attempts + 1, due_at=now + wait)


async def _give_up(database: Database, stop: _Stop, now: datetime) -> None:
    """Telegram refuses permanently, as for an ended subscription; report it to the operator."""
    async with database.unit_of_work() as db:
        await _change(db, stop, state="refused")
        await mismatches.report(db, "stop_refused", stop.charge_id, 0, now, user_id=stop.user_id)


async def _conclude(database: Database, stop: _Stop, now: datetime) -> None:
    async with database.unit_of_work() as db:
        person = await people.lock(db, stop.user_id)
        await people.record_event(db, person, Stopped(stop.order_id, True, now), now)
        await _change(db, stop, state="done")


async def _change(db: AsyncConnection, stop: _Stop, **values: object) -> None:
    await db.execute(
        sa.update(stops)
        .where(stops.c.user_id == stop.user_id, stops.c.order_id == stop.order_id)
        .values(**values)
    )
