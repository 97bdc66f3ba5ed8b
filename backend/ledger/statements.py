"""Partners' statements: a month's revenue, what is shared of it, and what is owed.

`settlement.py` computes a statement from the ledger alone; `closing.py` keeps it when the month is
closed.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.ledger import movements as m
from backend.ledger.agreements import Agreement
from backend.ledger.revenue import Revenue
from backend.ledger.tables import statements

# A share is whole Stars; what is left over is carried into the next month, in these parts.
PARTS = 10_000 * m.NANO


class SharedRevenue(Struct, frozen=True):
    """A month's revenue of the sales of one month, and what of it is shared.

    `answers` of `all_answers` are the partner's where the share goes by answers; else both are 1.
    """

    revenue: Revenue
    share_basis_points: int
    answers: int = 1
    all_answers: int = 1

    @property
    def parts(self) -> int:
        """The share, in `PARTS` of a Star."""
        whole = self.revenue.net_nanostars * self.share_basis_points
        return whole * self.answers // self.all_answers if self.all_answers else 0


class Statement(Struct, frozen=True, kw_only=True):
    """One month with one partner. Amounts may be negative when refunds exceed sales.

    `shared`: the revenue by the month of its sales, each under that month's terms.
    `held_nanostars`: net revenue that Telegram still held when the month ended; it can be had
    from `hold_ends`. `carried_in` and `carried_out`: fractions of a Star of share.
    The share is `share_stars`, of which `exchanged_stars` are paid as dollars at the rate.
    `recouped_micro_dollars`: what of the share is kept back against an advance.
    `agreed_micro_dollars`: what falls due apart from shares; positive is owed to the partner.
    `opening_*` is owed to the partner when the month begins, `paid_out_*` was paid in it.
    `term_end`: the last month of all of the partner's terms, None if they run on.
    """

    month: str
    terms: Agreement
    number: int = 0
    shared: tuple[SharedRevenue, ...] = ()
    gross_stars: int
    refunded_stars: int
    commission_nanostars: int
    net_nanostars: int
    sold: int = 0
    returned: int = 0
    held_nanostars: int
    hold_ends: datetime
    carried_in: int
    carried_out: int
    share_stars: int
    exchanged_stars: int
    top_up_micro_dollars: int
    term_top_up_micro_dollars: int = 0
    recouped_micro_dollars: int = 0
    agreed_micro_dollars: int = 0
    opening_stars: int = 0
    opening_micro_dollars: int = 0
    paid_out_stars: int = 0
    paid_out_micro_dollars: int = 0
    provider_cost_micro_dollars: int
    term_end: str | None = None
    closed_at: datetime | None = None

    @property
    def net_micro_dollars(self) -> int:
        """Net revenue at the rate, rounded down to a whole micro-dollar."""
        return self.net_nanostars * self.terms.micro_dollars_per_star // m.NANO

    @property
    def share_micro_dollars(self) -> int:
        """The whole share at the rate, top-ups included."""
        return self.share_stars * self.terms.micro_dollars_per_star + self.topped_up

    @property
    def topped_up(self) -> int:
        """What was missing to the month's and the term's minimum, in micro-dollars."""
        return self.top_up_micro_dollars + self.term_top_up_micro_dollars

    @property
    def paid_in_stars(self) -> int:
        """The part of the share that is paid as Stars."""
        return self.share_stars - self.exchanged_stars

    @property
    def paid_in_micro_dollars(self) -> int:
        """The part of the share that is paid as dollars, top-ups included, before recouping."""
        return self.exchanged_stars * self.terms.micro_dollars_per_star + self.topped_up

    @property
    def margin_micro_dollars(self) -> int:
        """What stays with the operator."""
        return self.net_micro_dollars - self.share_micro_dollars - self.provider_cost_micro_dollars

    @property
    def due_stars(self) -> int:
        """The Stars that are owed to the partner when the month ends."""
        share = self.paid_in_stars if self.terms.moves_money else 0
        return self.opening_stars + share - self.paid_out_stars

    @property
    def due_micro_dollars(self) -> int:
        """The dollars that are owed to the partner when the month ends; negative: by them."""
        moved = 0
        if self.terms.moves_money:
            moved = self.paid_in_micro_dollars - self.recouped_micro_dollars
            moved += self.agreed_micro_dollars
        return self.opening_micro_dollars + moved - self.paid_out_micro_dollars


def term_end(rows: Sequence[Agreement]) -> str | None:
    """The last month of a partner's terms; None if they run on."""
    ends = [one.last_month for one in rows]
    return None if None in ends else max(one for one in ends if one is not None)


async def closed_statement(db: AsyncConnection, partner: str, month: str) -> Statement | None:
    """The statement that was kept when the month closed."""
    document = (
        await db.execute(
            sa.select(statements.c.document).where(
                statements.c.partner == partner, statements.c.month == month
            )
        )
    ).scalar_one_or_none()
    return msgspec.json.decode(document, type=Statement) if document is not None else None


async def kept_statements(db: AsyncConnection, partner: str, before: str) -> list[Statement]:
    """A partner's closed statements before a month, oldest first."""
    rows = await db.execute(
        sa.select(statements.c.document)
        .where(statements.c.partner == partner, statements.c.month < before)
        .order_by(statements.c.month)
    )
    return [msgspec.json.decode(document, type=Statement) for document in rows.scalars()]


async def carried_into(db: AsyncConnection, partner: str, month: str) -> int:
    """The fraction that the last closed statement before the month left over."""
    kept = await kept_statements(db, partner, month)
    return kept[-1].carried_out if kept else 0
