"""Converts between rows and messages, encrypting and decrypting.

Each text is bound to the row it belongs to, so that a sealed text copied elsewhere does not open.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.citations import Citation
from backend.conversations.schemas import PLAINLY, Asked, Conversation, Message, Thinking
from backend.db import Cipher, Vault

_Citations = tuple[Citation, ...]


def seal_text(cipher: Cipher, message_id: UUID, text: str) -> bytes:
    """Encrypt a message's text; empty text is empty bytes."""
    return cipher.seal(text, f"message:{message_id.hex}") if text else b""


def open_text(cipher: Cipher, message_id: UUID, sealed: bytes) -> str:
    """The text that `seal_text` sealed."""
    return cipher.open(sealed, f"message:{message_id.hex}") if sealed else ""


def seal_citations(cipher: Cipher, message_id: UUID, citations: Sequence[Citation]) -> bytes | None:
    """An answer's sources; NULL if there are none."""
    if not citations:
        return None
    return cipher.seal(msgspec.json.encode(citations).decode(), f"citations:{message_id.hex}")


def seal_thinking(cipher: Cipher, message_id: UUID, thinking: Thinking | None) -> bytes | None:
    """The thinking before an answer; NULL if there is none."""
    if thinking is None:
        return None
    return cipher.seal(msgspec.json.encode(thinking).decode(), f"thinking:{message_id.hex}")


def seal_asked(cipher: Cipher, message_id: UUID, asked: Asked) -> bytes | None:
    """How a question was asked; NULL without options."""
    if asked == PLAINLY:
        return None
    return cipher.seal(msgspec.json.encode(asked).decode(), f"asked:{message_id.hex}")


def seal_title(cipher: Cipher, conversation_id: UUID, title: str) -> bytes:
    """A conversation's title."""
    return cipher.seal(title, f"title:{conversation_id.hex}")


def open_title(cipher: Cipher, conversation_id: UUID, sealed: bytes | None) -> str | None:
    """The title that `seal_title` sealed, or None if there is none yet."""
    return None if sealed is None else cipher.open(sealed, f"title:{conversation_id.hex}")


def seal_folder(cipher: Cipher, conversation_id: UUID, folder: str) -> bytes:
    """The name of a conversation's folder."""
    return cipher.seal(folder, f"folder:{conversation_id.hex}")


def open_folder(cipher: Cipher, conversation_id: UUID, sealed: bytes | None) -> str | None:
    """The name that `seal_folder` sealed, or None outside folders."""
    return None if sealed is None else cipher.open(sealed, f"folder:{conversation_id.hex}")


def to_message(row: sa.Row[Any], cipher: Cipher) -> Message:
    """A row of `messages`, decrypted."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        parent_id=row.parent_id,
        role=row.role,
        text=open_text(cipher, row.id, row.text),
        state=row.state,
        created_at=row.created_at,
        updated_at=row.updated_at,
        model_id=row.model_id,
        run_id=row.run_id,
        error_code=row.error_code,
        citations=_open_citations(cipher, row.id, row.citations),
        asked=open_asked(cipher, row.id, row.asked),
        thinking=_open_thinking(cipher, row.id, row.thinking),
    )


def to_messages(rows: Iterable[sa.Row[Any]], cipher: Cipher) -> tuple[Message, ...]:
    """Rows of `messages`, decrypted, in their order."""
    return tuple(to_message(row, cipher) for row in rows)


def to_conversation(row: sa.Row[Any], cipher: Cipher) -> Conversation:
    """A row of `conversations`, decrypted."""
    return Conversation(
        id=row.id,
        title=open_title(cipher, row.id, row.title),
        pinned=row.pinned,
        leaf_id=row.leaf_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        server_only=row.server_only,
        expires_at=row.expires_at,
        folder=open_folder(cipher, row.id, row.folder),
    )


async def to_conversations(
    rows: Iterable[sa.Row[Any]], db: AsyncConnection, vault: Vault, user_id: int
) -> list[Conversation]:
    """Rows of `conversations`, decrypted, in their order, without expired temporary ones."""
    return [
        to_conversation(row, await vault.cipher(db, user_id, row.id))
        for row in rows
        if await vault.can_open(user_id, row.id)
    ]


def _open_citations(cipher: Cipher, message_id: UUID, sealed: bytes | None) -> _Citations:
    if sealed is None:
        return ()
    text = cipher.open(sealed, f"citations:{message_id.hex}")
    return msgspec.json.decode(text, type=_Citations)


def _open_thinking(cipher: Cipher, message_id: UUID, sealed: bytes | None) -> Thinking | None:
    if sealed is None:
        return None
    return msgspec.json.decode(cipher.open(sealed, f"thinking:{message_id.hex}"), type=Thinking)


def open_asked(cipher: Cipher, message_id: UUID, sealed: bytes | None) -> Asked:
    """How the question was asked that `seal_asked` sealed."""
    if sealed is None:
        return PLAINLY
    return msgspec.json.decode(cipher.open(sealed, f"asked:{message_id.hex}"), type=Asked)
