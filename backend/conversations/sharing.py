"""Sharing: part of a conversation made public by a link that expires and can be revoked.

The link shows a copy made with it, without later messages and without what was deleted since. It
is encrypted under the person's key like everything else, so an erasure ends their links too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.copies import import_messages
from backend.conversations.path import path_to
from backend.conversations.schemas import Conversation, Message
from backend.conversations.service import get_conversation
from backend.conversations.shared_content import (
    Share,
    SharedContent,
    SharedMessage,
    open_row,
    seal_content,
)
from backend.conversations.tables import conversations, shares
from backend.db import Vault, is_temporary
from backend.errors import InvalidField, MessageNotFound, ShareNotFound, ShareOfTemporary
from backend.uuid7 import uuid7

__all__ = [
    "MAX_AUTHOR",
    "MAX_DAYS",
    "MAX_SHARED",
    "MAX_SHARES",
    "Share",
    "SharedContent",
    "SharedMessage",
    "add_share",
    "copy_shared",
    "end_share",
    "export_shares",
    "forget_ended_shares",
    "list_shares",
    "open_share",
    "shared_content",
]

MAX_SHARED: Final = 200
"""The most messages of one link."""
MAX_AUTHOR: Final = 64
MAX_DAYS: Final = 365
MAX_SHARES: Final = 100
"""The most links of a person at a time."""

_THIS = (shares.c.user_id == sa.bindparam("owner"), shares.c.id == sa.bindparam("share"))
_OPEN = (
    sa.select(shares)
    .join(
        conversations,
        sa.and_(
            conversations.c.user_id == shares.c.user_id,
            conversations.c.id == shares.c.conversation_id,
        ),
    )
    .where(
        *_THIS,
        shares.c.expires_at > sa.bindparam("now", type_=shares.c.expires_at.type),
        conversations.c.removed_at.is_(None),
    )
)
_LIST = (
    sa.select(shares)
    .where(
        shares.c.user_id == sa.bindparam("owner"),
        shares.c.expires_at > sa.bindparam("now", type_=shares.c.expires_at.type),
    )
    .order_by(shares.c.created_at.desc(), shares.c.id.desc())
)


async def shared_content(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    conversation_id: UUID,
    last_id: UUID,
    first_id: UUID | None,
    author: str | None,
) -> SharedContent:
    """What would be public: the branch to `last_id`, from `first_id` or the beginning on; at most
    its last MAX_SHARED messages, without files.

    Raises:
        ConversationNotFound, MessageNotFound: it is not the person's.
        ShareOfTemporary: temporary conversations cannot be shared.
        InvalidField: the author's name is too long, or an answer is still being written.
    """
    if is_temporary(conversation_id):
        raise ShareOfTemporary
    author = " ".join((author or "").split()) or None
    if author is not None and len(author) > MAX_AUTHOR:
        raise InvalidField(field="author", limit=MAX_AUTHOR)
    head = await get_conversation(db, vault, user_id, conversation_id)
    found = await _part(db, vault, user_id, conversation_id, last_id, first_id)
    if any(one.state == "running" for one in found):
        raise InvalidField(field="lastId")
    whole = first_id is None
    shown = tuple(_shown(one) for one in found if one.text)
    return SharedContent(head.title if whole else None, author, shown)


async def add_share(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    conversation_id: UUID,
    content: SharedContent,
    days: int,
    now: datetime,
) -> Share:
    """Make content public for this many days.

    Raises:
        InvalidField: not 1 to MAX_DAYS, or the person has MAX_SHARES links already.
    """
    if not 1 <= days <= MAX_DAYS:
        raise InvalidField(field="days", limit=MAX_DAYS)
    await _forget_ended(db, user_id, now)
    count = sa.select(sa.func.count()).select_from(shares).where(shares.c.user_id == user_id)
    if (await db.execute(count)).scalar_one() >= MAX_SHARES:
        raise InvalidField(field="shares", limit=MAX_SHARES)
    share = Share(
        id=uuid7(now),
        conversation_id=conversation_id,
        content=content,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    cipher = await vault.cipher(db, user_id)
    row = {
        "user_id": user_id,
        "id": share.id,
        "conversation_id": conversation_id,
        "content": seal_content(cipher, share.id, content),
        "created_at": now,
        "expires_at": share.expires_at,
    }
    await db.execute(sa.insert(shares).values(row))
    return share


async def list_shares(
    db: AsyncConnection, vault: Vault, user_id: int, now: datetime
) -> list[Share]:
    """The person's links that still show something, newest first."""
    rows = (await db.execute(_LIST, {"owner": user_id, "now": now})).all()
    opened = [await open_row(db, vault, user_id, row) for row in rows]
    return [share for share in opened if share.content.messages]


async def open_share(
    db: AsyncConnection, vault: Vault, user_id: int, share_id: UUID, now: datetime
) -> Share:
    """What a link leads to, without what was deleted since. Raises ShareNotFound: it never was,
    has ended or was ended, or nothing is left of it."""
    values = {"owner": user_id, "share": share_id, "now": now}
    row = (await db.execute(_OPEN, values)).one_or_none()
    if row is None:
        raise ShareNotFound
    share = await open_row(db, vault, user_id, row)
    if not share.content.messages:
        raise ShareNotFound
    return share


async def end_share(db: AsyncConnection, user_id: int, share_id: UUID) -> None:
    """Close a link permanently. Raises ShareNotFound."""
    gone = await db.execute(sa.delete(shares).where(*_THIS), {"owner": user_id, "share": share_id})
    if gone.rowcount == 0:
        raise ShareNotFound


async def copy_shared(
    db: AsyncConnection, vault: Vault, user_id: int, content: SharedContent, now: datetime
) -> UUID:
    """Copy shared content into a conversation of the person's own; returns its id."""
    conversation_id, parent = uuid7(now), None
    copied = []
    for number, one in enumerate(content.messages):
        at = now + timedelta(microseconds=number)
        message = Message(
            id=uuid7(at),
            conversation_id=conversation_id,
            parent_id=parent,
            role=one.role,
            text=one.text,
            state="complete",
            created_at=at,
            updated_at=at,
            model_id=one.model_id,
        )
        copied.append(message)
        parent = message.id
    # A question must follow an answer, so a last question without an answer is left out.
    while copied and copied[-1].role == "user":
        copied.pop()
    head = Conversation(
        id=conversation_id,
        title=content.title,
        pinned=False,
        leaf_id=copied[-1].id if copied else None,
        created_at=now,
        updated_at=now,
    )
    await import_messages(db, vault, user_id, [head], copied)
    return conversation_id


async def export_shares(db: AsyncConnection, user_id: int) -> list[dict[str, object]]:
    """The person's links, as JSON-ready values; what they show is in the conversations."""
    rows = await db.execute(sa.select(shares).where(shares.c.user_id == user_id))
    return [
        {
            "id": row.id,
            "conversationId": row.conversation_id,
            "createdAt": row.created_at,
            "expiresAt": row.expires_at,
        }
        for row in rows
    ]


async def forget_ended_shares(db: AsyncConnection, now: datetime) -> None:
    """Delete the content of links that have ended."""
    await db.execute(sa.delete(shares).where(shares.c.expires_at <= now))


async def _forget_ended(db: AsyncConnection, user_id: int, now: datetime) -> None:
    ended = shares.c.user_id == user_id, shares.c.expires_at <= now
    await db.execute(sa.delete(shares).where(*ended))


async def _part(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    conversation_id: UUID,
    last_id: UUID,
    first_id: UUID | None,
) -> Sequence[Message]:
    left, passed = MAX_SHARED - 1, first_id == last_id

    def takes(message: Message) -> bool:
        nonlocal left, passed
        if passed or left <= 0:
            return False
        left -= 1
        passed = message.id == first_id
        return True

    branch = await path_to(db, vault, user_id, last_id, conversation_id, takes=takes)
    if first_id is not None and not passed:
        raise MessageNotFound
    return branch.messages


def _shown(message: Message) -> SharedMessage:
    sources = dict.fromkeys((one.url, one.title) for one in message.citations)
    return SharedMessage(message.role, message.text, message.model_id, tuple(sources), message.id)
