"""Export and erasure of a person's files."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import ErasedPage, Vault
from backend.files import store
from backend.files.schemas import File
from backend.files.tables import attachments, files

ERASE_PAGE = 50
"""How many files are deleted at a time: each may have megabytes."""

_ALL = sa.select(files.c.id).where(files.c.user_id == sa.bindparam("owner")).order_by(files.c.id)


async def export(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[File, str, bytes]]:
    """Every file with its text and content, oldest first; one at a time in memory."""
    for file_id in (await db.execute(_ALL, {"owner": user_id})).scalars().all():
        yield await store.read(db, vault, user_id, file_id)


async def attached_to(
    db: AsyncConnection, user_id: int, message_ids: Sequence[UUID]
) -> dict[UUID, list[UUID]]:
    """The ids of the files of some messages, by message, in their order."""
    found = (
        sa.select(attachments.c.message_id, attachments.c.file_id)
        .where(attachments.c.user_id == user_id, attachments.c.message_id.in_(message_ids))
        .order_by(attachments.c.message_id, attachments.c.position)
    )
    gathered: dict[UUID, list[UUID]] = {}
    for row in await db.execute(found):
        gathered.setdefault(row.message_id, []).append(row.file_id)
    return gathered


async def file_ids(db: AsyncConnection, user_id: int) -> tuple[UUID, ...]:
    """The ids of all of a person's files, oldest first."""
    return tuple((await db.execute(_ALL, {"owner": user_id})).scalars())


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's files."""
    await db.execute(sa.delete(attachments).where(attachments.c.user_id == user_id))
    await store.erase(db, user_id)


async def erase_some(db: AsyncConnection, user_id: int) -> ErasedPage | None:
    """Delete the next of a person's files; None if there are none. Files in messages are deleted
    last, after the messages."""
    await db.execute(sa.delete(attachments).where(attachments.c.user_id == user_id))
    gone = await store.erase(db, user_id, ERASE_PAGE)
    return ErasedPage("files", gone) if gone else None
