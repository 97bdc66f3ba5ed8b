"""Partners' statements: a month's revenue, what is shared of it, and the closing of months.

A statement is computed from the ledger alone. Closing a month books the share, keeps the
statement and shuts the books behind it; computing it again with the terms it keeps must agree.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import ledger
from backend.billing import movements as m
from backend.billing.agreements import Agreement
from backend.billing.ledger_tables import books, entries, movements, statements
from backend.billing.tables import reconciliation
from backend.errors import PeriodClosed, PeriodNotOver

# A share is whole Stars; what is left over is carried into the next month, in these parts.
PARTS = 10_000 * m.NANO


# How long after its end a month is closed by itself: Telegram may report for a day.
RIPENS = timedelta(days=2)


class Statement(Struct, frozen=True, kw_only=True):
    """One month with one partner. Amounts may be negative when refunds exceed sales.

    `held_nanostars`: net revenue that Telegram still held when the month ended; it can be had
    from `hold_ends`. `carried_in` and `carried_out`: fractions of a Star of share.
    The share is `share_stars`, of which `exchanged_stars` are paid as dollars at the rate.
    `margin_micro_dollars`: net less share, top-up and provider cost.
    """

    month: str
    terms: Agreement
    gross_stars: int
    refunded_stars: int
    commission_nanostars: int
    net_nanostars: int
    held_nanostars: int
    hold_ends: datetime
    carried_in: int
    carried_out: int
    share_stars: int
    exchanged_stars: int
    top_up_micro_dollars: int
    provider_cost_micro_dollars: int
    closed_at: datetime | None = None

    @property
    def net_micro_dollars(self) -> int:
        """Net revenue at the rate, rounded down to a whole micro-dollar."""
        return self.net_nanostars * self.terms.micro_dollars_per_star // m.NANO

    @property
    def share_micro_dollars(self) -> int:
        """The whole share at the rate, top-up included."""
        return self.share_stars * self.terms.micro_dollars_per_star + self.top_up_micro_dollars

    @property
    def paid_in_stars(self) -> int:
        """The part of the share that is paid as Stars."""
        return self.share_stars - self.exchanged_stars

    @property
    def paid_in_micro_dollars(self) -> int:
        """The part of the share that is paid as dollars, top-up included."""
        exchanged = self.exchanged_stars * self.terms.micro_dollars_per_star
        return exchanged + self.top_up_micro_dollars

    @property
    def margin_micro_dollars(self) -> int:
        """What stays with the operator."""
        return self.net_micro_dollars - self.share_micro_dollars - self.provider_cost_micro_dollars


async def statement(db: AsyncConnection, agreement: Agreement, month: str) -> Statement:
    """The month's statement: as it was closed, or as it stands now."""
    kept = await closed_statement(db, agreement.partner, month)
    if kept is not None:
        return kept
    return await compute(db, agreement, month, await _carried_into(db, agreement.partner, month))


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


async def recompute(db: AsyncConnection, partner: str, month: str) -> bool:
    """Does a closed statement still follow from the ledger, and did its share get booked?"""
    kept = await closed_statement(db, partner, month)
    if kept is None:
        return False
    again = await compute(db, kept.terms, month, kept.carried_in)
    booked = await ledger.entries_of(db, "share", f"{partner}:{month}")
    due = _share(kept)
    return msgspec.structs.replace(again, closed_at=kept.closed_at) == kept and booked == (
        due.entries if due is not None else ()
    )


async def disagreeing(db: AsyncConnection) -> list[tuple[str, str]]:
    """The closed statements (partner, month) that no longer follow from the ledger."""
    rows = await db.execute(
        sa.select(statements.c.partner, statements.c.month).order_by(statements.c.month)
    )
    kept = [(partner, month) for partner, month in rows]
    return [one for one in kept if not await recompute(db, *one)]


async def compute(
    db: AsyncConnection, agreement: Agreement, month: str, carried_in: int
) -> Statement:
    """The month's statement from the ledger's entries alone."""
    sums = await _sums(db, month)
    sales = [m.sales(kind) for kind in agreement.sells]
    gross = -sum(sums.get((account, m.STARS), 0) for account in sales)
    refunded = sum(sums.get((m.returns(kind), m.STARS), 0) for kind in agreement.sells)
    commission = sum(
        sums.get((m.commissions(kind), m.STARS), 0) * m.NANO
        + sums.get((m.commissions(kind), m.NANOSTARS), 0)
        for kind in agreement.sells
    )
    net = (gross - refunded) * m.NANO - commission
    share, carried_out = divmod(net * agreement.share_basis_points + carried_in, PARTS)
    worth = share * agreement.micro_dollars_per_star
    end = ledger.month_start(ledger.month_after(month))
    return Statement(
        month=month,
        terms=agreement,
        gross_stars=gross,
        refunded_stars=refunded,
        commission_nanostars=commission,
        net_nanostars=net,
        held_nanostars=await _held(db, agreement, month, end),
        hold_ends=end + timedelta(days=agreement.hold_days),
        carried_in=carried_in,
        carried_out=carried_out,
        share_stars=share,
        exchanged_stars=share - share * agreement.stars_percent // 100,
        top_up_micro_dollars=_top_up(agreement.minimum_micro_dollars, worth),
        provider_cost_micro_dollars=sums.get((m.costs(agreement.provider), m.MICRO_DOLLARS), 0),
    )


def _top_up(minimum: int, worth: int) -> int:
    """What is missing to the guarantee. Without one, a negative share stays negative."""
    return max(0, minimum - worth) if minimum else 0


async def close(
    db: AsyncConnection, agreements: Sequence[Agreement], month: str, now: datetime
) -> tuple[Statement, ...]:
    """Close every open month through `month`: book shares, keep statements, shut the books.

    Raises:
        PeriodNotOver: the month has not ended.
        PeriodClosed: it is closed already.
    """
    if now < ledger.month_start(ledger.month_after(month)):
        raise PeriodNotOver(month=month)
    # The lock makes movements under way finish first, and later ones see the closing.
    locked = await db.execute(sa.select(books.c.closed_through).with_for_update())
    closed = str(locked.scalar_one())
    if month <= closed:
        raise PeriodClosed(month=month)
    made: list[Statement] = []
    for one in await _open_months(db, agreements, closed, month):
        made.extend(await _close_month(db, agreements, one, now))
    return tuple(made)


async def ripe_month(db: AsyncConnection, now: datetime) -> str | None:
    """The last month, if it ended `RIPENS` ago, is open, and the books agreed with Telegram's
    after its end; None otherwise.
    """
    end = ledger.month_start(ledger.month_of(now))
    month = ledger.month_of(end - timedelta(seconds=1))
    if now < end + RIPENS or month <= await ledger.closed_through(db):
        return None
    balanced = (await db.execute(sa.select(reconciliation.c.balanced_at))).scalar_one_or_none()
    return month if balanced is not None and balanced >= end else None


async def _open_months(
    db: AsyncConnection, agreements: Sequence[Agreement], closed: str, month: str
) -> list[str]:
    """The months to close: from the one after the last closed, or from the first with anything."""
    first_booked = (await db.execute(sa.select(sa.func.min(movements.c.period)))).scalar_one()
    starts = [one.first_month for one in agreements if one.first_month <= month]
    start = ledger.month_after(closed) if closed else min([*starts, first_booked or month, month])
    months = []
    while start <= month:
        months.append(start)
        start = ledger.month_after(start)
    return months


async def _close_month(
    db: AsyncConnection, agreements: Sequence[Agreement], month: str, now: datetime
) -> list[Statement]:
    made = []
    for agreement in agreements:
        if not agreement.holds_in(month):
            continue
        carried = await _carried_into(db, agreement.partner, month)
        computed = await compute(db, agreement, month, carried)
        made.append(msgspec.structs.replace(computed, closed_at=now))
    shares = [movement for one in made if (movement := _share(one)) is not None]
    await ledger.post(db, shares, now)
    for one in made:
        await db.execute(
            sa.insert(statements).values(
                partner=one.terms.partner,
                month=month,
                document=msgspec.json.encode(one).decode(),
                closed_at=now,
            )
        )
    await db.execute(sa.update(books).values(closed_through=month))
    return made


def _share(one: Statement) -> m.Movement | None:
    """The movement that gives the partner their share, dated at the month's end."""
    at = ledger.month_start(ledger.month_after(one.month)) - timedelta(microseconds=1)
    return m.share(
        one.terms.partner,
        one.month,
        at,
        stars=one.paid_in_stars,
        exchanged=m.Conversion(one.exchanged_stars, one.terms.micro_dollars_per_star),
        top_up=one.top_up_micro_dollars,
    )


async def _sums(db: AsyncConnection, month: str) -> ledger.Holdings:
    """What each account gained in the month."""
    rows = await db.execute(
        sa.select(entries.c.account, entries.c.currency, sa.func.sum(entries.c.amount))
        .join(movements, movements.c.id == entries.c.movement_id)
        .where(movements.c.period == month)
        .group_by(entries.c.account, entries.c.currency)
    )
    return {(account, currency): int(total) for account, currency, total in rows}


async def _held(db: AsyncConnection, agreement: Agreement, month: str, end: datetime) -> int:
    """The month's net revenue that was younger than the hold when the month ended."""
    back = movements.alias()
    young = (
        sa.select(movements.c.reference)
        .join(entries, entries.c.movement_id == movements.c.id)
        .where(
            movements.c.kind == "sale",
            movements.c.period == month,
            movements.c.occurred_at >= end - timedelta(days=agreement.hold_days),
            entries.c.account.in_([m.sales(kind) for kind in agreement.sells]),
            ~sa.exists().where(
                back.c.kind == "return",
                back.c.reference == movements.c.reference,
                back.c.period <= month,
            ),
        )
    )
    accounts = [m.sales(kind) for kind in agreement.sells]
    accounts += [m.commissions(kind) for kind in agreement.sells]
    rows = await db.execute(
        sa.select(entries.c.currency, sa.func.sum(entries.c.amount))
        .join(movements, movements.c.id == entries.c.movement_id)
        .where(
            movements.c.kind.in_(("sale", "commission")),
            movements.c.period == month,
            movements.c.reference.in_(young),
            entries.c.account.in_(accounts),
        )
        .group_by(entries.c.currency)
    )
    sums = {row[0]: int(row[1]) for row in rows}
    return -(sums.get(m.STARS, 0) * m.NANO + sums.get(m.NANOSTARS, 0))


async def _carried_into(db: AsyncConnection, partner: str, month: str) -> int:
    """The fraction that the last closed statement before the month left over."""
    document = (
        await db.execute(
            sa.select(statements.c.document)
            .where(statements.c.partner == partner, statements.c.month < month)
            .order_by(statements.c.month.desc())
            .limit(1)
        )
    ).scalar_one_or_none()
    return msgspec.json.decode(document, type=Statement).carried_out if document else 0
