"""What providers charge besides answers: titles, suggestions, speech, and attempts that failed.

None takes a message of the quota. The first three count towards the person's cap and the
operator's; a failed attempt brought the person nothing and is the operator's alone.
"""

from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import operator_cap, spending
from backend.billing.spending import utc_day
from backend.billing.tables import charges
from backend.db import insert_new

Purpose: TypeAlias = Literal["attempt", "title", "suggest", "speech"]

_END: Final = (
    sa.update(charges)
    .where(
        charges.c.user_id == sa.bindparam("user"),
        charges.c.id == sa.bindparam("charge"),
        charges.c.state == "held",
    )
    .values(
        state=sa.bindparam("outcome"),
        ended_at=sa.bindparam("now", type_=charges.c.ended_at.type),
        cost_micro_dollars=sa.bindparam("cost", type_=sa.BigInteger),
        cost_estimated=sa.bindparam("guessed", type_=sa.Boolean),
    )
    .returning(charges.c.day, charges.c.held_micro_dollars, charges.c.operator_held)
)


_THEIRS: Final = sa.select(
    charges.c.begun_at,
    charges.c.model_id,
    charges.c.conversation_id,
    charges.c.cost_micro_dollars,
    charges.c.cost_estimated,
).where(
    charges.c.user_id == sa.bindparam("user"),
    charges.c.begun_at >= sa.bindparam("since", type_=charges.c.begun_at.type),
    charges.c.purpose != "attempt",
    charges.c.cost_micro_dollars > 0,
)


class Charge(Struct, frozen=True, kw_only=True):
    """One call: for whom and what, and who is paid for it."""

    user_id: int
    id: UUID
    purpose: Purpose
    provider: str
    model_id: str
    conversation_id: UUID | None = None


class Charged(Struct, frozen=True):
    """What one call of the person's has cost; speech is in no conversation yet."""

    at: datetime
    model_id: str
    conversation_id: UUID | None
    cost_micro_dollars: int
    estimated: bool


async def charged(db: AsyncConnection, user_id: int, since: datetime) -> list[Charged]:
    """What was charged for the person since then, besides answers."""
    return [Charged(*row) for row in await db.execute(_THEIRS, {"user": user_id, "since": since})]


async def hold(
    db: AsyncConnection, charge: Charge, most: int | None, daily_cap: int | None, now: datetime
) -> None:
    """Hold the most that the call may cost (None: not known), before it goes out.

    Raises:
        SpendingCapReached, OperatorCapReached: so much is not left.
        ModelPriceUnknown: there is a cap, and no price.
    """
    day = await spending.hold(db, charge.user_id, most, now)
    by_operator = daily_cap is not None and most != 0
    await _insert(db, charge, now, day=day, state="held", held=most or 0, by_operator=by_operator)
    if daily_cap is not None and by_operator:
        await operator_cap.hold(db, day, spending.known(most), daily_cap, now)


async def settle(
    db: AsyncConnection, user_id: int, charge_id: UUID, cost: int, now: datetime, *, guessed: bool
) -> bool:
    """End what is held at its cost; False if nothing is held any more. `guessed`: counted here."""
    return await _end(db, user_id, charge_id, "settled", cost, now, guessed=guessed)


async def release(db: AsyncConnection, user_id: int, charge_id: UUID, now: datetime) -> bool:
    """Give back what is held: nothing was charged. False if nothing is held any more."""
    return await _end(db, user_id, charge_id, "released", 0, now, guessed=False)


async def record(
    db: AsyncConnection, charge: Charge, cost: int, now: datetime, *, guessed: bool
) -> None:
    """Keep a charge for which nothing was held. Repeats change nothing."""
    if cost <= 0:
        return
    day = utc_day(now)
    written = await _insert(db, charge, now, day=day, state="settled", cost=cost, guessed=guessed)
    if not written:
        return
    if charge.purpose != "attempt":
        day = await spending.spend(db, charge.user_id, cost, now)
    await operator_cap.count(db, day, cost)


async def release_abandoned(db: AsyncConnection, before: datetime, now: datetime) -> int:
    """Give back what has been held since before `before`: whoever held it is gone."""
    found = await db.execute(
        sa.select(charges.c.user_id, charges.c.id).where(
            charges.c.state == "held", charges.c.begun_at < before
        )
    )
    return sum([await release(db, user_id, one, now) for user_id, one in found.all()])


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
    await spending.end(db, user_id, row.day, row.held_micro_dollars, cost)
    if row.operator_held:
        await operator_cap.end(db, row.day, row.held_micro_dollars, cost)
    return True


async def _insert(
    db: AsyncConnection,
    charge: Charge,
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
        insert_new(db, charges),
        {
            "user_id": charge.user_id,
            "id": charge.id,
            "purpose": charge.purpose,
            "state": state,
            "conversation_id": charge.conversation_id,
            "provider": charge.provider,
            "model_id": charge.model_id,
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
