"""Marks of erased people, so that an older launch of the Mini App does not create them again.

Telegram's clients reuse the same init data for nearly a day. A mark is a keyed hash of the id, kept
for as long as such data is valid.
"""

import hashlib
import hmac
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import KeyRing, insert
from backend.errors import ErasureUnderWay, LaunchBeforeErasure
from backend.identity.tables import erased_people

_PURPOSE = "tanya erased people"


class ErasedPeople:
    """Marks people as erased, and refuses launches signed before."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys.derive_all(_PURPOSE)

    async def mark(self, db: AsyncConnection, user_id: int, now: datetime, *, done: bool) -> None:
        """Record that the person is being erased, or was."""
        values = {"erased_at": now, "done_at": now if done else None}
        row = insert(db, erased_people).values(person_hash=self._hashes(user_id)[0], **values)
        await db.execute(
            row.on_conflict_do_update(index_elements=[erased_people.c.person_hash], set_=values)
        )

    async def check(self, db: AsyncConnection, user_id: int, launched_at: datetime) -> None:
        """Let a person sign in.

        Raises:
            ErasureUnderWay: their data is being erased.
            LaunchBeforeErasure: Telegram signed this launch before they were erased.
        """
        mine = erased_people.c.person_hash.in_(self._hashes(user_id))
        for row in await db.execute(sa.select(erased_people).where(mine)):
            if row.done_at is None:
                raise ErasureUnderWay
            # `auth_date` is in whole seconds.
            if launched_at <= row.erased_at:
                raise LaunchBeforeErasure

    def _hashes(self, user_id: int) -> list[bytes]:
        """By the current key and by the previous ones."""
        return [hmac.digest(key, str(user_id).encode(), hashlib.sha256) for key in self._keys]


async def forget_erased(db: AsyncConnection, before: datetime) -> None:
    """Delete the marks of people erased before then."""
    await db.execute(sa.delete(erased_people).where(erased_people.c.done_at < before))
