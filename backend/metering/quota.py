"""The quota: a message is reserved when its run starts and settled or returned when it ends.

One conditional UPDATE checks the day's allowance, the credits, the running answers and the person's
spending cap, so that simultaneous prompts never get more than is left. A reservation leaves `held`
by another conditional UPDATE, once, so it is never both settled and returned, even after a crash.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.errors import (
    ModelNotInPlan,
    ModelPriceUnknown,
    QuotaExhausted,
    ReservationEnded,
    TooManyRuns,
)
from backend.metering import credits, operator_cap, spending
from backend.metering import quota_statements as statements
from backend.metering.allowance import Allowance as Allowance
from backend.metering.allowance import Allowed as Allowed
from backend.metering.allowance import Runs as Runs
from backend.metering.allowance import allowance as allowance
from backend.metering.allowance import allowed_models as allowed_models
from backend.metering.allowance import concurrent_runs as concurrent_runs
from backend.metering.allowance import renewal_moment as renewal_moment
from backend.metering.allowance import row_of
from backend.metering.restrictions import daily_limit, refusal_of
from backend.metering.spending import utc_day
from backend.metering.tables import reservations
from backend.metering.taken_messages import (
    GivenBack,
    TakenMessage,
    put_back_message,
    take_message,
)
from backend.plans import Access, access


async def reserve_quota(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    model_class: str,
    now: datetime,
    on: Access | None = None,
    *,
    most: int | None,
    daily_cap: int | None,
    group_id: int | None = None,
    has_daily: bool = False,
) -> None:
    """Reserve one message for a run: from what was paid for the group `group_id`, else from the
    day's allowance, else from the credits; and `most` micro-dollars (None: not known) of what the
    person may spend, and the operator's `daily_cap`.

    A repeat for the same run reserves nothing more. `on`: the person's access, where it is known;
    `has_daily`: some of the day's messages are likely to be left.

    Raises:
        SpendingCapReached, OperatorCapReached: not enough is left to spend.
        ModelPriceUnknown: there is a cap, and `most` is not known.
        ModelNotInPlan: the plan does not have models of this price class.
        QuotaExhausted: the day's messages and the credits are used up.
        TooManyRuns: as many runs as the plan allows are under way.
        ReservationEnded: this run's reservation was settled or returned already.
        PersonBanned: the operator takes no questions from them.
    """
    now_on = on or await access.current(db, user_id, now)
    wanted = (user_id, now_on.limits, model_class, most or 0, now, group_id)
    taken = await take_message(db, *wanted, has_daily=has_daily and most is not None)
    if taken is None:
        if await _is_held(db, user_id, run_id):
            return
        raise await _refusal(db, user_id, now_on, model_class, now)
    if most is None and (taken.cap_micro_dollars is not None or daily_cap is not None):
        raise ModelPriceUnknown
    await _reserve(db, user_id, run_id, model_class, taken, most or 0, daily_cap, now)


async def _reserve(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    model_class: str,
    taken: TakenMessage,
    most: int,
    daily_cap: int | None,
    now: datetime,
) -> None:
    hold = (run_id, model_class, taken, most, now)
    if not await _hold(db, user_id, *hold, by_operator=daily_cap is not None and most > 0):
        await _is_held(db, user_id, run_id)
    elif daily_cap is not None and most:
        await operator_cap.reserve_cost(db, user_id, taken.day, most, daily_cap, now)


async def _hold(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    model_class: str,
    taken: TakenMessage,
    most: int,
    now: datetime,
    *,
    by_operator: bool,
) -> bool:
    """Store the reservation of the run; if the run has one already, return what was taken, and
    False."""
    pack_id = taken.pass_id
    if taken.source == "credit":
        pack_id = await credits.use_credit(db, user_id)
    written = await db.execute(
        insert_new(db, reservations),
        {
            "user_id": user_id,
            "run_id": run_id,
            "state": "held",
            "source": taken.source,
            "pack_id": pack_id,
            "day": taken.day,
            "model_class": model_class,
            "reserved_at": now,
            "held_micro_dollars": most,
            "operator_held": by_operator,
        },
    )
    if written.rowcount:
        return True
    back = GivenBack(taken.source, pack_id, taken.day, most, operator_held=False)
    await put_back_message(db, user_id, back, returned=True)
    return False


async def settle_quota(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    now: datetime,
    *,
    provider: str | None = None,
    maker: str | None = None,
    cost_micro_dollars: int = 0,
) -> int | None:
    """The run's message counts. `provider` and its charge, if any, go to the ledger by day;
    `maker` is whose model answered, which is another than the provider behind a router.

    Returns the messages used of the day's allowance. Repeats, and a reservation that was
    returned, change nothing and return None.
    """
    charge = _Charge(provider, cost_micro_dollars, cost_micro_dollars, maker)
    return await _end(db, user_id, run_id, "settled", now, charge)


async def release_quota(
    db: AsyncConnection,
    user_id: int,
    run_id: UUID,
    now: datetime,
    *,
    provider: str | None = None,
    cost_micro_dollars: int = 0,
    received: bool = False,
) -> int | None:
    """The run's message does not count. A provider may have charged for it all the same: that is
    the operator's, and the person's too only if they `received` something.

    Returns as `settle_quota`; repeats and settled reservations change nothing.
    """
    charge = _Charge(provider, cost_micro_dollars, cost_micro_dollars if received else 0)
    return await _end(db, user_id, run_id, "released", now, charge)


async def abandoned_quota(db: AsyncConnection, before: datetime) -> list[tuple[int, UUID]]:
    """The people and runs of reservations from before `before`, whose owners are dead."""
    rows = await db.execute(
        sa.select(reservations.c.user_id, reservations.c.run_id).where(
            reservations.c.state == "held", reservations.c.reserved_at < before
        )
    )
    return [(user_id, run_id) for user_id, run_id in rows]


class _Charge(Struct, frozen=True):
    """Book what a provider charged; `theirs` is the part that counts as the person's spending."""

    provider: str | None
    cost: int
    theirs: int
    maker: str | None = None


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
    """The error for why no message could be taken."""
    limits = on.limits
    row = await row_of(db, user_id)
    if (banned := refusal_of(row, now)) is not None:
        return banned
    bought = row.credits if row is not None else 0
    opened = limits.model_classes | (limits.credit_classes if bought else frozenset())
    if model_class not in opened:
        return ModelNotInPlan(plan=on.plan_id)
    if row is not None and row.held >= limits.concurrent_runs:
        return TooManyRuns(retry_after=5, limit=limits.concurrent_runs)
    today = utc_day(now)
    used = row.used if row is not None and row.day >= today else 0
    a_day = daily_limit(row, limits)
    daily = a_day if model_class in limits.model_classes else 0
    capped = row is not None and row.cap_micro_dollars is not None
    if capped and (used < daily or bought > 0):
        return spending.refusal(await spending.month(db, user_id, now), now)
    renews_at = renewal_moment(now)
    return QuotaExhausted(
        retry_after=(renews_at - now).total_seconds(),
        plan=on.plan_id,
        limit=a_day,
        renewsAt=renews_at.isoformat(),
    )


async def _end(
    db: AsyncConnection, user_id: int, run_id: UUID, state: str, now: datetime, charge: _Charge
) -> int | None:
    values = {
        "user": user_id,
        "run": run_id,
        "outcome": state,
        "now": now,
        "by": charge.provider,
        "maker": charge.maker,
        "cost": charge.cost,
    }
    ended = await db.execute(statements.END, values)
    if (row := ended.one_or_none()) is None:
        return None
    back = GivenBack(row.source, row.pack_id, row.day, row.held_micro_dollars, row.operator_held)
    returned = state == "released"
    used = await put_back_message(db, user_id, back, returned=returned, spent=charge.theirs)
    if back.operator_held:
        await operator_cap.end(db, user_id, back.day, back.held, charge.cost)
    return used
