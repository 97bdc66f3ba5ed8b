"""The ledger on real databases: what they refuse from any writer, and that the books add up.

Exercises backend/metering/answers.py, backend/ledger/sums.py, backend/ledger/rules.py.
"""

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.db import Database
from backend.ledger import audit, ledger
from backend.ledger import movements as m
from backend.ledger.tables import books, entries, movements
from backend.uuid7 import uuid7

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
POSTGRES_ALONE = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


async def post(database: Database, *booked: m.Movement, now: datetime = NOW) -> None:
    """Book in a transaction of its own."""
    async with database.unit_of_work() as db:
        await ledger.post(db, booked, now)


async def run(database: Database, *statements: str) -> None:
    """Raw statements, as somebody at a database console would write them."""
    async with database.unit_of_work() as db:
        for statement in statements:
            await db.execute(sa.text(statement))


async def test_replay_equals_balances(database: Database) -> None:
    """After many concurrent movements the stored balances equal the sum of the entries."""
    booked = [m.payment(f"person:{n % 7}", n + 1, f"charge{n}", NOW) for n in range(40)]
    sold = [m.sale(f"person:{n % 7}", "pack", n + 1, f"charge{n}", NOW) for n in range(40)]
    await asyncio.gather(*(post(database, *pair) for pair in zip(booked, sold, strict=True)))
    async with database.snapshot() as db:
        kept = await ledger.stored_balances(db)
        assert kept == await ledger.replay(db)
    assert kept == {(m.TELEGRAM, m.STARS): 820, (m.sales("pack"), m.STARS): -820}


@pytest.mark.parametrize("table", ["accounts", "movements", "entries", "conversions"])
@pytest.mark.parametrize("verb", ["update", "delete"])
async def test_rows_are_never_changed(database: Database, table: str, verb: str) -> None:
    """The database refuses to update or delete a ledger row."""
    converted = m.Conversion(10, m.MICRO_DOLLARS_PER_STAR)
    share = m.share("xai", "2026-11", NOW, stars=0, exchanged=converted, top_up=0, recouped=0)
    assert share is not None
    await post(database, share)
    column = {"accounts": "id", "movements": "kind", "entries": "account"}.get(table, "stars")
    statement = (
        f"DELETE FROM ledger_{table}"
        if verb == "delete"
        else f"UPDATE ledger_{table} SET {column} = {column}"
    )
    with pytest.raises(DBAPIError, match="append-only"):
        await run(database, statement)


@POSTGRES_ALONE
async def test_truncate_is_refused(database: Database) -> None:
    """PostgreSQL's TRUNCATE, which does not fire row triggers, is refused as well."""
    with pytest.raises(DBAPIError, match="append-only"):
        await run(database, "TRUNCATE ledger_entries CASCADE")


async def _try(database: Database, amounts: tuple[int, ...], *, seal: bool = True) -> None:
    movement = uuid7(NOW)
    async with database.unit_of_work() as db:
        await ledger.open_accounts(db, ["a"], NOW)
        for line, amount in enumerate(amounts):
            row = {"movement_id": movement, "line": line, "account": "a", "currency": m.STARS}
            await db.execute(sa.insert(entries).values(**row, amount=amount))
        if seal:
            await db.execute(sa.insert(movements).values(_seal(movement)))


async def _add_entries(database: Database, *rows: dict[str, object]) -> None:
    async with database.unit_of_work() as db:
        for row in rows:
            await db.execute(sa.insert(entries).values(**row))


def _seal(movement: object) -> dict[str, object]:
    return {
        "id": movement,
        "kind": "test",
        "reference": str(movement),
        "period": "2026-11",
        "occurred_at": NOW,
        "booked_at": NOW,
    }


@pytest.mark.parametrize("amounts", [(), (1,), (1, -2), (5, -2, -2)])
async def test_unbalanced_is_refused_by_the_database(
    database: Database, amounts: tuple[int, ...]
) -> None:
    """A movement that does not sum to zero is refused, also by raw statements."""
    with pytest.raises(DBAPIError, match="does not balance"):
        await _try(database, amounts)


async def test_entries_without_a_movement_cannot_be_committed(database: Database) -> None:
    """Entries whose movement is never written are rolled back, balanced or not."""
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        await _try(database, (1, -1), seal=False)
    async with database.snapshot() as db:
        assert (await db.execute(sa.select(sa.func.count()).select_from(entries))).scalar() == 0


async def test_nothing_is_added_to_an_existing_movement(database: Database) -> None:
    """A balanced pair of entries cannot be added to an existing movement."""
    await post(database, m.payment("person:a", 5, "charge", NOW))
    async with database.snapshot() as db:
        movement = (await db.execute(sa.select(movements.c.id))).scalar_one()
    row = {"movement_id": movement, "line": 9, "account": m.TELEGRAM, "amount": 1}
    with pytest.raises(DBAPIError, match="stands already"):
        await _add_entries(database, {**row, "currency": m.STARS})


@POSTGRES_ALONE  # SQLite has one writer at a time
async def test_two_writers_of_one_movement_are_caught(database: Database) -> None:
    """On PostgreSQL two concurrent transactions could use one id: the commit checks the sum
    again."""
    movement = uuid4()
    async with database.unit_of_work() as db:
        await ledger.open_accounts(db, ["a"], NOW)
    row = {"movement_id": movement, "account": "a", "currency": m.STARS}

    async def share_an_id() -> None:
        async with database.unit_of_work() as sly:
            await sly.execute(sa.insert(entries).values(**row, line=7, amount=100))
            async with database.unit_of_work() as db:
                await db.execute(sa.insert(entries).values(**row, line=0, amount=1))
                await db.execute(sa.insert(entries).values(**row, line=1, amount=-1))
                await db.execute(sa.insert(movements).values(_seal(movement)))

    with pytest.raises(DBAPIError, match="does not balance"):
        await share_an_id()


async def test_the_same_thing_is_booked_once(database: Database) -> None:
    """(kind, reference) is unique: a payment booked twice concurrently is booked once."""
    paid = m.payment("person:a", 5, "charge", NOW)
    results = await asyncio.gather(
        *(post(database, paid) for _ in range(5)), return_exceptions=True
    )
    assert sum(result is None for result in results) == 1
    async with database.snapshot() as db:
        assert await ledger.balance(db, m.TELEGRAM) == 5
        assert await ledger.replay(db) == await ledger.stored_balances(db)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_replacing_is_refused(database: Database) -> None:
    """SQLite's INSERT OR REPLACE, which deletes without triggers, is refused as well."""
    await post(database, m.payment("person:a", 5, "charge", NOW))
    with pytest.raises(DBAPIError, match="stands already"):
        await run(
            database,
            "INSERT OR REPLACE INTO ledger_movements (id, kind, reference, period, occurred_at,"
            " booked_at) SELECT id, 'other', reference, period, occurred_at, booked_at"
            " FROM ledger_movements",
        )


async def test_closed_months_stay_closed(database: Database) -> None:
    """What happened in a closed month is booked in the next one; a closed month never reopens."""
    async with database.unit_of_work() as db:
        await db.execute(sa.update(books).values(closed_through="2026-11"))
    late = m.payment("person:a", 5, "late", NOW)
    early = m.payment("person:a", 7, "early", NOW - timedelta(days=90))
    await post(database, late, early)
    async with database.snapshot() as db:
        found = (await db.execute(sa.select(movements.c.period))).scalars().all()
    assert set(found) == {"2026-12"}
    with pytest.raises(DBAPIError, match="stays closed"):
        await run(database, "UPDATE ledger_books SET closed_through = '2026-10'")
    with pytest.raises(DBAPIError, match="stays closed"):
        await run(database, "DELETE FROM ledger_books")
    with pytest.raises(DBAPIError, match="period is closed"):
        await _try(database, (1, -1))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("amount", ["'five'", "5.5", "x'05'"])
async def test_sqlite_takes_whole_numbers_only(database: Database, amount: str) -> None:
    """SQLite itself would store texts, fractions or bytes as amounts; the rules refuse them."""
    async with database.unit_of_work() as db:
        await ledger.open_accounts(db, ["a"], NOW)
    with pytest.raises(DBAPIError, match="wrong type"):
        await run(
            database,
            "INSERT INTO ledger_entries (movement_id, line, account, currency, amount)"
            f" VALUES (x'00', 0, 'a', 'XTR', {amount})",
        )


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_orphans_are_refused_or_found(database: Database, tmp_path: Path) -> None:
    """With foreign keys off, entries for a missing account are refused; entries whose movement is
    missing are found by the audit."""
    async with database.unit_of_work() as db:
        await ledger.open_accounts(db, ["a"], NOW)
        assert await audit.faults(db) == []
    write = (
        "INSERT INTO ledger_entries (movement_id, line, account, currency, amount)"
        " VALUES (x'0193f2d4aaaa7bbb8ccc0123456789ab', 0, '{}', 'XTR', 5)"
    )
    (path,) = tmp_path.glob("*.db")
    with sqlite3.connect(path) as raw:
        with pytest.raises(sqlite3.IntegrityError, match="no such account"):
            raw.execute(write.format("nobody"))
        with pytest.raises(sqlite3.IntegrityError, match="without entries"):
            raw.execute("INSERT INTO ledger_balances VALUES ('a', 'XTR', 5)")
        raw.execute(write.format("a"))
    async with database.snapshot() as db:
        assert await audit.faults(db) == [
            "1 entries belong to no movement", "1 movements do not balance",
        ]  # fmt: skip


@pytest.mark.parametrize("period", ["2026-13", "2026-00", "26-11", "never", "2026-10"])
async def test_impossible_periods_are_refused(database: Database, period: str) -> None:
    """Invalid months are refused, and months before the thing happened."""
    movement = uuid7(NOW)
    with pytest.raises(DBAPIError, match=r"impossible|closed"):
        async with database.unit_of_work() as db:
            await ledger.open_accounts(db, ["a"], NOW)
            for line, amount in enumerate((1, -1)):
                row = {"movement_id": movement, "line": line, "account": "a", "currency": m.STARS}
                await db.execute(sa.insert(entries).values(**row, amount=amount))
            await db.execute(sa.insert(movements).values({**_seal(movement), "period": period}))
    with pytest.raises(DBAPIError, match="impossible"):
        await run(database, "UPDATE ledger_books SET closed_through = '9999-99'")


async def test_forged_statements_are_refused(database: Database) -> None:
    """A statement can only be written when its month is being closed, with the next number."""
    forged = (
        "INSERT INTO ledger_statements (partner, month, document, closed_at, number)"
        " VALUES ('xai', '{}', '{{}}', '2026-12-01 00:00:00', {})"
    )
    async with database.unit_of_work() as db:
        await db.execute(sa.update(books).values(closed_through="2026-11"))
    for month, number in (("2026-12", "1"), ("2026-10", "1"), ("2026-11", "NULL")):
        with pytest.raises(DBAPIError, match="month being closed"):
            await run(database, forged.format(month, number))


@POSTGRES_ALONE
@pytest.mark.parametrize("table", ["books", "balances", "statements", "answers"])
async def test_truncate_does_not_reopen_a_month(database: Database, table: str) -> None:
    """PostgreSQL's TRUNCATE is refused on every table of the ledger."""
    with pytest.raises(DBAPIError, match=r"stays closed|append-only"):
        await run(database, f"TRUNCATE ledger_{table} CASCADE")


async def test_balances_stay_with_their_account(database: Database) -> None:
    """A balance cannot be moved to another account or deleted; a forged amount is found."""
    await post(database, m.payment("person:a", 5, "charge", NOW))
    with pytest.raises(DBAPIError, match="balances stay"):
        await run(database, "DELETE FROM ledger_balances")
    with pytest.raises(DBAPIError, match="something else"):
        await run(database, "UPDATE ledger_balances SET currency = 'USD/1e6'")
    await run(database, "UPDATE ledger_balances SET balance = balance + 1")
    async with database.snapshot() as db:
        assert await ledger.replay(db) != await ledger.stored_balances(db)
