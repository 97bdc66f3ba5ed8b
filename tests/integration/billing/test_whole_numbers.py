"""Columns that count money, messages or people only accept whole numbers, in SQLite too.

Exercises backend/db/whole_numbers.py.
"""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from backend.db import Database
from backend.tables import metadata

COUNTED = [
    pytest.param(table, column.name, id=f"{table.name}.{column.name}")
    for table in metadata.sorted_tables
    if table.name.startswith(("ledger_", "billing_"))
    for column in table.columns
    if isinstance(column.type, sa.Integer)
]


REFUSED = r"no whole number|wrong type|ledger: |datatype mismatch"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column"), COUNTED)
async def test_text_fractions_and_bytes_are_refused(
    database: Database, table: sa.Table, column: str
) -> None:
    """The database itself refuses text, fractions and bytes. The single row of the books cannot be
    inserted again."""
    for wrong in ("'five'", "5.5", "x'05'"):
        statement = f'INSERT INTO {table.name} ("{column}") VALUES ({wrong})'
        if table.name == "ledger_books":
            statement = f"UPDATE ledger_books SET id = {wrong}"
        with pytest.raises(DBAPIError, match=REFUSED):
            async with database.unit_of_work() as db:
                await db.execute(sa.text(statement))


def test_every_table_with_amounts_is_covered() -> None:
    """The list of columns follows from the existing tables."""
    assert len(COUNTED) > 30


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_every_connection_checks_foreign_keys(database: Database) -> None:
    """Writing and reading connections do, also when used concurrently."""

    async def reads() -> int:
        async with database.snapshot() as db:
            await asyncio.sleep(0.05)
            return int((await db.execute(sa.text("PRAGMA foreign_keys"))).scalar_one())

    assert await asyncio.gather(*(reads() for _ in range(4))) == [1] * 4
    async with database.unit_of_work() as db:
        assert (await db.execute(sa.text("PRAGMA foreign_keys"))).scalar_one() == 1
        with pytest.raises(DBAPIError, match="no such account"):
            await db.execute(
                sa.text(
                    "INSERT INTO ledger_entries (movement_id, line, account, currency, amount)"
                    " VALUES (x'00', 0, 'nobody', 'XTR', 1)"
                )
            )
