"""A month's revenue by the month of its sales, so that refunds are settled under the terms under
which the sale was shared."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.ledger import ledger
from backend.ledger import movements as m
from backend.ledger.agreements import Agreement
from backend.ledger.tables import answers, entries, movements


class Revenue(Struct, frozen=True):
    """What happened in a month to the sales of `sale_month`, of the kinds that terms name."""

    sale_month: str
    gross_stars: int = 0
    refunded_stars: int = 0
    commission_nanostars: int = 0
    sold: int = 0
    returned: int = 0

    @property
    def net_nanostars(self) -> int:
        """What is left, in billionths of a Star."""
        return (self.gross_stars - self.refunded_stars) * m.NANO - self.commission_nanostars


class ChargeLine(Struct, frozen=True):
    """One movement of one charge in a month: sale, return, commission or commission_back."""

    charge_id: str
    kind: str
    plan_kind: str
    occurred_at: datetime
    sale_month: str
    nanostars: int


_PARTS = ("sale", "return", "commission", "commission_back")


async def charge_lines(db: AsyncConnection, month: str) -> list[ChargeLine]:
    """Everything of the month about charges that were sold, in order of time.

    Amounts are as the operator sees them: sales positive, returns and commissions negative.
    """
    sale = movements.alias()
    rows = await db.execute(
        sa.select(
            movements.c.reference,
            movements.c.kind,
            movements.c.occurred_at,
            sale.c.period.label("sale_month"),
            entries.c.account,
            entries.c.currency,
            entries.c.amount,
        )
        .join(entries, entries.c.movement_id == movements.c.id)
        .join(sale, sa.and_(sale.c.kind == "sale", sale.c.reference == movements.c.reference))
        .where(
            movements.c.period == month,
            movements.c.kind.in_(_PARTS),
            entries.c.account.like("operator:%"),
        )
        .order_by(movements.c.occurred_at, movements.c.reference, movements.c.kind)
    )
    lines: dict[tuple[str, str], ChargeLine] = {}
    for row in rows:
        unit = m.NANO if row.currency == m.STARS else 1
        before = lines.get((row.reference, row.kind))
        lines[row.reference, row.kind] = ChargeLine(
            charge_id=row.reference,
            kind=row.kind,
            plan_kind=m.kind_sold(row.account),
            occurred_at=row.occurred_at,
            sale_month=row.sale_month,
            nanostars=(before.nanostars if before else 0) - row.amount * unit,
        )
    return list(lines.values())


def sum_up(lines: list[ChargeLine], sale_month: str, sells: tuple[str, ...]) -> Revenue:
    """What the lines come to for one month of sales."""
    own = [one for one in lines if one.sale_month == sale_month and one.plan_kind in sells]

    def total(*kinds: str) -> int:
        return sum(one.nanostars for one in own if one.kind in kinds)

    return Revenue(
        sale_month=sale_month,
        gross_stars=total("sale") // m.NANO,
        refunded_stars=-total("return") // m.NANO,
        commission_nanostars=-total("commission", "commission_back"),
        sold=sum(one.kind == "sale" for one in own),
        returned=sum(one.kind == "return" for one in own),
    )


async def held_nanostars(db: AsyncConnection, terms: Agreement, month: str) -> int:
    """The net revenue of the month's sales that was younger than the hold when it ended."""
    since = ledger.month_start(ledger.month_after(month)) - timedelta(days=terms.hold_days)
    lines = [
        one
        for one in await charge_lines(db, month)
        if one.sale_month == month and one.plan_kind in terms.sells
    ]
    returned = {one.charge_id for one in lines if one.kind == "return"}
    young = {
        one.charge_id
        for one in lines
        if one.kind == "sale" and one.occurred_at >= since and one.charge_id not in returned
    }
    return sum(
        one.nanostars
        for one in lines
        if one.charge_id in young and one.kind in ("sale", "commission")
    )


async def answered(db: AsyncConnection, provider: str, month: str) -> tuple[int, int]:
    """How many answers of the month a provider's models gave, also behind a router, and how many
    there were."""
    first = ledger.month_start(month).date()
    last = ledger.month_start(ledger.month_after(month)).date()
    rows = await db.execute(
        sa.select(answers.c.provider, sa.func.sum(answers.c.answers))
        .where(answers.c.day >= first, answers.c.day < last)
        .group_by(answers.c.provider)
    )
    counts = {row[0]: int(row[1]) for row in rows}
    return counts.get(provider, 0), sum(counts.values())


async def counted_days(db: AsyncConnection) -> date | None:
    """The last day whose answers are counted."""
    day: date | None = await db.scalar(sa.select(sa.func.max(answers.c.day)))
    return day
