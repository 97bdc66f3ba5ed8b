"""What the console keeps of a person, forgotten with them."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.console.tables import broadcast_refusals, operator_confirmations


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Forget that they wanted no broadcasts, and what they were asked as an operator."""
    for table in (broadcast_refusals, operator_confirmations):
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))
