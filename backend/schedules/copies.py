"""Export and erasure of a person's schedules."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.schedules.posts import erase_posts, posts_of
from backend.schedules.store import mine
from backend.schedules.tables import collected_posts, schedules

MEMBER: Final = "schedules.jsonl"
"""The file's name in a person's copy: a schedule a line."""
POSTS: Final = "collected_posts.jsonl"


async def schedules_copy(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[str, bytes]]:
    """The schedules' part of a person's copy."""
    for schedule in await mine(db, vault, user_id):
        yield MEMBER, msgspec.json.encode(schedule) + b"\n"
    kept = sa.select(collected_posts.c.added_at).where(collected_posts.c.user_id == user_id)
    if (newest := (await db.execute(kept.order_by(sa.desc("added_at")))).scalars().first()) is None:
        return
    for post in await posts_of(db, vault, user_id, None, newest):
        yield POSTS, msgspec.json.encode(post) + b"\n"


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's schedules, and the posts that they collected."""
    await erase_posts(db, user_id)
    await db.execute(sa.delete(schedules).where(schedules.c.user_id == user_id))
