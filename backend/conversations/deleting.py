"""Deletion: hidden at once, restorable for ten seconds, then deleted.

The server counts the time, so that deletion completes also if the app is closed. A message is
deleted with everything after it on all branches, which refers to it and could not be shown without
it. A temporary conversation is deleted at once.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.copies import PAGE, parents_of
from backend.conversations.shared_content import forget_messages
from backend.conversations.tables import conversations, messages
from backend.conversations.thread import leaf_under
from backend.db import Vault, is_temporary
from backend.errors import ConversationNotFound, ErasureWhileAnswering, MessageNotFound

UNDO_LIFE: Final = timedelta(seconds=10)
"""How long deleting can be undone."""


async def delete_conversation(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID, now: datetime
) -> None:
    """Hide a conversation and its messages, to be undone for `UNDO_LIFE`.

    Raises ConversationNotFound.
    """
    if is_temporary(conversation_id):
        return await _close_temporary(db, vault, user_id, conversation_id)
    hidden = await db.execute(
        sa.update(conversations)
        .where(*_conversation(user_id, conversation_id), conversations.c.removed_at.is_(None))
        .values(removed_at=now)
    )
    if hidden.rowcount == 0:
        raise ConversationNotFound
    await db.execute(
        sa.update(messages)
        .where(*_messages_of(user_id, conversation_id), messages.c.removed_at.is_(None))
        .values(removed_at=now)
    )


async def restore_conversation(
    db: AsyncConnection, user_id: int, conversation_id: UUID, now: datetime
) -> None:
    """Bring a conversation back that was deleted a moment ago; repeats change nothing.

    Raises ConversationNotFound: it is gone for good, or never was.
    """
    this = _conversation(user_id, conversation_id)
    row = (await db.execute(sa.select(conversations.c.removed_at).where(*this))).one_or_none()
    if row is None:
        raise ConversationNotFound
    if row.removed_at is None:
        return
    _check_time(row.removed_at, now, ConversationNotFound)
    await db.execute(sa.update(conversations).where(*this).values(removed_at=None))
    await db.execute(
        sa.update(messages)
        .where(*_messages_of(user_id, conversation_id), messages.c.removed_at == row.removed_at)
        .values(removed_at=None)
    )


async def delete_message(
    db: AsyncConnection, user_id: int, message_id: UUID, now: datetime
) -> tuple[UUID, int]:
    """Hide a message and what followed it, to be undone for `UNDO_LIFE`; its conversation, and
    how many messages went.

    Raises:
        MessageNotFound: the person has no such message.
        ErasureWhileAnswering: one of them is an answer that is being written.
    """
    mine = messages.c.user_id == user_id
    row = await _find(db, user_id, message_id)
    if row.removed_at is not None:
        raise MessageNotFound
    hidden = 0
    for page in await _pages_under(db, user_id, row.conversation_id, message_id):
        these = (mine, messages.c.id.in_(page), messages.c.removed_at.is_(None))
        running = sa.select(messages.c.id).where(*these, messages.c.state == "running")
        if (await db.execute(running)).first() is not None:
            raise ErasureWhileAnswering
        change = sa.update(messages).where(*these).values(removed_at=now)
        hidden += (await db.execute(change)).rowcount
        await db.execute(
            sa.update(conversations)
            .where(*_conversation(user_id, row.conversation_id), conversations.c.leaf_id.in_(page))
            .values(leaf_id=row.parent_id)
        )
    return row.conversation_id, hidden


async def restore_message(
    db: AsyncConnection, user_id: int, message_id: UUID, now: datetime
) -> UUID:
    """Restore what `delete_message` hid moments ago, and show that branch again; returns its
    conversation. Repeats change nothing.

    Raises MessageNotFound: it is gone for good, or never was.
    """
    row = await _find(db, user_id, message_id)
    conversation_id: UUID = row.conversation_id
    if row.removed_at is None:
        return conversation_id
    _check_time(row.removed_at, now, MessageNotFound)
    for page in await _pages_under(db, user_id, conversation_id, message_id):
        await db.execute(
            sa.update(messages)
            .where(
                messages.c.user_id == user_id,
                messages.c.id.in_(page),
                messages.c.removed_at == row.removed_at,
            )
            .values(removed_at=None)
        )
    leaf = await leaf_under(db, user_id, conversation_id, message_id)
    await db.execute(
        sa.update(conversations)
        .where(*_conversation(user_id, conversation_id))
        .values(leaf_id=leaf)
    )
    return conversation_id


async def people_with_overdue(db: AsyncConnection, now: datetime) -> list[int]:
    """The people whose conversations or messages must be deleted now; at most PAGE people."""
    over = sa.union(
        sa.select(conversations.c.user_id).where(_is_over(now)),
        sa.select(messages.c.user_id).where(messages.c.removed_at <= now - UNDO_LIFE),
    )
    return list((await db.execute(over.limit(PAGE))).scalars())


async def forget_overdue(db: AsyncConnection, vault: Vault, user_id: int, now: datetime) -> int:
    """Delete what can no longer be restored, and expired temporary conversations, at most a page of
    each; returns the number of rows."""
    found = sa.select(conversations.c.id).where(conversations.c.user_id == user_id, _is_over(now))
    ids = list((await db.execute(found.limit(PAGE))).scalars())
    gone = 0
    for one in ids:
        await vault.temporary.drop(user_id, one)
        await db.execute(sa.delete(conversations).where(*_conversation(user_id, one)))
        gone += 1
    removed = sa.select(messages.c.id).where(
        messages.c.user_id == user_id, messages.c.removed_at <= now - UNDO_LIFE
    )
    page = list((await db.execute(removed.limit(PAGE))).scalars())
    if page:
        await forget_messages(db, vault, user_id, page)
        await db.execute(
            sa.delete(messages).where(messages.c.user_id == user_id, messages.c.id.in_(page))
        )
    return gone + len(page)


async def _close_temporary(
    db: AsyncConnection, vault: Vault, user_id: int, conversation_id: UUID
) -> None:
    this = _conversation(user_id, conversation_id)
    if (await db.execute(sa.delete(conversations).where(*this))).rowcount == 0:
        raise ConversationNotFound
    # Also if the transaction fails and the rows stay: they can then no longer be decrypted.
    await vault.temporary.drop(user_id, conversation_id)


def _is_over(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(conversations.c.removed_at <= now - UNDO_LIFE, conversations.c.expires_at <= now)


def _conversation(user_id: int, conversation_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return conversations.c.user_id == user_id, conversations.c.id == conversation_id


def _messages_of(user_id: int, conversation_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return messages.c.user_id == user_id, messages.c.conversation_id == conversation_id


def _check_time(
    removed_at: datetime, now: datetime, refusal: type[ConversationNotFound | MessageNotFound]
) -> None:
    if removed_at <= now - UNDO_LIFE:
        raise refusal


async def _find(db: AsyncConnection, user_id: int, message_id: UUID) -> Any:
    found = sa.select(
        messages.c.conversation_id, messages.c.parent_id, messages.c.removed_at
    ).where(messages.c.user_id == user_id, messages.c.id == message_id)
    row = (await db.execute(found)).one_or_none()
    if row is None:
        raise MessageNotFound
    return row


async def _pages_under(
    db: AsyncConnection, user_id: int, conversation_id: UUID, message_id: UUID
) -> Iterable[list[UUID]]:
    """The message and all that followed it, in pages."""
    tree = (await parents_of(db, user_id, [conversation_id]))[conversation_id]
    found = list(_with_descendants(tree, message_id))
    return (found[start : start + PAGE] for start in range(0, len(found), PAGE))


def _with_descendants(tree: dict[UUID, UUID | None], first: UUID) -> set[UUID]:
    """Every message is visited once."""
    children: dict[UUID, list[UUID]] = defaultdict(list)
    for one, parent in tree.items():
        if parent is not None:
            children[parent].append(one)
    found, waiting = {first}, [first]
    while waiting:
        for child in children[waiting.pop()]:
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found
