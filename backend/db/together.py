"""Several changes at once, where each round trip to the database counts."""

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db.direct_postgres import Change, PostgresConnection


async def change_together(db: AsyncConnection, *changes: Change) -> list[int]:
    """Run hot statements that give no rows; how many rows each has changed.

    On PostgreSQL they are one statement: none sees what another writes, so no two of them may
    change the same row.

    Raises:
        DBAPIError: as when they run one after the other.
    """
    if isinstance(db, PostgresConnection):
        counts = await db.change_together(changes)
        if counts is not None:
            return counts
    return [(await db.execute(statement, dict(values))).rowcount for statement, values in changes]
