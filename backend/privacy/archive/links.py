"""Links to a copy: for browsers, which cannot send a session's token when they save a file.

A link is valid for LINK_LIFE and one complete download; an interrupted one may be repeated within
that time. Its content is encrypted, so that no id is visible.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from struct import Struct as Layout
from struct import error as LayoutError
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, KeyRing, RotatingCipher
from backend.errors import ExportLinkInvalid, TextUnreadable
from backend.privacy.archive.tokens import decode, encode
from backend.privacy.tables import export_links
from backend.uuid7 import uuid7

LINK_LIFE: Final = timedelta(minutes=15)
MAX_TOKEN: Final = 200

_LAYOUT = Layout(">Q16s")
_CONTEXT = "export link"
_THIS = (
    export_links.c.user_id == sa.bindparam("owner"),
    export_links.c.id == sa.bindparam("link"),
)
_OPEN = sa.select(export_links.c.language).where(
    *_THIS,
    export_links.c.used_at.is_(None),
    export_links.c.expires_at > sa.bindparam("now"),
)
_USE = sa.update(export_links).where(*_THIS).values(used_at=sa.bindparam("now"))


class Link(Struct, frozen=True):
    """A link that was made: the address's last part."""

    token: str
    expires_at: datetime


class Opened(Struct, frozen=True):
    """Whose copy a link leads to."""

    user_id: int
    link_id: UUID
    language: str


class ExportLinks:
    """Makes and opens links."""

    def __init__(self, database: Database, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._cipher = RotatingCipher(*keys.derive_all("tanya export links"))
        self._clock = clock

    async def make(self, user_id: int, language: str) -> Link:
        """A link to the person's copy; those made before end."""
        now = self._clock()
        link_id, expires_at = uuid7(now), now + LINK_LIFE
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(export_links).where(export_links.c.user_id == user_id))
            await db.execute(
                sa.insert(export_links).values(
                    user_id=user_id, id=link_id, language=language, expires_at=expires_at
                )
            )
        sealed = self._cipher.seal_bytes(_LAYOUT.pack(user_id, link_id.bytes), _CONTEXT)
        return Link(encode(sealed), expires_at)

    async def open(self, token: str) -> Opened:
        """Whose copy it leads to.

        Raises:
            ExportLinkInvalid: it is no link of ours, or its time is over, or it was used.
        """
        user_id, link_id = self._read(token)
        key = {"owner": user_id, "link": link_id, "now": self._clock()}
        async with self._database.snapshot() as db:
            language = (await db.execute(_OPEN, key)).scalar_one_or_none()
        if language is None:
            raise ExportLinkInvalid
        return Opened(user_id, link_id, language)

    async def use(self, opened: Opened) -> None:
        """Mark the link as used: the whole copy was downloaded."""
        key = {"owner": opened.user_id, "link": opened.link_id, "now": self._clock()}
        async with self._database.unit_of_work() as db:
            await db.execute(_USE, key)

    def _read(self, token: str) -> tuple[int, UUID]:
        try:
            data = self._cipher.open_bytes(decode(token[: MAX_TOKEN + 1]), _CONTEXT)
            user_id, link_id = _LAYOUT.unpack(data)
        except (TextUnreadable, LayoutError, ValueError):
            raise ExportLinkInvalid from None
        return user_id, UUID(bytes=link_id)


async def forget_ended_links(db: AsyncConnection, now: datetime) -> None:
    """Delete links whose time is over."""
    await db.execute(sa.delete(export_links).where(export_links.c.expires_at <= now))
