"""What the list shows below a conversation's title: the beginning of its last message.

It is read from the message that ends the thread, so whatever changes that (an answer's end, another
branch, a deletion) changes the preview too, and nothing is stored for it.
"""

import asyncio
from collections.abc import Iterable
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import sealing
from backend.conversations.schemas import Conversation, Role, State
from backend.conversations.tables import messages
from backend.db import Cipher, Vault
from backend.placeholders import has_placeholders, restore

MAX_PREVIEW: Final = 160
"""Characters of a preview: more than a row of the list has room for, also without its marks."""

_CHUNK = 25  # messages decrypted between two turns of the event loop
_CUT = 2 * MAX_PREVIEW  # before placeholders are restored, which changes the length

_ENDS = sa.select(
    messages.c.id,
    messages.c.conversation_id,
    messages.c.role,
    messages.c.state,
    messages.c.text,
).where(
    messages.c.user_id == sa.bindparam("owner"),
    messages.c.id.in_(sa.bindparam("ends", expanding=True)),
    messages.c.removed_at.is_(None),
)
_ASKED = sa.select(messages.c.id, messages.c.conversation_id, messages.c.asked).where(
    messages.c.user_id == sa.bindparam("owner"),
    messages.c.conversation_id.in_(sa.bindparam("among", expanding=True)),
    messages.c.asked.is_not(None),
    messages.c.removed_at.is_(None),
)


class Preview(Struct, frozen=True):
    """The last message of a conversation, and the beginning of its `text`: an answer's is Markdown,
    which may be cut off anywhere."""

    role: Role
    state: State
    text: str


async def previews(
    db: AsyncConnection, vault: Vault, user_id: int, shown: Iterable[Conversation]
) -> dict[UUID, Preview]:
    """The previews of these conversations, by id. Temporary and empty ones have none.

    One statement, and another if a preview contains placeholders.
    """
    ends = [one.leaf_id for one in shown if one.leaf_id is not None and one.expires_at is None]
    if not ends:
        return {}
    cipher = await vault.cipher(db, user_id)
    rows = (await db.execute(_ENDS, {"owner": user_id, "ends": ends})).all()
    texts: dict[UUID, str] = {}
    for number, row in enumerate(rows, 1):
        texts[row.conversation_id] = sealing.open_text(cipher, row.id, row.text).lstrip()[:_CUT]
        if number % _CHUNK == 0:
            await asyncio.sleep(0)
    marked = [one for one, text in texts.items() if "[" in text and has_placeholders(text)]
    known = await _placeholders(db, cipher, user_id, marked) if marked else {}
    return {
        (one := row.conversation_id): Preview(
            row.role, row.state, restore(texts[one], known.get(one, {}))[:MAX_PREVIEW]
        )
        for row in rows
    }


async def _placeholders(
    db: AsyncConnection, cipher: Cipher, user_id: int, among: list[UUID]
) -> dict[UUID, dict[str, str]]:
    """What placeholders stand for, by conversation."""
    found: dict[UUID, dict[str, str]] = {}
    for row in await db.execute(_ASKED, {"owner": user_id, "among": among}):
        asked = sealing.open_asked(cipher, row.id, row.asked)
        found.setdefault(row.conversation_id, {}).update(asked.placeholders)
    return found
