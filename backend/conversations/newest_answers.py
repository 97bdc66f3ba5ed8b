"""A person's newest answers across conversations, for places where they are offered again."""

from typing import TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.search import fold
from backend.conversations.service import placeholders_of
from backend.conversations.tables import conversations, messages
from backend.db import Vault
from backend.placeholders import restore

LOOKED_BACK = 60
"""Answers that are opened at most: each takes about 25 µs."""

OpenedAnswers: TypeAlias = dict[UUID, tuple[bytes, str]]
"""Answers that were opened before, by id: as they are stored, and their texts."""

_NEWEST = (
    sa.select(messages.c.id, messages.c.conversation_id, messages.c.text)
    .join(
        conversations,
        sa.and_(
            conversations.c.user_id == messages.c.user_id,
            conversations.c.id == messages.c.conversation_id,
        ),
    )
    .where(
        messages.c.user_id == sa.bindparam("owner"),
        messages.c.role == "assistant",
        messages.c.state == "complete",
        messages.c.removed_at.is_(None),
        conversations.c.removed_at.is_(None),
        # Neither what is temporary nor what is to stay on this server is offered elsewhere.
        conversations.c.expires_at.is_(None),
        conversations.c.server_only == sa.false(),
    )
    # An answer's id begins with its time, and the primary key is this order.
    .order_by(messages.c.id.desc())
    .limit(LOOKED_BACK)
)


async def newest_answers(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    words: str,
    most: int,
    opened: OpenedAnswers,
) -> dict[UUID, str]:
    """The texts of their newest finished answers as the person sees them, by id, the newest first;
    if there are `words`, of those that hold them. Nothing of conversations that are temporary,
    deleted or for this server only. What is in `opened` is not opened again; what is no longer
    offered is removed from it."""
    rows = (await db.execute(_NEWEST, {"owner": user_id})).all()
    for gone in opened.keys() - {row.id for row in rows}:
        del opened[gone]
    if not rows:
        return {}
    cipher, wanted = await vault.cipher(db, user_id), fold(words)
    found: dict[UUID, str] = {}
    for row in rows:
        if row.id not in opened or opened[row.id][0] != row.text:
            opened[row.id] = row.text, sealing.open_text(cipher, row.id, row.text)
        text = opened[row.id][1]
        if not text.strip() or wanted not in fold(text):
            continue
        known = await placeholders_of(db, vault, user_id, row.conversation_id)
        found[row.id] = restore(text, known)
        if len(found) == most:
            break
    return found
