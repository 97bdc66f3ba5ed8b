"""Export, import and erasure of a person's conversations.

Exports are read in pages, so that memory stays bounded.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.schemas import Conversation, Message
from backend.conversations.service import get_messages
from backend.conversations.tables import conversations, messages
from backend.db import Cipher, ErasedPage, Vault, erase_page, insert

PAGE: Final = 200
"""Rows read or written at once."""
ROWS_A_STATEMENT: Final = 20
"""Compiling one statement for 200 rows blocks the loop for 100 ms."""
ERASE_PAGE: Final = 1_000

_LASTING = (conversations.c.removed_at.is_(None), conversations.c.expires_at.is_(None))
"""Neither deleted moments ago nor temporary, since those are in no export."""
_ALL = (
    sa.select(conversations)
    .where(
        conversations.c.user_id == sa.bindparam("owner"),
        *_LASTING,
        sa.tuple_(conversations.c.created_at, conversations.c.id)
        > sa.tuple_(
            sa.bindparam("created_at", type_=conversations.c.created_at.type),
            sa.bindparam("id", type_=conversations.c.id.type),
        ),
    )
    .order_by(conversations.c.created_at, conversations.c.id)
    .limit(PAGE)
)
_FIRST_ID = UUID(int=0)
_BEGINNING = {"created_at": datetime(1970, 1, 1, tzinfo=UTC), "id": _FIRST_ID}


async def export(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[Conversation, tuple[Message, ...]]]:
    """Every conversation with all its messages, oldest first; one at a time in memory."""
    place = _BEGINNING
    while rows := (await db.execute(_ALL, {"owner": user_id, **place})).all():
        for row in rows:
            conversation = sealing.to_conversation(row, await vault.cipher(db, user_id))
            yield conversation, await get_messages(db, vault, user_id, conversation.id)
        place = {"created_at": rows[-1].created_at, "id": rows[-1].id}


async def conversations_page(
    db: AsyncConnection, vault: Vault, user_id: int, after: UUID | None
) -> tuple[Conversation, ...]:
    """The next conversations by id, at most PAGE; none at the end."""
    found = _page(conversations, user_id, after).where(*_LASTING)
    rows = (await db.execute(found)).all()
    cipher = await vault.cipher(db, user_id) if rows else None
    return tuple(sealing.to_conversation(row, cipher) for row in rows if cipher)


async def messages_page(
    db: AsyncConnection, vault: Vault, user_id: int, after: UUID | None
) -> tuple[Message, ...]:
    """The next messages by id, of all conversations, at most PAGE; none at the end."""
    found = _page(messages, user_id, after).where(*_of_lasting(user_id))
    rows = (await db.execute(found)).all()
    return sealing.to_messages(rows, await vault.cipher(db, user_id)) if rows else ()


async def message_ids(db: AsyncConnection, user_id: int, conversation_id: UUID) -> tuple[UUID, ...]:
    """The ids of a conversation's messages, oldest first."""
    found = (
        sa.select(messages.c.id)
        .where(
            messages.c.user_id == user_id,
            messages.c.conversation_id == conversation_id,
            messages.c.removed_at.is_(None),
        )
        .order_by(messages.c.created_at, messages.c.id)
    )
    return tuple((await db.execute(found)).scalars())


async def messages_of(
    db: AsyncConnection, vault: Vault, user_id: int, ids: Sequence[UUID]
) -> tuple[Message, ...]:
    """These messages in this order; those that are gone are left out."""
    found = sa.select(messages).where(
        messages.c.user_id == user_id, messages.c.id.in_(ids), messages.c.removed_at.is_(None)
    )
    rows: dict[UUID, Any] = {row.id: row for row in await db.execute(found)}
    return tuple(
        [
            sealing.to_message(row, await vault.cipher(db, user_id, row.conversation_id))
            for row in (rows[one] for one in ids if one in rows)
        ]
    )


async def count_kept(db: AsyncConnection, user_id: int) -> tuple[int, int]:
    """How many conversations and messages a person has."""
    counts = [
        (
            await db.execute(
                sa.select(sa.func.count())
                .select_from(table)
                .where(table.c.user_id == user_id, *lasting)
            )
        ).scalar_one()
        for table, lasting in (
            (conversations, _LASTING),
            (messages, _of_lasting(user_id)),
        )
    ]
    return counts[0], counts[1]


async def import_messages(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    heads: Sequence[Conversation],
    found: Sequence[Message],
) -> tuple[set[UUID], set[UUID]]:
    """Store conversations and messages of an export under their own ids; existing ones are not
    changed. Returns the ids of the new conversations and messages.

    Messages of conversations that are neither in `heads` nor kept, and messages that would be
    their own ancestors (`parents_of`), must be left out before.
    """
    cipher = await vault.cipher(db, user_id)
    new_heads = await _add(db, conversations, [_head_row(cipher, user_id, one) for one in heads])
    new_messages = await _add(db, messages, [_message_row(cipher, user_id, one) for one in found])
    return new_heads, new_messages


def _head_row(cipher: Cipher, user_id: int, one: Conversation) -> dict[str, object]:
    return {
        "user_id": user_id,
        "id": one.id,
        "title": sealing.seal_title(cipher, one.id, one.title) if one.title else None,
        "title_edited": one.title is not None,
        "pinned": one.pinned,
        "server_only": one.server_only,
        "folder": sealing.seal_folder(cipher, one.id, one.folder) if one.folder else None,
        "leaf_id": one.leaf_id,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


def _message_row(cipher: Cipher, user_id: int, one: Message) -> dict[str, object]:
    return {
        "user_id": user_id,
        "id": one.id,
        "conversation_id": one.conversation_id,
        "parent_id": one.parent_id,
        "role": one.role,
        "state": one.state,
        "text": sealing.seal_text(cipher, one.id, one.text),
        "citations": sealing.seal_citations(cipher, one.id, one.citations),
        "thinking": sealing.seal_thinking(cipher, one.id, one.thinking),
        "asked": sealing.seal_asked(cipher, one.id, one.asked),
        "model_id": one.model_id,
        "error_code": one.error_code,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }


async def parents_of(
    db: AsyncConnection, user_id: int, conversation_ids: Sequence[UUID]
) -> dict[UUID, dict[UUID, UUID | None]]:
    """For those of the conversations that are stored: each message's parent, by conversation."""
    kept = sa.select(conversations.c.id).where(
        conversations.c.user_id == user_id, conversations.c.id.in_(conversation_ids)
    )
    found: dict[UUID, dict[UUID, UUID | None]] = {
        one: {} for one in (await db.execute(kept)).scalars()
    }
    tree = sa.select(messages.c.conversation_id, messages.c.id, messages.c.parent_id).where(
        messages.c.user_id == user_id, messages.c.conversation_id.in_(list(found))
    )
    for row in await db.execute(tree):
        found[row.conversation_id][row.id] = row.parent_id
    return found


async def take_out(
    db: AsyncConnection, user_id: int, heads: Sequence[UUID], found: Sequence[UUID]
) -> None:
    """Delete these conversations and messages, which an interrupted `import_messages` stored."""
    for table, ids in ((messages, found), (conversations, heads)):
        await db.execute(sa.delete(table).where(table.c.user_id == user_id, table.c.id.in_(ids)))


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's conversations and messages."""
    await db.execute(sa.delete(conversations).where(conversations.c.user_id == user_id))


async def erase_some(db: AsyncConnection, user_id: int) -> ErasedPage | None:
    """Delete the next of a person's messages and then conversations; None: nothing is left."""
    for table in (messages, conversations):
        if (page := await erase_page(db, table, user_id, ERASE_PAGE)) is not None:
            return page
    return None


async def forget_older(db: AsyncConnection, user_id: int, before: datetime) -> int:
    """Delete conversations in which nothing happened since `before`, at most PAGE of them;
    returns how many went."""
    old = (
        sa.select(conversations.c.id)
        .where(conversations.c.user_id == user_id, conversations.c.updated_at < before)
        .limit(PAGE)
    )
    ids = tuple((await db.execute(old)).scalars())
    if ids:
        await db.execute(
            sa.delete(conversations).where(
                conversations.c.user_id == user_id, conversations.c.id.in_(ids)
            )
        )
    return len(ids)


def _of_lasting(user_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Messages of `_LASTING` conversations that were not deleted a moment ago either."""
    others = sa.select(conversations.c.id).where(
        conversations.c.user_id == user_id, sa.not_(sa.and_(*_LASTING))
    )
    return messages.c.removed_at.is_(None), messages.c.conversation_id.not_in(others)


def _page(table: sa.Table, user_id: int, after: UUID | None) -> sa.Select[Any]:
    """By primary key: a page is one stretch of the index."""
    start = _FIRST_ID if after is None else after
    return (
        sa.select(table)
        .where(table.c.user_id == user_id, table.c.id > start)
        .order_by(table.c.id)
        .limit(PAGE)
    )


async def _add(db: AsyncConnection, table: sa.Table, rows: list[dict[str, Any]]) -> set[UUID]:
    added: set[UUID] = set()
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        statement = insert(db, table).values(some).on_conflict_do_nothing().returning(table.c.id)
        added |= set((await db.execute(statement)).scalars())
        await asyncio.sleep(0)
    return added
