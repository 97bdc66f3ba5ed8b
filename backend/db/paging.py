"""Deletes a person's rows in pages, so that each transaction stays short."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection


class ErasedPage(Struct, frozen=True):
    """The deleted rows: their kind, and their ids in the order of the table's key."""

    what: str
    ids: tuple[UUID, ...]


async def erase_page(
    db: AsyncConnection, table: sa.Table, user_id: int, limit: int, key: str = "id"
) -> ErasedPage | None:
    """Delete the person's first rows of a table by `key`; None: there are none.

    The table's primary key is (user_id, `key`), and it has an `id`.
    """
    mine, position = table.c.user_id == user_id, table.c[key]
    page: sa.Select[Any] = (
        sa.select(table.c.id, position.label("position"))
        .where(mine)
        .order_by(position)
        .limit(limit)
    )
    rows = (await db.execute(page)).all()
    if not rows:
        return None
    # The page is contiguous, so its bounds are enough.
    await db.execute(sa.delete(table).where(mine, position <= rows[-1].position))
    return ErasedPage(str(table.name), tuple(row.id for row in rows))
