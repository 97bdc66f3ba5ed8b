"""A person's right to a copy of their schedules, and to have them gone."""

from collections.abc import AsyncIterator
from typing import Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.schedules.store import mine
from backend.schedules.tables import schedules

MEMBER: Final = "schedules.jsonl"
"""The file's name in a person's copy: a schedule a line."""


async def schedules_copy(
    db: AsyncConnection, vault: Vault, user_id: int
) -> AsyncIterator[tuple[str, bytes]]:
    """The schedules' part of a person's copy."""
    for schedule in await mine(db, vault, user_id):
        yield MEMBER, msgspec.json.encode(schedule) + b"\n"


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's schedules."""
    await db.execute(sa.delete(schedules).where(schedules.c.user_id == user_id))
