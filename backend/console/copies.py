"""Export and erasure of what the console stores about a person."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.console.tables import broadcast_refusals, operator_confirmations
from backend.db import Vault

MEMBER: Final = "broadcasts.json"


async def console_copy(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[str, bytes]]:
    """The console's part of a person's export: since when they opted out of broadcasts."""
    mine = broadcast_refusals.c.user_id == user_id
    refused = await db.execute(sa.select(broadcast_refusals.c.refused_at).where(mine))
    if (at := refused.scalar_one_or_none()) is not None:
        yield MEMBER, msgspec.json.encode({"refusedAt": at})


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete that they opted out of broadcasts, and their open confirmations as an operator."""
    for table in (broadcast_refusals, operator_confirmations):
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))
