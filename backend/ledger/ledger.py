"""The ledger: books movements, reads balances, and verifies them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert
from backend.ledger import movements as m
from backend.ledger.movements import Movement
from backend.ledger.tables import (
    accounts,
    balances,
    books,
    conversions,
    entries,
    movements,
)
from backend.uuid7 import uuid7

Holdings = dict[tuple[str, str], int]


def month_of(moment: datetime) -> str:
    """The month (YYYY-MM, UTC) in which `moment` lies."""
    return moment.astimezone(UTC).strftime("%Y-%m")


def month_after(month: str) -> str:
    """The month that follows."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"


def month_start(month: str) -> datetime:
    """The month's first moment, UTC."""
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)


async def post(db: AsyncConnection, booked: Sequence[Movement], now: datetime) -> None:
    """Book movements, all of one transaction together, each in the earliest open month.

    One call per transaction: balances are locked in one order, which prevents deadlocks.

    Raises:
        MovementUnbalanced: one does not sum to zero; nothing was booked.
    """
    for movement in booked:
        m.check(movement)
    if not booked:
        return
    touched = m.totals(entry for movement in booked for entry in movement.entries)
    await open_accounts(db, sorted({account for account, _ in touched}), now)
    # On PostgreSQL the share lock makes a closing wait for us, and us for a closing.
    lock = sa.select(books.c.closed_through).with_for_update(read=True)
    closed = str((await db.execute(lock)).scalar_one())
    for movement in booked:
        await _write(db, movement, closed, now)
    await _add_to_balances(db, touched)


async def has(db: AsyncConnection, kind: str, reference: str) -> bool:
    """Whether this movement is booked."""
    found = await db.execute(
        sa.select(movements.c.id).where(
            movements.c.kind == kind, movements.c.reference == reference
        )
    )
    return found.first() is not None


async def entries_of(db: AsyncConnection, kind: str, reference: str) -> tuple[m.Entry, ...]:
    """The entries of one movement; empty when it is not booked."""
    rows = await db.execute(
        sa.select(entries)
        .join(movements, movements.c.id == entries.c.movement_id)
        .where(movements.c.kind == kind, movements.c.reference == reference)
        .order_by(entries.c.line)
    )
    return tuple(m.Entry(row.account, row.currency, row.amount) for row in rows)


async def closed_through(db: AsyncConnection) -> str:
    """The last closed month, or an empty string."""
    row = await db.execute(sa.select(books.c.closed_through))
    return str(row.scalar_one())


async def balance(db: AsyncConnection, account: str, currency: str = m.STARS) -> int:
    """What an account holds."""
    found = await db.execute(
        sa.select(balances.c.balance).where(
            balances.c.account == account, balances.c.currency == currency
        )
    )
    return int(found.scalar_one_or_none() or 0)


async def stored_balances(db: AsyncConnection) -> Holdings:
    """All balances as kept, without those at zero."""
    rows = await db.execute(sa.select(balances).where(balances.c.balance != 0))
    return {(row.account, row.currency): row.balance for row in rows}


async def replay(db: AsyncConnection) -> Holdings:
    """All balances from the entries alone, without those at zero: must equal the stored ones."""
    total = sa.func.sum(entries.c.amount)
    rows = await db.execute(
        sa.select(entries.c.account, entries.c.currency, total.label("total"))
        .join(movements, movements.c.id == entries.c.movement_id)
        .group_by(entries.c.account, entries.c.currency)
        .having(total != 0)
    )
    return {(row.account, row.currency): int(row.total) for row in rows}


async def open_accounts(db: AsyncConnection, ids: Sequence[str], now: datetime) -> None:
    """Make the accounts that are not there yet."""
    known = set(
        (await db.execute(sa.select(accounts.c.id).where(accounts.c.id.in_(ids)))).scalars()
    )
    if new := [{"id": one, "opened_at": now} for one in ids if one not in known]:
        await db.execute(insert(db, accounts).on_conflict_do_nothing(), new)


async def _write(db: AsyncConnection, movement: Movement, closed: str, now: datetime) -> None:
    """Entries first: the movement's own row is the seal that checks them."""
    movement_id = uuid7(now)
    lines = [
        {
            "movement_id": movement_id,
            "line": line,
            "account": entry.account,
            "currency": entry.currency,
            "amount": entry.amount,
        }
        for line, entry in enumerate(movement.entries)
    ]
    await db.execute(sa.insert(entries), lines)
    month = month_of(movement.occurred_at)
    await db.execute(
        sa.insert(movements).values(
            id=movement_id,
            kind=movement.kind,
            reference=movement.reference,
            period=month if month > closed else month_after(closed),
            occurred_at=movement.occurred_at,
            booked_at=now,
        )
    )
    if (converted := movement.conversion) is not None:
        await db.execute(
            sa.insert(conversions).values(
                movement_id=movement_id,
                stars=converted.stars,
                micro_dollars=converted.micro_dollars,
                micro_dollars_per_star=converted.micro_dollars_per_star,
            )
        )


async def _add_to_balances(db: AsyncConnection, changes: Holdings) -> None:
    statement = insert(db, balances)
    statement = statement.on_conflict_do_update(
        index_elements=["account", "currency"],
        set_={"balance": balances.c.balance + statement.excluded.balance},
    )
    for (account, currency), change in sorted(changes.items()):
        if change:
            row = {"account": account, "currency": currency, "balance": change}
            await db.execute(statement, row)
