"""Reminders: messages that the bot sends to a person at a time they named. No model is asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.bot.sending.places import ChatPlace
from backend.bot.tables import bot_reminders
from backend.db import Database, Vault
from backend.uuid7 import uuid7

MOST_REMINDERS: Final = 50
"""Of one person."""
LONGEST_REMINDER: Final = 1_000
"""In characters."""
AT_ONCE: Final = 50
TRIED_AGAIN: Final = timedelta(minutes=5)
"""After how long one is sent again whose sender has not said that it arrived."""

_R = bot_reminders.c
_DUE = (
    sa.select(bot_reminders)
    .where(
        _R.due_at <= sa.bindparam("now", type_=_R.due_at.type),
        sa.or_(_R.tried_at.is_(None), _R.tried_at < sa.bindparam("old", type_=_R.tried_at.type)),
    )
    .order_by(_R.due_at)
    .limit(AT_ONCE)
)


class Reminder(Struct, frozen=True):
    """What a person is reminded of, and when; `place` is where, as a reply to a message if it has
    a number. The text may be empty then."""

    id: UUID
    place: ChatPlace
    text: str
    due_at: datetime


class Reminders:
    """The rows. Everybody reaches their own only."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    async def add(self, place: ChatPlace, text: str, due_at: datetime) -> bool:
        """Add one; False if the person has MOST_REMINDERS already."""
        now, user_id = self._clock(), place.chat_id
        counted = sa.select(sa.func.count()).where(_R.user_id == user_id)
        async with self._database.unit_of_work() as db:
            if (await db.execute(counted)).scalar_one() >= MOST_REMINDERS:
                return False
            reminder_id = uuid7(now)
            cipher = await self._vault.cipher(db, user_id)
            row = {
                "user_id": user_id,
                "id": reminder_id,
                "thread_id": place.thread_id,
                "number": place.number,
                "body": cipher.seal(text, _context(reminder_id)),
                "due_at": due_at,
            }
            await db.execute(sa.insert(bot_reminders).values(**row))
        return True

    async def of(self, user_id: int) -> list[Reminder]:
        """A person's, the next one first."""
        async with self._database.snapshot() as db:
            return await reminders_of(db, self._vault, user_id)

    async def remove(self, user_id: int, reminder_id: UUID) -> None:
        """Delete one, if it is still there."""
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(bot_reminders).where(*_this(user_id, reminder_id)))

    async def take_due(self) -> list[Reminder]:
        """Those that are due, for this process to send. One that is not removed within TRIED_AGAIN
        is given out again, so that a crash loses none."""
        now = self._clock()
        taken: list[Reminder] = []
        async with self._database.unit_of_work() as db:
            for row in (await db.execute(_DUE, {"now": now, "old": now - TRIED_AGAIN})).all():
                mine = sa.update(bot_reminders).where(
                    *_this(row.user_id, row.id), _R.tried_at.is_not_distinct_from(row.tried_at)
                )
                if (await db.execute(mine.values(tried_at=now))).rowcount == 1:
                    cipher = await self._vault.cipher(db, row.user_id)
                    text = cipher.open(row.body, _context(row.id))
                    taken.append(_reminder(row, text))
        return taken


async def reminders_of(db: AsyncConnection, vault: Vault, user_id: int) -> list[Reminder]:
    """A person's, the next one first."""
    found = sa.select(bot_reminders).where(_R.user_id == user_id).order_by(_R.due_at, _R.id)
    rows = (await db.execute(found)).all()
    if not rows:
        return []
    cipher = await vault.cipher(db, user_id)
    return [_reminder(row, cipher.open(row.body, _context(row.id))) for row in rows]


async def export_reminders(db: AsyncConnection, vault: Vault, user_id: int) -> list[dict[str, Any]]:
    """A person's, as JSON-ready values."""
    kept = await reminders_of(db, vault, user_id)
    return [{"id": str(one.id), "text": one.text, "dueAt": one.due_at} for one in kept]


async def erase_reminders(db: AsyncConnection, user_id: int) -> None:
    """Delete all of a person's."""
    await db.execute(sa.delete(bot_reminders).where(_R.user_id == user_id))


def _this(user_id: int, reminder_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return (_R.user_id == user_id, _R.id == reminder_id)


def _reminder(row: Any, text: str) -> Reminder:
    place = ChatPlace(row.user_id, row.thread_id, row.number)
    return Reminder(row.id, place, text, row.due_at)


def _context(reminder_id: UUID) -> str:
    return f"reminder:{reminder_id}"
