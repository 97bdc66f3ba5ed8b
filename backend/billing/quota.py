"""The quota: a message is reserved when its run starts and settled or returned when it ends.

One conditional UPDATE decides over the day's allowance, the credits and the runs under way, so
that any number of simultaneous prompts get exactly what is there. A reservation leaves `held`
once, by one conditional UPDATE of its own: never both settled and returned, also after a crash.
"""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import access
from backend.billing import quota_statements as statements
from backend.billing.access import Access
from backend.billing.plans import Limits
from backend.billing.spending import ensure_row, utc_day
from backend.billing.tables import quotas, reservations
from backend.db import insert_new
from backend.errors import ModelNotInPlan, QuotaExhausted, ReservationEnded, TooManyRuns


class Allowance(Struct, frozen=True):
    """What is left of a person's day. `renews_at` is the next midnight, UTC.

    `remaining` counts the day's messages only; `credits` come after them and do not expire.
    `spending_cap` is the person's own, in micro-dollars a month.
    """

    plan_id: str
    limit: int
    used: int
    remaining: int
    renews_at: datetime
    credits: int
    spending_cap: int | None = None


class Allowed(Struct, frozen=True):
    """Which models a person may use: the catalogue's price classes, and the plan they come by."""

    plan_id: str
    model_classes: frozenset[str]
    limits: Limits
    access: Access


class Runs(Struct, frozen=True):
    """A person's runs under way, and how many there may be."""

    held: int
    limit: int


def renewal_moment(now: datetime) -> datetime:
    """When the day's allowance renews: the next midnight, UTC."""
    return datetime.combine(utc_day(now) + timedelta(days=1), time(), UTC)


async def reserve(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    model_class: str,
    now: datetime,
    on: Access | None = None,
) -> None:
    """Hold one message for a run, of the day's allowance or else of the credits.

    A repeat for the same run holds nothing more. `on` is the person's access, if it was read in
    this transaction.

    Raises:
        ModelNotInPlan: the plan does not have models of this price class.
        QuotaExhausted: the day's messages and the credits are used up.
        TooManyRuns: as many runs as the plan allows are under way.
        ReservationEnded: this run's reservation was settled or returned already.
    """
    now_on = on or await access.current(db, user_id, now)
    limits = now_on.limits
    daily = limits.messages_a_day if model_class in limits.model_classes else 0
    creditable = model_class in limits.model_classes | limits.credit_classes
    taken = await _take(db, user_id, daily, limits.concurrent_runs, creditable, utc_day(now))
    if taken is None:
        if await _is_held(db, user_id, run_id):
            return
        raise await _refusal(db, user_id, now_on, model_class, now)
    source, day = taken
    written = await db.execute(
        insert_new(db, reservations),
        {
            "user_id": user_id,
            "run_id": run_id,
            "state": "held",
            "source": source,
            "day": day,
            "model_class": model_class,
            "reserved_at": now,
        },
    )
    if written.rowcount == 0:
        await _put_back(db, user_id, source, day, returned=True)
        await _is_held(db, user_id, run_id)


async def settle(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    now: datetime,
    *,
    provider: str | None = None,
    cost_micro_dollars: int = 0,
) -> int | None:
    """The run's message counts. `provider` and its charge, if any, go to the ledger by day.

    Returns the messages used of the day's allowance. Repeats, and a reservation that was
    returned, change nothing and return None.
    """
    return await _end(db, user_id, run_id, "settled", now, provider, cost_micro_dollars)


async def release(db: AsyncConnection, user_id: int, run_id: UUID, now: datetime) -> int | None:
    """The run's message does not count. Returns as `settle`; repeats and settled reservations
    change nothing."""
    return await _end(db, user_id, run_id, "released", now, None, 0)


async def allowance(db: AsyncConnection, user_id: int, now: datetime) -> Allowance:
    """What is left of the person's day at `now`."""
    on = await access.current(db, user_id, now)
    row = await _row(db, user_id)
    used = row.used if row is not None and row.day >= utc_day(now) else 0
    limit = on.limits.messages_a_day
    return Allowance(
        plan_id=on.plan_id,
        limit=limit,
        used=used,
        remaining=max(0, limit - used),
        renews_at=renewal_moment(now),
        credits=row.credits if row is not None else 0,
        spending_cap=row.cap_micro_dollars if row is not None else None,
    )


async def allowed_models(db: AsyncConnection, user_id: int, now: datetime) -> Allowed:
    """The price classes that the person may use at `now`, with credits if they have any."""
    on = await access.current(db, user_id, now)
    row = await _row(db, user_id)
    classes = on.limits.model_classes
    if row is not None and row.credits > 0:
        classes |= on.limits.credit_classes
    return Allowed(on.plan_id, classes, on.limits, on)


async def concurrent_runs(db: AsyncConnection, user_id: int, now: datetime) -> Runs:
    """How many runs are under way and how many there may be at `now`."""
    on = await access.current(db, user_id, now)
    row = await _row(db, user_id)
    return Runs(row.held if row is not None else 0, on.limits.concurrent_runs)


async def release_abandoned(db: AsyncConnection, before: datetime, now: datetime) -> int:
    """Return what has been held since before `before`: whoever held it is gone."""
    rows = await db.execute(
        sa.select(reservations.c.user_id, reservations.c.run_id).where(
            reservations.c.state == "held", reservations.c.reserved_at < before
        )
    )
    found = rows.all()
    for user_id, run_id in found:
        await release(db, user_id, run_id, now)
    return len(found)


async def change_credits(db: AsyncConnection, user_id: int, change: int, now: datetime) -> None:
    """Add a pack's credits, or take a refunded pack's back as far as they are unspent."""
    await ensure_row(db, user_id, utc_day(now))
    left = quotas.c.credits + change
    await db.execute(
        sa.update(quotas)
        .where(quotas.c.user_id == user_id)
        .values(credits=sa.case((left > 0, left), else_=0))
    )


async def _take(
    db: AsyncConnection, user_id: int, daily: int, runs: int, creditable: bool, today: date
) -> tuple[str, date] | None:
    """Take one message; where from and on which day, or None when there is none to take."""
    values = {
        "user": user_id,
        "daily": daily,
        "runs": runs,
        "creditable": creditable,
        "today": today,
    }
    row = (await db.execute(statements.TAKE, values)).one_or_none()
    if row is None:
        # Nothing to take, or no row yet: another prompt may have made it a moment ago.
        await ensure_row(db, user_id, today)
        row = (await db.execute(statements.TAKE, values)).one_or_none()
    return (row.last_source, row.day) if row is not None else None


async def _is_held(db: AsyncConnection, user_id: int, run_id: UUID) -> bool:
    state = (
        await db.execute(
            sa.select(reservations.c.state).where(
                reservations.c.user_id == user_id, reservations.c.run_id == run_id
            )
        )
    ).scalar_one_or_none()
    if state not in (None, "held"):
        raise ReservationEnded()
    return state == "held"


async def _refusal(
    db: AsyncConnection, user_id: int, on: access.Access, model_class: str, now: datetime
) -> Exception:
    """Why nothing could be taken."""
    limits = on.limits
    row = await _row(db, user_id)
    credits = row.credits if row is not None else 0
    opened = limits.model_classes | (limits.credit_classes if credits else frozenset())
    if model_class not in opened:
        return ModelNotInPlan(plan=on.plan_id)
    if row is not None and row.held >= limits.concurrent_runs:
        return TooManyRuns(retry_after=5, limit=limits.concurrent_runs)
    renews_at = renewal_moment(now)
    return QuotaExhausted(
        retry_after=(renews_at - now).total_seconds(),
        plan=on.plan_id,
        limit=limits.messages_a_day,
        renewsAt=renews_at.isoformat(),
    )


async def _end(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    state: str,
    now: datetime,
    provider: str | None,
    cost_micro_dollars: int,
) -> int | None:
    values = {
        "user": user_id,
        "run": run_id,
        "outcome": state,
        "now": now,
        "by": provider,
        "cost": cost_micro_dollars,
    }
    ended = await db.execute(statements.END, values)
    if (row := ended.one_or_none()) is None:
        return None
    return await _put_back(db, user_id, row.source, row.day, returned=state == "released")


async def _put_back(
    db: AsyncConnection, user_id: int, source: str, day: date, *, returned: bool
) -> int | None:
    """One run fewer under way; `returned` also gives the message back to where it came from.

    Returns the messages used of the day's allowance.
    """
    values: dict[str, object] = {"user": user_id}
    if not returned:
        statement = statements.PUT_BACK_NOTHING
    elif source == "credit":
        statement = statements.PUT_BACK_CREDIT
    else:
        statement = statements.PUT_BACK_DAILY
        values["counted_on"] = day
    used: int | None = (await db.execute(statement, values)).scalar_one_or_none()
    return used


async def _row(db: AsyncConnection, user_id: int) -> "sa.Row[tuple[object, ...]] | None":
    return (await db.execute(statements.ROW, {"user": user_id})).one_or_none()
