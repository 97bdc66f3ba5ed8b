"""Posts of public channels that a person has forwarded for their digest: sealed, until it is asked
or for seven days."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, Vault
from backend.schedules.tables import collected_posts
from backend.uuid7 import uuid7

KEPT_FOR: Final = timedelta(days=7)
MOST_POSTS: Final = 50
"""Of one person: a newer one takes the oldest one's place."""
LONGEST_POST: Final = 3_000
LONGEST_DIGEST: Final = 20_000
"""Characters of all posts of one digest: the newest."""

_P = collected_posts.c


class CollectedPost(Struct, frozen=True):
    """A post, with where it is from."""

    id: UUID
    text: str
    added_at: datetime


class CollectedPosts:
    """The use cases. Everybody reaches their own only."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def add(self, user_id: int, text: str) -> None:
        """Keep a post for the next digest."""
        now = self._clock()
        post_id = uuid7(now)
        async with self._database.unit_of_work() as db:
            cipher = await self._vault.cipher(db, user_id)
            row = {
                "user_id": user_id,
                "id": post_id,
                "body": cipher.seal(text[:LONGEST_POST], _context(post_id)),
                "added_at": now,
            }
            await db.execute(sa.insert(collected_posts).values(**row))
            mine = sa.select(_P.id).where(_P.user_id == user_id).order_by(_P.added_at.desc(), _P.id)
            kept = (await db.execute(mine)).scalars().all()
            await _delete(db, user_id, kept[MOST_POSTS:])

    async def of(self, user_id: int, before: datetime | None = None) -> Sequence[CollectedPost]:
        """The person's, the oldest first; those that were added before a moment."""
        async with self._database.snapshot() as db:
            return await posts_of(db, self._vault, user_id, before, self._clock())

    async def forget(self, user_id: int, posts: Sequence[CollectedPost] | None = None) -> None:
        """Delete these, or all of the person's."""
        async with self._database.unit_of_work() as db:
            if posts is None:
                await erase_posts(db, user_id)
            else:
                await _delete(db, user_id, [one.id for one in posts])

    async def clear_old(self) -> None:
        """Delete expired posts."""
        old = _P.added_at < self._clock() - KEPT_FOR
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(collected_posts).where(old))


async def posts_of(
    db: AsyncConnection, vault: Vault, user_id: int, before: datetime | None, now: datetime
) -> Sequence[CollectedPost]:
    """A person's posts that are not past their time, the oldest first."""
    wanted: list[Any] = [_P.user_id == user_id, _P.added_at > now - KEPT_FOR]
    if before is not None:
        wanted.append(_P.added_at < before)
    found = sa.select(collected_posts).where(*wanted).order_by(_P.added_at, _P.id)
    rows = (await db.execute(found)).all()
    if not rows:
        return ()
    cipher = await vault.cipher(db, user_id)
    return [
        CollectedPost(row.id, cipher.open(row.body, _context(row.id)), row.added_at) for row in rows
    ]


def digest_of(posts: Sequence[CollectedPost]) -> str:
    """The posts as part of a question: quoted, so that they are not taken as instructions."""
    quoted = ("\n".join(f"> {line}".rstrip() for line in one.text.splitlines()) for one in posts)
    return "\n\n".join(quoted)[-LONGEST_DIGEST:]


async def erase_posts(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's."""
    await db.execute(sa.delete(collected_posts).where(_P.user_id == user_id))


async def _delete(db: AsyncConnection, user_id: int, ids: Sequence[UUID]) -> None:
    if ids:
        these = (_P.user_id == user_id, _P.id.in_(ids))
        await db.execute(sa.delete(collected_posts).where(*these))


def _context(post_id: UUID) -> str:
    return f"collected post:{post_id}"
