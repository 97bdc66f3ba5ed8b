"""The content of a shared link: sealed with the link, without what was deleted since."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.schemas import Role
from backend.conversations.tables import messages, shares
from backend.db import Cipher, Vault


class SharedMessage(Struct, frozen=True):
    """A public message with its sources and the answering model. `id`, by which it is removed when
    it is deleted, is not shown."""

    role: Role
    text: str
    model_id: str | None = None
    sources: tuple[tuple[str, str], ...] = ()
    id: UUID | None = None


class SharedContent(Struct, frozen=True):
    """All public content of a conversation; `author` is the name that the person chose."""

    title: str | None
    author: str | None
    messages: tuple[SharedMessage, ...]

    @property
    def sha256(self) -> str:
        """Identifies what was previewed."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


class Share(Struct, frozen=True, kw_only=True):
    """A link that a person made."""

    id: UUID
    conversation_id: UUID
    content: SharedContent
    created_at: datetime
    expires_at: datetime


async def open_row(db: AsyncConnection, vault: Vault, user_id: int, row: Any) -> Share:
    """The link of a row of `shares`, with the messages that are left."""
    content = _read(await vault.cipher(db, user_id), row)
    ids = [one.id for one in content.messages if one.id is not None]
    there = sa.select(messages.c.id).where(
        messages.c.user_id == user_id, messages.c.id.in_(ids), messages.c.removed_at.is_(None)
    )
    left = {None, *(await db.execute(there)).scalars()}
    return Share(
        id=row.id,
        conversation_id=row.conversation_id,
        content=replace(content, messages=tuple(m for m in content.messages if m.id in left)),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def seal_content(cipher: Cipher, share_id: UUID, content: SharedContent) -> bytes:
    """The sealed content, as stored in its row."""
    return cipher.seal_bytes(msgspec.json.encode(content), _context(share_id))


def _read(cipher: Cipher, row: Any) -> SharedContent:
    opened = cipher.open_bytes(row.content, _context(row.id))
    return msgspec.json.decode(opened, type=SharedContent)


async def forget_messages(
    db: AsyncConnection, vault: Vault, user_id: int, message_ids: Sequence[UUID]
) -> None:
    """Remove messages that are about to be deleted permanently from links."""
    of = sa.select(messages.c.conversation_id).where(
        messages.c.user_id == user_id, messages.c.id.in_(message_ids)
    )
    mine = (shares.c.user_id == user_id, shares.c.conversation_id.in_(of))
    for row in (await db.execute(sa.select(shares).where(*mine))).all():
        cipher = await vault.cipher(db, user_id)
        content = _read(cipher, row)
        kept = tuple(one for one in content.messages if one.id not in message_ids)
        this = sa.update(shares).where(shares.c.user_id == user_id, shares.c.id == row.id)
        sealed = seal_content(cipher, row.id, replace(content, messages=kept))
        await db.execute(this.values(content=sealed))


def _context(share_id: UUID) -> str:
    return f"share:{share_id.hex}"
