"""A person's right to a copy of their conversations, and to have them gone."""

from collections.abc import AsyncIterator

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.schemas import Conversation, Message
from backend.conversations.service import get_messages
from backend.conversations.tables import conversations
from backend.db import Vault

_ALL = (
    sa.select(conversations)
    .where(conversations.c.user_id == sa.bindparam("owner"))
    .order_by(conversations.c.created_at, conversations.c.id)
)


async def export(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[Conversation, tuple[Message, ...]]]:
    """Every conversation with all its messages, oldest first; one at a time in memory."""
    for row in (await db.execute(_ALL, {"owner": user_id})).all():
        conversation = sealing.to_conversation(row, await vault.cipher(db, user_id))
        yield conversation, await get_messages(db, vault, user_id, conversation.id)


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's conversations and messages."""
    await db.execute(sa.delete(conversations).where(conversations.c.user_id == user_id))
