"""Where in a conversation the next question goes: one thread for all of a person's devices.

A conversation's `leaf_id` is the end of its thread: the newest answer, or the end of the branch
that the person chose. A question is added after it, whatever its device saw last; only editing and
regenerating make a branch.
"""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.tables import conversations, messages
from backend.db import TEMPORARY_LIFE, Vault, hot, insert_new, is_temporary
from backend.errors import ConversationNotFound, InvalidField, MessageNotFound
from backend.uuid7 import is_uuid7

_CHUNK = 500

_OWN = (
    conversations.c.user_id == sa.bindparam("owner"),
    conversations.c.id == sa.bindparam("conversation"),
    conversations.c.removed_at.is_(None),
)
# The order of locks is the same everywhere, conversation before messages: of two concurrent turns
# in one conversation, the second waits for the first and goes after it.
_LOCK = hot(
    sa.select(conversations.c.leaf_id, conversations.c.server_only).where(*_OWN).with_for_update()
)
_MOVE = hot(
    sa.update(conversations)
    .where(*_OWN)
    .values(updated_at=sa.bindparam("now"), leaf_id=sa.bindparam("leaf"))
)
_PARENT = sa.select(messages.c.role).where(
    messages.c.user_id == sa.bindparam("owner"),
    messages.c.id == sa.bindparam("message"),
    messages.c.conversation_id == sa.bindparam("conversation"),
    messages.c.removed_at.is_(None),
)
_SHAPE = (
    sa.select(messages.c.id, messages.c.parent_id)
    .where(
        messages.c.user_id == sa.bindparam("owner"),
        messages.c.conversation_id == sa.bindparam("conversation"),
        messages.c.removed_at.is_(None),
    )
    .order_by(messages.c.created_at, messages.c.id)
)


class Thread(Struct, frozen=True):
    """A conversation's thread; `leaf` is its end, None if it has no message yet. One that was just
    `created` has its first answer as its end already."""

    leaf: UUID | None
    server_only: bool
    created: bool


async def enter(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    conversation_id: UUID,
    now: datetime,
    *,
    create: bool,
    server_only: bool,
    answer_id: UUID,
) -> Thread:
    """Lock the conversation's thread until the transaction ends. `server_only` applies if it is
    created; then the thread ends with `answer_id`, its first answer.

    Raises:
        ConversationNotFound: it does not exist and `create` is false, or it has expired.
        InvalidField: it would be created, but its id is neither a UUIDv7 nor temporary.
    """
    if create:
        row = _row(user_id, conversation_id, now, server_only=server_only, leaf_id=answer_id)
        if await _make(db, vault, row):
            return Thread(None, server_only, created=True)
    if not await vault.can_open(user_id, conversation_id):
        raise ConversationNotFound
    own = {"owner": user_id, "conversation": conversation_id}
    found = (await db.execute(_LOCK, own)).one_or_none()
    if found is None:
        raise ConversationNotFound
    return Thread(found.leaf_id, found.server_only, created=False)


def _row(
    user_id: int, conversation_id: UUID, now: datetime, *, server_only: bool, leaf_id: UUID
) -> dict[str, Any]:
    temporary = is_temporary(conversation_id)
    if not temporary and not is_uuid7(conversation_id):
        raise InvalidField(field="conversationId")
    return {
        "user_id": user_id,
        "id": conversation_id,
        "leaf_id": leaf_id,
        "created_at": now,
        "updated_at": now,
        "server_only": server_only,
        "expires_at": now + TEMPORARY_LIFE if temporary else None,
    }


async def _make(db: AsyncConnection, vault: Vault, row: dict[str, Any]) -> bool:
    """Create the conversation; False if it exists."""
    insert = insert_new(db, conversations)
    if not is_temporary(row["id"]):
        return (await db.execute(insert, row)).rowcount == 1
    # The row is asked for, so that the key is made only once it is there (see Database.write).
    if (await db.execute(insert.returning(conversations.c.id), row)).first() is None:
        return False
    await vault.temporary.make(row["user_id"], row["id"], row["created_at"])
    return True


async def move(
    db: AsyncConnection, user_id: int, conversation_id: UUID, leaf_id: UUID, now: datetime
) -> None:
    """End the thread with this message, and move the conversation to the top of the list.

    Raises:
        ConversationNotFound: there is none.
    """
    change = {"owner": user_id, "conversation": conversation_id, "leaf": leaf_id, "now": now}
    if (await db.execute(_MOVE, change)).rowcount == 0:
        raise ConversationNotFound


async def check_answer(
    db: AsyncConnection, user_id: int, conversation_id: UUID, message_id: UUID
) -> None:
    """Check that a question can follow this message.

    Raises:
        MessageNotFound: the conversation has no such message.
        InvalidField: it is no answer.
    """
    values = {"owner": user_id, "conversation": conversation_id, "message": message_id}
    role = (await db.execute(_PARENT, values)).scalar_one_or_none()
    if role is None:
        raise MessageNotFound
    if role != "assistant":
        raise InvalidField(field="parentId")


async def leaf_under(
    db: AsyncConnection, user_id: int, conversation_id: UUID, message_id: UUID
) -> UUID:
    """The end of the thread through a message, always along the newest branch."""
    newest: dict[UUID | None, UUID] = {}
    rows = await db.stream(_SHAPE, {"owner": user_id, "conversation": conversation_id})
    async for chunk in rows.partitions(_CHUNK):
        for row in chunk:
            newest[row.parent_id] = row.id
        await asyncio.sleep(0)
    leaf = message_id
    while (child := newest.get(leaf)) is not None:
        leaf = child
    return leaf
