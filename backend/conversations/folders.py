"""Folders: at most one per conversation, with a name that the person gives.

A folder is only the name that its conversations have, sealed in each like its title: it disappears
with the last of them.
"""

from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import cursor, listing, sealing
from backend.conversations.schemas import MAX_FOLDER, Conversation, Page
from backend.conversations.tables import conversations
from backend.db import Vault
from backend.errors import ConversationNotFound, InvalidField

MAX_SHOWN: Final = 100
"""How many folders are listed."""

_BATCH = 100
_MAX_SCANNED = 2_000
_OWN = (
    conversations.c.user_id == sa.bindparam("owner"),
    conversations.c.removed_at.is_(None),
)
_SET = (
    sa.update(conversations)
    .where(*_OWN, conversations.c.id == sa.bindparam("conversation"))
    .values(folder=sa.bindparam("sealed", type_=conversations.c.folder.type))
)
_NAMES = sa.select(conversations.c.id, conversations.c.folder).where(
    *_OWN, conversations.c.folder.is_not(None), conversations.c.expires_at.is_(None)
)


async def set_folder(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID, folder: str | None
) -> None:
    """Put a conversation into a folder, which need not exist yet; None or a blank name removes it
    from its folder.

    Raises:
        ConversationNotFound.
        InvalidField: a name of more than MAX_FOLDER characters.
    """
    name = " ".join((folder or "").split())
    if len(name) > MAX_FOLDER:
        raise InvalidField(field="folder", limit=MAX_FOLDER)
    cipher = await vault.cipher(db, user_id, conversation_id)
    sealed = sealing.seal_folder(cipher, conversation_id, name) if name else None
    change = {"owner": user_id, "conversation": conversation_id, "sealed": sealed}
    if (await db.execute(_SET, change)).rowcount == 0:
        raise ConversationNotFound


async def folder_names(db: AsyncConnection, vault: Vault, user_id: int) -> list[str]:
    """The folders that contain a conversation, by name, at most MAX_SHOWN."""
    rows = (await db.execute(_NAMES, {"owner": user_id})).all()
    if not rows:
        return []
    cipher = await vault.cipher(db, user_id)
    names = {sealing.open_folder(cipher, row.id, row.folder) or "" for row in rows}
    return sorted(names, key=str.casefold)[:MAX_SHOWN]


async def list_folder(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    folder: str,
    *,
    after: str | None = None,
    limit: int = listing.DEFAULT_PAGE,
) -> Page:
    """The conversations of a folder in the list's order. A page may be short, or empty, with a
    cursor: then the end of the list is not reached yet.

    Raises:
        CursorInvalid, InvalidField: as the list does.
    """
    listing.check_limit(limit)
    position = cursor.decode(after) if after is not None else None
    found, scanned = list[Conversation](), 0
    while rows := await listing.rows_after(db, user_id, position, _BATCH):
        scanned += len(rows)
        for row in rows:
            position = cursor.Position(row.pinned, row.updated_at, row.id)
            if row.folder is None or row.expires_at is not None:
                continue
            cipher = await vault.cipher(db, user_id)
            if sealing.open_folder(cipher, row.id, row.folder) == folder:
                found.append(sealing.to_conversation(row, cipher))
            if len(found) == limit:
                return Page(tuple(found), cursor.encode(position))
        if len(rows) < _BATCH:
            break
        if scanned >= _MAX_SCANNED and position is not None:
            return Page(tuple(found), cursor.encode(position))
    return Page(tuple(found), None)
