"""The ledger's rules by migration equal those of freshly created tables, and a downgrade removes
them."""

import sqlalchemy as sa

from backend.db import Database
from backend.db.migrate import migrate
from tests.fixtures.postgres import PostgresServer

_RULES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
}


async def rules(database: Database) -> list[str]:
    """The triggers that a database has."""
    async with database.snapshot() as db:
        return sorted((await db.execute(sa.text(_RULES[database.dialect]))).scalars())


async def test_migrated_rules_equal_created_ones(
    database: Database, tmp_path: object, request: object
) -> None:
    """After up, down and up the triggers equal those of a fresh database, and the books have their
    row."""
    expected = await rules(database)
    assert len(expected) > 10
    if database.dialect == "sqlite":
        other = Database.open(f"sqlite:///{tmp_path}/migrated.db")
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")  # type: ignore[attr-defined]
        other = Database.open(await server.fresh_database())
    await migrate(other)
    assert await rules(other) == expected
    await migrate(other, "0001")
    assert await rules(other) == []
    await migrate(other)
    assert await rules(other) == expected
    async with other.snapshot() as db:
        row = await db.execute(sa.text("SELECT count(*) FROM ledger_books"))
        assert row.scalar_one() == 1
    await migrate(other, "base")
    await other.close()
