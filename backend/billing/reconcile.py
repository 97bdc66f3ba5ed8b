"""Reconciliation: compares our books with Telegram's list of transactions and completes them.

It books what was missed while the bot was down, distinguishes our refunds from chargebacks (for
which no update is sent), and compares the balance. It can be repeated: each transaction is booked
once, and the offset only says where to continue reading.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import booking, mismatches, orders, refunds
from backend.billing.ports import Payment, Refund, Stars, StarTransaction
from backend.billing.tables import inbox
from backend.db import Database, insert
from backend.ledger import ledger
from backend.ledger import movements as m
from backend.ledger.tables import reconciliation

log = structlog.get_logger("tanya.billing")

PAGE = 100
"""Telegram's largest page (getStarTransactions)."""
OVERLAP = 20
"""How many transactions are read again, since those of one second may change their order."""
SETTLING = timedelta(hours=1)
"""How long Telegram may take to list a payment that it told us of."""
ATTEMPTS = 3


class Report(Struct):
    """What a reconciliation did. `balanced` is None when Telegram's balance was not compared."""

    read: int = 0
    booked: int = 0
    reversed: int = 0
    transfers: int = 0
    balanced: bool | None = None


async def reconcile(
    database: Database, stars: Stars, clock: Callable[[], datetime], token: Callable[[], str]
) -> Report:
    """Read everything new and compare the balance. `token` makes codes of gifts found.

    Raises:
        StarsUnavailable: Telegram did not answer; what was read until then stays booked.
    """
    report = Report()
    apart = 0
    for _ in range(ATTEMPTS):
        await _read_all(database, stars, clock, token, report)
        before, theirs = await _ours(database), await _theirs(stars)
        if theirs != before:  # what was paid meanwhile
            await _read_all(database, stars, clock, token, report)
        apart = _apart(before, theirs, await _ours(database))
        report.balanced = apart == 0
        if report.balanced:
            break
    async with database.unit_of_work() as db:
        await _conclude(db, apart, clock())
    log.info("reconciled", read=report.read, booked=report.booked, balanced=report.balanced)
    return report


async def _read_all(
    database: Database,
    stars: Stars,
    clock: Callable[[], datetime],
    token: Callable[[], str],
    report: Report,
) -> None:
    offset = max(0, await _offset(database) - OVERLAP)
    while page := await stars.transactions(offset, PAGE):
        for transaction in page:
            async with database.unit_of_work() as db:
                await _book(db, transaction, clock(), token, report)
        offset += len(page)
        await _advance(database, offset)
        if len(page) < PAGE:
            return


async def _book(
    db: AsyncConnection,
    one: StarTransaction,
    now: datetime,
    token: Callable[[], str],
    report: Report,
) -> None:
    sells = one.partner == "user" and one.transaction_type in (None, "invoice_payment")
    if one.incoming and sells and one.user_id is not None:
        if await _see(db, "payment", one.id, now):
            return
        await _book_payment(db, one.user_id, one, now, token(), report)
        await _see(db, "payment", one.id, now)
    elif not one.incoming and (sells or await ledger.has(db, "payment", one.id)):
        if await _see(db, "reversal", one.id, now):
            return
        await _book_reversal(db, one, now, report)
        await _see(db, "reversal", one.id, now)
    else:
        await _book_transfer(db, one, now, report)
    report.read += 1


async def _book_payment(
    db: AsyncConnection,
    user_id: int,
    one: StarTransaction,
    now: datetime,
    gift_code: str,
    report: Report,
) -> None:
    """Telegram may list a payment with the affiliate's part or without it: both are right."""
    listed = one.stars * m.NANO + one.nanostars
    commission = one.commission_stars * m.NANO + one.commission_nanostars
    expected = await _expected(db, one)
    stars = one.stars
    if expected is not None and expected * m.NANO in (listed, listed + commission):
        stars = expected
    elif await ledger.has(db, "payment", one.id):
        await mismatches.report(db, "payment_amount", one.id, one.stars, now, user_id=user_id)
    payment = Payment(one.id, one.payload or "", orders.CURRENCY, stars, one.at)
    outcome = await booking.paid(db, user_id, payment, now, gift_code)
    report.booked += outcome.state != "repeated"
    if commission:
        await booking.affiliate(
            db, user_id, one.id, one.commission_stars, one.commission_nanostars, now
        )


async def _expected(db: AsyncConnection, one: StarTransaction) -> int | None:
    """What the payment should be: as booked, or as ordered."""
    for entry in await ledger.entries_of(db, "payment", one.id):
        if entry.account == m.TELEGRAM:
            return entry.amount
    order = await orders.find(db, one.payload or "")
    return order.terms.stars if order is not None else None


async def _book_reversal(
    db: AsyncConnection, one: StarTransaction, now: datetime, report: Report
) -> None:
    asked = await refunds.is_ours(db, one.id, one.at)
    user_id = one.user_id or await _payer(db, one.id)
    refund = Refund(one.id, one.payload or "", one.stars, one.at)
    outcome = await booking.given_back(
        db, user_id, refund, now, reason="refund" if asked else "chargeback"
    )
    report.reversed += outcome.state == "booked"


async def _book_transfer(
    db: AsyncConnection, one: StarTransaction, now: datetime, report: Report
) -> None:
    """Book other transfers of our Stars: withdrawals, advertising, gifts to people…."""
    sign = 1 if one.incoming else -1
    reference = f"{one.id}:{'in' if one.incoming else 'out'}"
    if await ledger.has(db, "transfer", reference) or not (one.stars or one.nanostars):
        return
    account = m.WITHDRAWN if one.partner == "fragment" else f"{m.OTHER}:{one.partner}"
    moved = m.transfer(reference, sign * one.stars, sign * one.nanostars, account, one.at)
    await ledger.post(db, [moved], now)
    report.transfers += 1
    if one.partner == "other" and not one.incoming:
        await mismatches.report(db, "unexplained", one.id, one.stars, now, user_id=one.user_id)


async def _payer(db: AsyncConnection, charge_id: str) -> int:
    """Whose payment it was; 0, who is nobody, when they were erased."""
    found = await db.execute(
        sa.select(inbox.c.user_id).where(inbox.c.kind == "payment", inbox.c.reference == charge_id)
    )
    return int(found.scalar_one_or_none() or 0)


async def _see(db: AsyncConnection, kind: str, reference: str, now: datetime) -> bool:
    """Record that Telegram lists it; True if that was known before."""
    row = (
        await db.execute(
            sa.select(inbox.c.seen_at).where(inbox.c.kind == kind, inbox.c.reference == reference)
        )
    ).one_or_none()
    if row is None:
        return False
    if row.seen_at is None:
        await db.execute(
            sa.update(inbox)
            .where(inbox.c.kind == kind, inbox.c.reference == reference)
            .values(seen_at=now)
        )
        await mismatches.resolve(db, "not_at_telegram", reference, now)
        return False
    return True


def _apart(before: int, theirs: int, after: int) -> int:
    """Telegram's balance less ours, in billionths of a Star.

    Where people pay all the time, ours has always moved between the questions. So Telegram's may be
    anything from ours before it was asked to ours after all had been read again; the first
    reconciliation with no payment meanwhile compares exactly.
    """
    return 0 if min(before, after) <= theirs <= max(before, after) else theirs - after


async def _theirs(stars: Stars) -> int:
    balance = await stars.balance()
    return balance.stars * m.NANO + balance.nanostars


async def _ours(database: Database) -> int:
    async with database.snapshot() as db:
        whole = await ledger.balance(db, m.TELEGRAM, m.STARS)
        return whole * m.NANO + await ledger.balance(db, m.TELEGRAM, m.NANOSTARS)


async def _conclude(db: AsyncConnection, apart: int, now: datetime) -> None:
    """Report a balance that differs and payments that Telegram does not list."""
    if apart:
        if not await mismatches.is_open(db, "balance"):
            stars = apart // m.NANO
            await mismatches.report(db, "balance", now.isoformat(), stars, now, user_id=None)
    else:
        await db.execute(sa.update(reconciliation).values(balanced_at=now))
        await mismatches.resolve_code(db, "balance", now)
    unseen = await db.execute(
        sa.select(inbox.c.user_id, inbox.c.reference).where(
            inbox.c.kind == "payment",
            inbox.c.seen_at.is_(None),
            inbox.c.received_at < now - SETTLING,
        )
    )
    for user_id, reference in unseen.all():
        await mismatches.report(db, "not_at_telegram", reference, 0, now, user_id=user_id)


async def _offset(database: Database) -> int:
    async with database.unit_of_work() as db:
        await db.execute(insert(db, reconciliation).values(id=1, offset=0).on_conflict_do_nothing())
        found = await db.execute(sa.select(reconciliation.c.offset))
        return int(found.scalar_one())


async def _advance(database: Database, offset: int) -> None:
    async with database.unit_of_work() as db:
        await db.execute(
            sa.update(reconciliation).where(reconciliation.c.offset < offset).values(offset=offset)
        )
