"""Closes months: books shares, stores statements, and seals the books.

Computing a kept statement again with the terms it keeps must give the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.errors import PeriodClosed, PeriodNotOver
from backend.ledger import ledger
from backend.ledger import movements as m
from backend.ledger.agreements import Agreement, of_partner, settling_terms
from backend.ledger.settlement import compute_statement
from backend.ledger.statements import Statement, carried_into, closed_statement, term_end
from backend.ledger.tables import books, movements, reconciliation, statements

# How long after its end a month is closed by itself: Telegram may report for a day.
RIPENS = timedelta(days=2)

# What the statements of earlier versions had; of those that are numbered, everything is compared.
_FIRST_FIELDS = ("gross_stars", "refunded_stars", "commission_nanostars", "net_nanostars",
                 "carried_out", "share_stars", "top_up_micro_dollars")  # fmt: skip


async def close_months(
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


async def disagreeing(db: AsyncConnection) -> list[tuple[str, str]]:
    """The kept statements (partner, month) that do not follow from the ledger, and those of
    months that are not closed."""
    closed = await ledger.closed_through(db)
    rows = await db.execute(
        sa.select(statements.c.partner, statements.c.month).order_by(statements.c.month)
    )
    kept = [(str(row.partner), str(row.month)) for row in rows]
    return [one for one in kept if one[1] > closed or not await recompute(db, *one)]


async def recompute(db: AsyncConnection, partner: str, month: str) -> bool:
    """Whether a closed statement still follows from the ledger, and its share was booked."""
    kept = await closed_statement(db, partner, month)
    if kept is None or kept.month != month or kept.terms.partner != partner:
        return False
    again = await compute_statement(db, [kept.terms], month, kept.carried_in, kept.term_end)
    if kept.number:
        same = msgspec.structs.replace(again, closed_at=kept.closed_at, number=kept.number) == kept
    else:
        same = all(getattr(again, name) == getattr(kept, name) for name in _FIRST_FIELDS)
    booked = await ledger.entries_of(db, "share", f"{partner}:{month}")
    due = _share(kept)
    return same and booked == (due.entries if due is not None else ())


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
    made: list[Statement] = []
    number = int(await db.scalar(sa.select(sa.func.max(statements.c.number))) or 0)
    for partner in sorted({one.partner for one in agreements}):
        rows = of_partner(agreements, partner)
        if settling_terms(rows, month) is None:
            continue
        carried = await carried_into(db, partner, month)
        computed = await compute_statement(db, rows, month, carried, term_end(rows))
        if not computed.terms.holds_in(month) and _is_empty(computed):
            continue
        number += 1
        made.append(msgspec.structs.replace(computed, closed_at=now, number=number))
    await ledger.post(db, [moved for one in made for moved in _movements(one)], now)
    await db.execute(sa.update(books).values(closed_through=month))
    for one in made:
        await db.execute(
            sa.insert(statements).values(
                partner=one.terms.partner,
                month=month,
                number=one.number,
                document=msgspec.json.encode(one).decode(),
                closed_at=now,
            )
        )
    return made


def _is_empty(one: Statement) -> bool:
    """Whether nothing happened after an agreement's end and nothing is owed."""
    owed = (one.due_stars, one.due_micro_dollars, one.opening_stars, one.opening_micro_dollars)
    return not any((*owed, one.share_stars, one.returned, one.carried_in != one.carried_out))


def _movements(one: Statement) -> list[m.Movement]:
    """What closing a statement books: the share, and agreed payments that fall due."""
    if not one.terms.moves_money:
        return []
    due = enumerate(one.terms.deal.payments)
    moved = [
        m.agreed_payment(
            f"{one.terms.partner}:{one.month}:{number}",
            one.terms.partner,
            _month_end(one.month),
            micro_dollars=payment.micro_dollars,
            by_partner=payment.payer == "partner",
            in_equity=payment.form != "cash",
            recouped=payment.recouped,
        )
        for number, payment in due
        if payment.month == one.month
    ]
    share = _share(one)
    return [*moved, share] if share is not None else moved


def _share(one: Statement) -> m.Movement | None:
    """The movement that gives the partner their share, dated at the month's end."""
    if one.number and not one.terms.moves_money:
        return None
    return m.share(
        one.terms.partner,
        one.month,
        _month_end(one.month),
        stars=one.paid_in_stars,
        exchanged=m.Conversion(one.exchanged_stars, one.terms.micro_dollars_per_star),
        top_up=one.topped_up,
        recouped=one.recouped_micro_dollars,
    )


def _month_end(month: str) -> datetime:
    return ledger.month_start(ledger.month_after(month)) - timedelta(microseconds=1)
