"""Managing conversations: create, read, rename, pin, delete.

Every function takes the caller's open transaction; every statement names the person, so what is
someone else's is not found, like what does not exist.
"""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.path import PAGE
from backend.conversations.schemas import MAX_TITLE, Conversation, Message
from backend.conversations.tables import conversations, messages
from backend.conversations.thread import leaf_under
from backend.db import Vault, hot, insert
from backend.errors import (
    ConversationExists,
    ConversationNotFound,
    InvalidField,
    MessageNotFound,
)
from backend.uuid7 import is_uuid7

_OWN = (
    conversations.c.user_id == sa.bindparam("owner"),
    conversations.c.id == sa.bindparam("conversation"),
    conversations.c.removed_at.is_(None),
)
_FIND = sa.select(conversations).where(*_OWN)
_TREE = (
    sa.select(messages)
    .where(
        messages.c.user_id == sa.bindparam("owner"),
        messages.c.conversation_id == sa.bindparam("conversation"),
        messages.c.removed_at.is_(None),
    )
    .order_by(messages.c.created_at, messages.c.id)
)
_MESSAGE = hot(
    sa.select(messages).where(
        messages.c.user_id == sa.bindparam("owner"),
        messages.c.id == sa.bindparam("message"),
        messages.c.removed_at.is_(None),
    )
)
_ASKED = sa.select(messages.c.id, messages.c.asked).where(
    messages.c.user_id == sa.bindparam("owner"),
    messages.c.conversation_id == sa.bindparam("conversation"),
    messages.c.asked.is_not(None),
    messages.c.removed_at.is_(None),
)
_SET_TITLE = hot(
    sa.update(conversations)
    .where(*_OWN, conversations.c.title_edited == sa.false())
    .values(title=sa.bindparam("sealed"))
)
_RENAME = (
    sa.update(conversations)
    .where(*_OWN)
    .values(title=sa.bindparam("sealed"), title_edited=sa.true())
)
_PIN = sa.update(conversations).where(*_OWN).values(pinned=sa.bindparam("wanted"))
_SET_LEAF = (
    sa.update(conversations)
    .where(
        *_OWN,
        sa.exists().where(
            messages.c.user_id == conversations.c.user_id,
            messages.c.conversation_id == conversations.c.id,
            messages.c.id == sa.bindparam("leaf"),
            messages.c.removed_at.is_(None),
        ),
    )
    .values(leaf_id=sa.bindparam("leaf"))
)
_SERVER_ONLY = sa.update(conversations).where(*_OWN).values(server_only=sa.bindparam("wanted"))
_IS_SERVER_ONLY = hot(
    sa.select(conversations.c.server_only).where(
        conversations.c.user_id == sa.bindparam("owner"),
        conversations.c.id == sa.bindparam("conversation"),
    )
)


async def create_conversation(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    conversation_id: UUID,
    now: datetime,
    title: str | None = None,
) -> Conversation:
    """Create an empty conversation.

    Raises:
        ConversationExists: the person has one with this id.
        InvalidField: the id is no UUIDv7, or the title is not 1 to MAX_TITLE characters.
    """
    if not is_uuid7(conversation_id):
        raise InvalidField(field="id")
    sealed = None
    if title is not None:
        title = _checked_title(title)
        cipher = await vault.cipher(db, user_id)
        sealed = sealing.seal_title(cipher, conversation_id, title)
    row = insert(db, conversations).values(
        user_id=user_id,
        id=conversation_id,
        title=sealed,
        title_edited=title is not None,
        created_at=now,
        updated_at=now,
    )
    if (await db.execute(row.on_conflict_do_nothing())).rowcount == 0:
        raise ConversationExists
    return Conversation(
        id=conversation_id,
        title=title,
        pinned=False,
        leaf_id=None,
        created_at=now,
        updated_at=now,
    )


async def get_conversation(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID
) -> Conversation:
    """One conversation. Raises ConversationNotFound."""
    row = (await db.execute(_FIND, _key(user_id, conversation_id))).one_or_none()
    if row is None or not await vault.can_open(user_id, conversation_id):
        raise ConversationNotFound
    return sealing.to_conversation(row, await vault.cipher(db, user_id, conversation_id))


async def get_messages(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID
) -> tuple[Message, ...]:
    """All messages of a conversation, oldest first: the whole tree.

    An unknown conversation has none; ask `get_conversation` first.
    """
    cipher = await vault.cipher(db, user_id, conversation_id)
    found: list[Message] = []
    rows = await db.stream(_TREE, _key(user_id, conversation_id))
    async for chunk in rows.partitions(PAGE):
        found += [sealing.to_message(row, cipher) for row in chunk]
        await asyncio.sleep(0)
    return tuple(found)


async def get_message(db: AsyncConnection, vault: Vault, user_id: int, message_id: UUID) -> Message:
    """One message. Raises MessageNotFound."""
    row = (await db.execute(_MESSAGE, {"owner": user_id, "message": message_id})).one_or_none()
    if row is None:
        raise MessageNotFound
    return sealing.to_message(row, await vault.cipher(db, user_id, row.conversation_id))


async def set_title(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID, title: str
) -> bool:
    """Set a title that a model wrote, cut to size. Nothing changes, and the result is False, if the
    person has chosen one, the conversation is gone or the title is blank."""
    title = " ".join(title.split())[:MAX_TITLE].rstrip()
    if not title:
        return False
    change = await _titled(db, vault, user_id, conversation_id, title)
    return (await db.execute(_SET_TITLE, change)).rowcount == 1


async def rename(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID, title: str
) -> None:
    """Set the title that the person chose; no model replaces it later.

    Raises:
        ConversationNotFound, InvalidField.
    """
    change = await _titled(db, vault, user_id, conversation_id, _checked_title(title))
    await _change(db, _RENAME, change)


async def pin(db: AsyncConnection, user_id: int, conversation_id: UUID, pinned: bool) -> None:
    """Pin a conversation to the top of the list, or unpin it. Raises ConversationNotFound."""
    await _change(db, _PIN, _key(user_id, conversation_id) | {"wanted": pinned})


async def set_leaf(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID, leaf_id: UUID
) -> None:
    """Continue with the branch that the person looks at, after its newest message.

    Raises:
        ConversationNotFound: there is no such conversation.
        MessageNotFound: it has no such message.
    """
    leaf_id = await leaf_under(db, user_id, conversation_id, leaf_id)
    change = _key(user_id, conversation_id) | {"leaf": leaf_id}
    if (await db.execute(_SET_LEAF, change)).rowcount == 0:
        await get_conversation(db, vault, user_id, conversation_id)
        raise MessageNotFound


async def set_server_only(
    db: AsyncConnection, user_id: int, conversation_id: UUID, wanted: bool
) -> None:
    """Restrict a conversation to models of this server, or lift the restriction.

    Raises ConversationNotFound.
    """
    await _change(db, _SERVER_ONLY, _key(user_id, conversation_id) | {"wanted": wanted})


async def placeholders_of(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID
) -> dict[str, str]:
    """The placeholders in the conversation's texts, and what they stand for."""
    rows = (await db.execute(_ASKED, {"owner": user_id, "conversation": conversation_id})).all()
    if not rows or not await vault.can_open(user_id, conversation_id):
        return {}
    cipher = await vault.cipher(db, user_id, conversation_id)
    found: dict[str, str] = {}
    for row in rows:
        found |= sealing.open_asked(cipher, row.id, row.asked).placeholders
    return found


async def is_server_only(db: AsyncConnection, user_id: int, conversation_id: UUID) -> bool:
    """Whether only models of this server may get a conversation's text; False if it does not
    exist."""
    found = await db.execute(_IS_SERVER_ONLY, _key(user_id, conversation_id))
    return bool(found.scalar_one_or_none())


def _checked_title(title: str) -> str:
    title = " ".join(title.split())
    if not 1 <= len(title) <= MAX_TITLE:
        raise InvalidField(field="title", limit=MAX_TITLE)
    return title


async def _titled(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID, title: str
) -> dict[str, Any]:
    cipher = await vault.cipher(db, user_id, conversation_id)
    sealed = sealing.seal_title(cipher, conversation_id, title)
    return _key(user_id, conversation_id) | {"sealed": sealed}


async def _change(db: AsyncConnection, statement: sa.UpdateBase, values: dict[str, Any]) -> None:
    if (await db.execute(statement, values)).rowcount == 0:
        raise ConversationNotFound


def _key(user_id: int, conversation_id: UUID) -> dict[str, Any]:
    return {"owner": user_id, "conversation": conversation_id}
