"""A person's right to a copy of what they handed over, and to have it gone."""

from collections.abc import AsyncIterator

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.sources import store
from backend.sources.schemas import File
from backend.sources.tables import attachments, files

_ALL = sa.select(files.c.id).where(files.c.user_id == sa.bindparam("owner")).order_by(files.c.id)


async def export(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[File, str, bytes]]:
    """Every file with its text and content, oldest first; one at a time in memory."""
    for file_id in (await db.execute(_ALL, {"owner": user_id})).scalars().all():
        yield await store.read(db, vault, user_id, file_id)


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's files."""
    await db.execute(sa.delete(attachments).where(attachments.c.user_id == user_id))
    await db.execute(sa.delete(files).where(files.c.user_id == user_id))
