"""The branch from a conversation's root to one of its messages.

One recursive statement walks up by primary key, so its cost is that of the branch: neither the
other branches nor the person's other conversations matter. Measured beside loading the whole
tree (200 messages: SQLite 3.9 against 3.1 ms, PostgreSQL 2.2 against 1.4; up to 20 alike): the
tree is cheaper only while it has no branches, and an edited conversation has many.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.schemas import Message
from backend.conversations.tables import messages
from backend.db import Vault, hot
from backend.errors import MessageNotFound


def _walk_up() -> sa.Select[tuple[object, ...]]:
    owner, leaf = sa.bindparam("owner", type_=sa.BigInteger), sa.bindparam("leaf", type_=sa.Uuid)
    m = messages.c
    path = (
        sa.select(m.id, m.parent_id, m.conversation_id, sa.literal(0).label("height"))
        .where(m.user_id == owner, m.id == leaf)
        .cte("path", recursive=True)
    )
    parents = sa.select(m.id, m.parent_id, m.conversation_id, path.c.height + 1).where(
        m.user_id == owner,
        m.id == path.c.parent_id,
        m.conversation_id == path.c.conversation_id,
    )
    path = path.union_all(parents)
    return (
        sa.select(messages)
        .where(m.user_id == owner, m.id == path.c.id)
        .order_by(path.c.height.desc())
    )


_PATH = hot(_walk_up())


async def path_to(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    message_id: UUID,
    conversation_id: UUID | None = None,
) -> tuple[Message, ...]:
    """The messages from the root to `message_id`, which is the last.

    Raises:
        MessageNotFound: the person has no such message, or not in that conversation.
    """
    rows = (await db.execute(_PATH, {"owner": user_id, "leaf": message_id})).all()
    if not rows or (conversation_id is not None and rows[-1].conversation_id != conversation_id):
        raise MessageNotFound
    return sealing.to_messages(rows, await vault.cipher(db, user_id))
