"""Provider charges other than answers: titles, suggestions, speech, checks, moderation, failed
attempts.

A check uses one message of the quota, the others none. All count towards the person's cap and the
operator's, except failed attempts, which only the operator bears.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID, uuid5

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import hot, insert_new
from backend.metering import operator_cap, spending
from backend.metering.spending import utc_day
from backend.metering.tables import provider_calls as calls

Purpose: TypeAlias = Literal["attempt", "title", "suggest", "speech", "claims", "check", "moderate"]

_END: Final = hot(
    sa.update(calls)
    .where(
        calls.c.user_id == sa.bindparam("user"),
        calls.c.id == sa.bindparam("charge"),
        calls.c.state == "held",
    )
    .values(
        state=sa.bindparam("outcome"),
        ended_at=sa.bindparam("now", type_=calls.c.ended_at.type),
        cost_micro_dollars=sa.bindparam("cost", type_=sa.BigInteger),
        cost_estimated=sa.bindparam("guessed", type_=sa.Boolean),
    )
    .returning(calls.c.day, calls.c.held_micro_dollars, calls.c.operator_held)
)


_THEIRS: Final = sa.select(
    calls.c.begun_at,
    calls.c.model_id,
    calls.c.conversation_id,
    calls.c.cost_micro_dollars,
    calls.c.cost_estimated,
).where(
    calls.c.user_id == sa.bindparam("user"),
    calls.c.begun_at >= sa.bindparam("since", type_=calls.c.begun_at.type),
    calls.c.purpose != "attempt",
    calls.c.cost_micro_dollars > 0,
)


class ProviderCall(Struct, frozen=True, kw_only=True):
    """One call: its person, purpose and provider."""

    user_id: int
    id: UUID
    purpose: Purpose
    provider: str
    model_id: str
    conversation_id: UUID | None = None


class CallCost(Struct, frozen=True):
    """The cost of one call; speech belongs to no conversation yet."""

    at: datetime
    model_id: str
    conversation_id: UUID | None
    cost_micro_dollars: int
    estimated: bool


async def call_costs(db: AsyncConnection, user_id: int, since: datetime) -> list[CallCost]:
    """The person's charges since then, without answers."""
    return [CallCost(*row) for row in await db.execute(_THEIRS, {"user": user_id, "since": since})]


async def reserve_call_cost(
    db: AsyncConnection, call: ProviderCall, most: int | None, daily_cap: int | None, now: datetime
) -> None:
    """Reserve the most that the call may cost (None: unknown) before it is sent.

    Raises:
        SpendingCapReached, OperatorCapReached: not enough is left.
        ModelPriceUnknown: there is a cap, and no price.
    """
    day = await spending.reserve_spending(db, call.user_id, most, now)
    by_operator = daily_cap is not None and most != 0
    await _insert(db, call, now, day=day, state="held", held=most or 0, by_operator=by_operator)
    if daily_cap is not None and by_operator:
        await operator_cap.reserve_cost(db, call.user_id, day, spending.known(most), daily_cap, now)


async def settle_call_cost(
    db: AsyncConnection, user_id: int, charge_id: UUID, cost: int, now: datetime, *, guessed: bool
) -> bool:
    """Settle the reservation at its cost; False if none is held. `guessed`: estimated here."""
    return await _end(db, user_id, charge_id, "settled", cost, now, guessed=guessed)


async def release_call_cost(
    db: AsyncConnection, user_id: int, charge_id: UUID, now: datetime
) -> bool:
    """Release the reservation without a charge; False if none is held."""
    return await _end(db, user_id, charge_id, "released", 0, now, guessed=False)


async def record_call_cost(
    db: AsyncConnection, call: ProviderCall, cost: int, now: datetime, *, guessed: bool
) -> None:
    """Record a charge without a reservation. Repeats change nothing."""
    if cost <= 0:
        return
    day = utc_day(now)
    written = await _insert(db, call, now, day=day, state="settled", cost=cost, guessed=guessed)
    if not written:
        return
    if call.purpose != "attempt":
        await spending.record_spending(db, call.user_id, cost, now)
    await operator_cap.count(db, call.user_id, day, cost)


class FailedAttempt(Struct, frozen=True):
    """A failed attempt, after which another model answered, and its provider's charge."""

    provider: str
    model_id: str
    cost_micro_dollars: int
    estimated: bool


async def record_failed_attempts(
    db: AsyncConnection,
    user_id: int,
    of: UUID,
    conversation_id: UUID | None,
    attempts: Sequence[FailedAttempt],
    now: datetime,
) -> None:
    """Record the cost of failed attempts of one run or call (`of`), which only the operator
    bears."""
    for number, failed in enumerate(attempts):
        attempt = ProviderCall(
            user_id=user_id,
            id=uuid5(of, str(number)),
            purpose="attempt",
            provider=failed.provider,
            model_id=failed.model_id,
            conversation_id=conversation_id,
        )
        await record_call_cost(
            db, attempt, failed.cost_micro_dollars, now, guessed=failed.estimated
        )


async def abandoned_calls(db: AsyncConnection, before: datetime) -> list[tuple[int, UUID]]:
    """The people and charges of reservations from before `before`, whose owners are dead."""
    found = await db.execute(
        sa.select(calls.c.user_id, calls.c.id).where(
            calls.c.state == "held", calls.c.begun_at < before
        )
    )
    return [(user_id, charge_id) for user_id, charge_id in found]


async def _end(
    db: AsyncConnection,
    user_id: int,
    charge_id: UUID,
    outcome: str,
    cost: int,
    now: datetime,
    *,
    guessed: bool,
) -> bool:
    values = {"user": user_id, "charge": charge_id, "outcome": outcome, "now": now,
              "cost": cost, "guessed": guessed}  # fmt: skip
    row = (await db.execute(_END, values)).one_or_none()
    if row is None:
        return False
    await spending.settle_spending(db, user_id, row.day, row.held_micro_dollars, cost)
    if row.operator_held:
        await operator_cap.end(db, user_id, row.day, row.held_micro_dollars, cost)
    return True


async def _insert(
    db: AsyncConnection,
    call: ProviderCall,
    now: datetime,
    *,
    day: date,
    state: str,
    held: int = 0,
    cost: int = 0,
    by_operator: bool = False,
    guessed: bool = False,
) -> bool:
    written = await db.execute(
        insert_new(db, calls),
        {
            "user_id": call.user_id,
            "id": call.id,
            "purpose": call.purpose,
            "state": state,
            "conversation_id": call.conversation_id,
            "provider": call.provider,
            "model_id": call.model_id,
            "day": day,
            "held_micro_dollars": held,
            "operator_held": by_operator,
            "cost_micro_dollars": cost,
            "cost_estimated": guessed,
            "begun_at": now,
            "ended_at": None if state == "held" else now,
        },
    )
    return bool(written.rowcount)
