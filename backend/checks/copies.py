"""Export and erasure of a person's checks."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.checks import store
from backend.checks.schemas import Check
from backend.checks.tables import checks
from backend.db import ErasedPage, Vault, erase_page

MEMBER: Final = "checks.jsonl"
"""The file's name in an export: one check per line."""
ERASE_PAGE: Final = 500

_IDS: Final = (
    sa.select(checks.c.id).where(checks.c.user_id == sa.bindparam("owner")).order_by(checks.c.id)
)


async def checks_copy(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[str, bytes]]:
    """The checks' part of an export, one at a time in memory."""
    for check_id in (await db.execute(_IDS, {"owner": user_id})).scalars().all():
        check: Check | None = await store.find(db, vault, user_id, check_id)
        if check is not None:
            yield MEMBER, msgspec.json.encode(check.shown) + b"\n"


async def erase_some(db: AsyncConnection, user_id: int) -> ErasedPage | None:
    """Delete the next of a person's checks; None if there are none."""
    return await erase_page(db, checks, user_id, ERASE_PAGE)


async def forget_older(db: AsyncConnection, user_id: int, before: datetime) -> tuple[UUID, ...]:
    """Delete checks of texts that are older, and return their ids; checks of messages are deleted
    with their conversations."""
    old = (
        checks.c.user_id == user_id,
        checks.c.message_id.is_(None),
        checks.c.created_at < before,
        checks.c.state != "running",
    )
    gone = (await db.execute(sa.select(checks.c.id).where(*old))).scalars().all()
    await db.execute(sa.delete(checks).where(*old))
    return tuple(gone)
