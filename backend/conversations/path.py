"""The branch that ends with one message, read from there upwards.

One recursive statement walks up by primary key, so its cost is that of the branch: neither the
other branches nor the person's other conversations matter. It reads a page at a time and yields in
between, and decrypts no more of a long conversation than is needed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.schemas import Message
from backend.conversations.tables import conversations, messages
from backend.db import Vault, hot
from backend.errors import MessageNotFound

PAGE: Final = 64
"""How many messages are read and decrypted at a time: about 3 ms."""

Takes = Callable[[Message], bool]
"""Called for each message from the newest upwards; returns whether there is room for it."""


class Branch(Struct, frozen=True):
    """The end of a branch, oldest message first; `whole` if it begins at the root."""

    messages: tuple[Message, ...]
    whole: bool


def _walk_up() -> sa.Select[tuple[object, ...]]:
    owner, leaf = sa.bindparam("owner", type_=sa.BigInteger), sa.bindparam("leaf", type_=sa.Uuid)
    m = messages.c
    path = (
        sa.select(m.id, m.parent_id, m.conversation_id, sa.literal(0).label("height"))
        .where(m.user_id == owner, m.id == leaf, m.removed_at.is_(None))
        .cte("path", recursive=True)
    )
    parents = sa.select(m.id, m.parent_id, m.conversation_id, path.c.height + 1).where(
        m.user_id == owner,
        m.id == path.c.parent_id,
        m.conversation_id == path.c.conversation_id,
        path.c.height < PAGE - 1,
    )
    path = path.union_all(parents)
    return sa.select(messages).where(m.user_id == owner, m.id == path.c.id).order_by(path.c.height)


_PAGE_UP = hot(_walk_up())
_PARENT = (
    sa.select(messages.c.parent_id)
    .where(messages.c.user_id == sa.bindparam("owner"), messages.c.id == sa.bindparam("message"))
    .scalar_subquery()
)
_TURN = hot(
    sa.select(messages, conversations.c.server_only)
    .join(
        conversations,
        sa.and_(
            messages.c.user_id == conversations.c.user_id,
            messages.c.conversation_id == conversations.c.id,
        ),
    )
    .where(
        messages.c.user_id == sa.bindparam("owner"),
        sa.or_(messages.c.id == sa.bindparam("message"), messages.c.id == _PARENT),
    )
)


async def walk_up(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    message_id: UUID,
    conversation_id: UUID | None = None,
) -> AsyncIterator[Message]:
    """The message, then its parent, and so on up to the root.

    Raises:
        MessageNotFound: the person has no such message, or not in that conversation.
    """
    place: UUID | None = message_id
    while place is not None:
        rows = (await db.execute(_PAGE_UP, {"owner": user_id, "leaf": place})).all()
        if not rows:
            if place == message_id:
                raise MessageNotFound
            return
        if place == message_id:
            found_in = rows[0].conversation_id
            if conversation_id not in (None, found_in):
                raise MessageNotFound
        cipher = await vault.cipher(db, user_id, rows[0].conversation_id)
        for row in rows:
            yield sealing.to_message(row, cipher)
        place = rows[-1].parent_id
        await asyncio.sleep(0)


async def path_to(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    message_id: UUID,
    conversation_id: UUID | None = None,
    *,
    takes: Takes,
) -> Branch:
    """The end of the branch to `message_id`, which is the last: as many messages as `takes`
    accepts, and one more.

    Raises:
        MessageNotFound: the person has no such message, or not in that conversation.
    """
    found: list[Message] = []
    async for message in walk_up(db, vault, user_id, message_id, conversation_id):
        if found and not takes(message):
            return Branch(tuple(reversed(found)), whole=False)
        found.append(message)
    return Branch(tuple(reversed(found)), whole=True)


class LastTurn(Struct, frozen=True):
    """A message and the one before it, oldest first; `server_only`: their conversation may go to
    models of this server only."""

    messages: tuple[Message, ...]
    server_only: bool


async def turn_of(db: AsyncConnection, vault: Vault, user_id: int, message_id: UUID) -> LastTurn:
    """A message with the one before it.

    Raises:
        MessageNotFound: the person has no such message.
    """
    rows = (await db.execute(_TURN, {"owner": user_id, "message": message_id})).all()
    last = next((row for row in rows if row.id == message_id and row.removed_at is None), None)
    if last is None:
        raise MessageNotFound
    before = [row for row in rows if row.id == last.parent_id]
    cipher = await vault.cipher(db, user_id, last.conversation_id)
    return LastTurn(sealing.to_messages((*before, last), cipher), bool(last.server_only))


def newest(count: int) -> Takes:
    """Accepts this many messages."""
    left = iter(range(count - 1))
    return lambda _: next(left, None) is not None


def everything(message: Message) -> bool:
    """Accepts the whole branch, however long."""
    return True
