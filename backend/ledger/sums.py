"""What accounts gained by a month, which statements are made of."""

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.ledger import movements as m
from backend.ledger.tables import entries, movements


class PartnerAccount(Struct, frozen=True):
    """What is owed to a partner when a month begins, and what is paid to them in it."""

    opening_stars: int
    opening_micro_dollars: int
    paid_stars: int
    paid_micro_dollars: int


async def partner_account(db: AsyncConnection, partner: str, month: str) -> PartnerAccount:
    """The partner's account in a month."""
    account = m.partner_account(partner)
    return PartnerAccount(
        opening_stars=-await sum_of(db, account, m.STARS, month),
        opening_micro_dollars=-await sum_of(db, account, m.MICRO_DOLLARS, month),
        paid_stars=await sum_of(db, account, m.STARS, month, kind="payout"),
        paid_micro_dollars=await sum_of(db, account, m.MICRO_DOLLARS, month, kind="payout"),
    )


async def provider_cost(db: AsyncConnection, provider: str, month: str) -> int:
    """What a provider's answers of the month cost, in micro-dollars."""
    return await sum_of(db, m.costs(provider), m.MICRO_DOLLARS, month, kind="cost")


async def sum_of(
    db: AsyncConnection, account: str, currency: str, month: str, kind: str | None = None
) -> int:
    """What an account gained before the month or, with a kind of movement, in it by that kind."""
    when = movements.c.period < month
    if kind is not None:
        when = sa.and_(movements.c.period == month, movements.c.kind == kind)
    total = await db.scalar(
        sa.select(sa.func.sum(entries.c.amount))
        .join(movements, movements.c.id == entries.c.movement_id)
        .where(entries.c.account == account, entries.c.currency == currency, when)
    )
    return int(total or 0)
