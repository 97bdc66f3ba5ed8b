"""The list of a person's conversations, in pages: pinned first, then the latest change first.

Pages are cut by position, not by number, so that a conversation added or moved to the top while
somebody reads on neither repeats nor hides another.
"""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import cursor, sealing
from backend.conversations.schemas import Page
from backend.conversations.tables import conversations
from backend.db import Vault
from backend.errors import InvalidField

MAX_PAGE: Final = 100
DEFAULT_PAGE: Final = 30

_ORDER = (conversations.c.pinned, conversations.c.updated_at, conversations.c.id)
_FIRST = (
    sa.select(conversations)
    .where(conversations.c.user_id == sa.bindparam("owner"), conversations.c.removed_at.is_(None))
    .order_by(*(column.desc() for column in _ORDER))
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_AFTER = _FIRST.where(
    sa.tuple_(*_ORDER)
    < sa.tuple_(
        sa.bindparam("pinned", type_=conversations.c.pinned.type),
        sa.bindparam("updated_at", type_=conversations.c.updated_at.type),
        sa.bindparam("id", type_=conversations.c.id.type),
    )
)


async def list_conversations(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    *,
    after: str | None = None,
    limit: int = DEFAULT_PAGE,
) -> Page:
    """One page of the list; `after` is the cursor of the page before.

    Raises:
        CursorInvalid: not a cursor of ours.
        InvalidField: a limit outside 1 to MAX_PAGE.
    """
    check_limit(limit)
    position = cursor.decode(after) if after is not None else None
    rows = await rows_after(db, user_id, position, limit + 1)
    if not rows:
        return Page((), None)
    items = tuple(await sealing.to_conversations(rows[:limit], db, vault, user_id))
    return Page(items, cursor_of(rows[limit - 1]) if len(rows) > limit else None)


async def rows_after(
    db: AsyncConnection, user_id: int, position: cursor.Position | None, limit: int
) -> list[sa.Row[tuple[UUID, ...]]]:
    """At most `limit` rows of the list, from a position on."""
    values = {"owner": user_id, "limit": limit}
    if position is None:
        return list(await db.execute(_FIRST, values))
    return list(await db.execute(_AFTER, values | _values(position)))


def _values(position: cursor.Position) -> dict[str, object]:
    """The position as the statement's values."""
    return {"pinned": position.pinned, "updated_at": position.updated_at, "id": position.id}


def cursor_of(item: Any) -> str:
    """The cursor of a page that ends with this conversation's row."""
    return cursor.encode(cursor.Position(item.pinned, item.updated_at, item.id))


def check_limit(limit: int) -> None:
    """Raises InvalidField unless a page may have this many conversations."""
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidField(field="limit", limit=MAX_PAGE)
