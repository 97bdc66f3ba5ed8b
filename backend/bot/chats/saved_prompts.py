"""Questions that a person keeps, to ask them again in any chat: sealed, and theirs alone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.tables import bot_saved_prompts
from backend.db import Database, Vault
from backend.uuid7 import uuid7

MOST_PROMPTS: Final = 20
"""Of one person."""
LONGEST_PROMPT: Final = 1_000
"""In characters. Together with the text typed after it, a prompt fits into one message."""

_P = bot_saved_prompts.c


class SavedPrompts:
    """The rows. Everybody reaches their own only."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def add(self, user_id: int, text: str) -> bool:
        """Keep one; False if the person has MOST_PROMPTS already. What is kept already is kept
        once."""
        now = self._clock()
        async with self._database.unit_of_work() as db:
            kept = await prompts_of(db, self._vault, user_id)
            if text in kept.values():
                return True
            if len(kept) >= MOST_PROMPTS:
                return False
            prompt_id = uuid7(now)
            cipher = await self._vault.cipher(db, user_id)
            body = cipher.seal(text, _context(prompt_id))
            row = {"user_id": user_id, "id": prompt_id, "body": body, "saved_at": now}
            await db.execute(sa.insert(bot_saved_prompts).values(**row))
        return True

    async def of(self, user_id: int) -> dict[UUID, str]:
        """The person's, the newest first."""
        async with self._database.snapshot() as db:
            return await prompts_of(db, self._vault, user_id)

    async def remove(self, user_id: int, prompt_id: UUID) -> None:
        """Keep one no more."""
        this = (_P.user_id == user_id, _P.id == prompt_id)
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_saved_prompts).where(*this))


async def prompts_of(db: AsyncConnection, vault: Vault, user_id: int) -> dict[UUID, str]:
    """A person's, by id, the newest first."""
    found = sa.select(bot_saved_prompts).where(_P.user_id == user_id).order_by(_P.id.desc())
    rows = (await db.execute(found)).all()
    if not rows:
        return {}
    cipher = await vault.cipher(db, user_id)
    return {row.id: cipher.open(row.body, _context(row.id)) for row in rows}


async def export_prompts(db: AsyncConnection, vault: Vault, user_id: int) -> list[dict[str, Any]]:
    """A person's, as JSON-ready values."""
    kept = await prompts_of(db, vault, user_id)
    return [{"id": str(prompt_id), "text": text} for prompt_id, text in kept.items()]


async def erase_prompts(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's."""
    await db.execute(sa.delete(bot_saved_prompts).where(_P.user_id == user_id))


def _context(prompt_id: UUID) -> str:
    return f"saved prompt:{prompt_id}"
