"""Credits: messages that a person bought in packs. Each pack keeps what was used of it, and the
oldest is used first, so that giving one pack back never takes another's messages.

The sum stands in the quota's row, where the statement that takes a message reads it. Whoever
changes both locks that row first.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import hot, insert
from backend.metering.spending import ensure_row, utc_day
from backend.metering.tables import credit_packs as packs
from backend.metering.tables import quotas


class CreditPack(Struct, frozen=True):
    """A pack as it was paid for; `is_valid` until its payment is given back."""

    charge_id: str
    credits: int
    paid_at: datetime
    is_valid: bool


_MINE = packs.c.user_id == sa.bindparam("user")
_OLDEST = (
    sa.select(packs.c.charge_id)
    .where(_MINE, packs.c.is_valid, packs.c.used < packs.c.credits)
    .order_by(packs.c.paid_at, packs.c.charge_id)
    .limit(1)
    .scalar_subquery()
)
_USE = hot(
    sa.update(packs)
    .where(_MINE, packs.c.charge_id == _OLDEST)
    .values(used=packs.c.used + 1)
    .returning(packs.c.charge_id)
)
_RETURN = hot(
    sa.update(packs)
    .where(_MINE, packs.c.charge_id == sa.bindparam("pack"), packs.c.used > 0)
    .values(used=packs.c.used - 1)
)
_SUM = hot(
    sa.update(quotas)
    .where(quotas.c.user_id == sa.bindparam("user"))
    .values(
        credits=sa.select(sa.func.coalesce(sa.func.sum(packs.c.credits - packs.c.used), 0))
        .where(_MINE, packs.c.is_valid)
        .scalar_subquery()
    )
)


async def keep_packs(
    db: AsyncConnection, user_id: int, bought: Sequence[CreditPack], now: datetime
) -> None:
    """Set the packs to those of the person's payments; their used messages are kept."""
    await ensure_row(db, user_id, utc_day(now))
    await _lock_quota(db, user_id)
    for pack in bought:
        statement = insert(db, packs).values(
            user_id=user_id,
            charge_id=pack.charge_id,
            credits=pack.credits,
            used=0,
            paid_at=pack.paid_at,
            is_valid=pack.is_valid,
        )
        await db.execute(
            statement.on_conflict_do_update(
                index_elements=["user_id", "charge_id"], set_={"is_valid": pack.is_valid}
            )
        )
    await db.execute(_SUM, {"user": user_id})


async def use_credit(db: AsyncConnection, user_id: int) -> str | None:
    """Count one message against the oldest pack that has any left; the pack's charge."""
    charge_id: str | None = (await db.execute(_USE, {"user": user_id})).scalar_one_or_none()
    return charge_id


async def return_credit(db: AsyncConnection, user_id: int, charge_id: str) -> None:
    """Give a message back to its pack. A pack that was given back itself stays without any."""
    await db.execute(_RETURN, {"user": user_id, "pack": charge_id})
    await db.execute(_SUM, {"user": user_id})


async def left_in_packs(db: AsyncConnection, user_id: int) -> dict[str, int]:
    """What each valid pack has left, by its charge."""
    rows = await db.execute(
        sa.select(packs.c.charge_id, packs.c.credits - packs.c.used).where(
            packs.c.user_id == user_id, packs.c.is_valid
        )
    )
    return {charge_id: int(left) for charge_id, left in rows}


async def _lock_quota(db: AsyncConnection, user_id: int) -> None:
    await db.execute(
        sa.update(quotas).where(quotas.c.user_id == user_id).values(credits=quotas.c.credits)
    )
