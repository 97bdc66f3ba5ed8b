"""Search in one's own conversations: titles and messages are decrypted and scanned, since encrypted
text cannot be indexed.

One call decrypts about MAX_SCANNED messages at most, and returns a cursor where it stopped, with
the hits until then, even if there are none.
"""

import asyncio
import unicodedata
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import cursor, listing, sealing
from backend.conversations.schemas import Conversation, Page
from backend.conversations.tables import messages
from backend.db import Cipher, Vault
from backend.errors import InvalidField

MAX_QUERY: Final = 200
MAX_SCANNED: Final = 2_000
"""How many messages one call decrypts. Measured: about 25 µs each, so 50 ms."""

_BATCH = 20
_CHUNK = 100  # messages decrypted between two turns of the event loop

_TEXTS = sa.select(messages.c.id, messages.c.conversation_id, messages.c.text).where(
    messages.c.user_id == sa.bindparam("owner"),
    messages.c.conversation_id.in_(sa.bindparam("among", expanding=True)),
    messages.c.removed_at.is_(None),
)


async def search_conversations(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    query: str,
    *,
    after: str | None = None,
    limit: int = listing.DEFAULT_PAGE,
) -> Page:
    """Conversations whose title or messages contain `query`, in the list's order.

    Letters' case and compatibility forms do not matter. A page may be short, or empty, with a
    cursor: the search has not reached the end yet.

    Raises:
        CursorInvalid, InvalidField: as the list does, or for a query that is too long.
    """
    listing.check_limit(limit)
    if len(query) > MAX_QUERY:
        raise InvalidField(field="q", limit=MAX_QUERY)
    if not (wanted := fold(query.strip())):
        return await listing.list_conversations(db, vault, user_id, after=after, limit=limit)
    position = cursor.decode(after) if after is not None else None
    return await _find(db, vault, user_id, wanted, position, limit)


async def _find(
    db: AsyncConnection,
    vault: Vault,
    user_id: int,
    wanted: str,
    position: cursor.Position | None,
    limit: int,
) -> Page:
    found, scanned = list[Conversation](), 0
    while rows := await listing.rows_after(db, user_id, position, _BATCH):
        cipher = await vault.cipher(db, user_id)
        # Temporary conversations are not searched; they are in the list while they exist.
        lasting = [row for row in rows if row.expires_at is None]
        batch = [sealing.to_conversation(row, cipher) for row in lasting]
        hits = {item.id for item in batch if item.title and wanted in fold(item.title)}
        rest = [item.id for item in batch if item.id not in hits]
        scanned += await _scan(db, cipher, user_id, rest, wanted, hits)
        for item in batch:
            position = cursor.Position(item.pinned, item.updated_at, item.id)
            if item.id in hits:
                found.append(item)
            if len(found) == limit:
                return Page(tuple(found), cursor.encode(position))
        position = cursor.Position(rows[-1].pinned, rows[-1].updated_at, rows[-1].id)
        if len(rows) < _BATCH:
            break
        if scanned >= MAX_SCANNED:
            return Page(tuple(found), cursor.encode(position))
    return Page(tuple(found), None)


async def _scan(
    db: AsyncConnection,
    cipher: Cipher,
    user_id: int,
    among: list[UUID],
    wanted: str,
    hits: set[UUID],
) -> int:
    """Add the conversations with a matching message to `hits`; returns the messages opened."""
    if not among:
        return 0
    opened = 0
    rows = await db.stream(_TEXTS, {"owner": user_id, "among": among})
    async for chunk in rows.partitions(_CHUNK):
        for row in chunk:
            if row.conversation_id in hits:
                continue
            opened += 1
            if wanted in fold(sealing.open_text(cipher, row.id, row.text)):
                hits.add(row.conversation_id)
        await asyncio.sleep(0)
    return opened


def fold(text: str) -> str:
    """Text in the form that is compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold()
