"""A person's schedules: made within the plan's limit, listed, changed, deleted."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import UNSET
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Cipher, Database, Vault, insert_new
from backend.errors import InvalidField, ScheduleNotFound, TooManySchedules
from backend.metering import quota
from backend.schedules.posts import CollectedPosts
from backend.schedules.schemas import NewSchedule, Schedule, ScheduleChange, WhenAsked
from backend.schedules.tables import schedules
from backend.schedules.timing import bits_of, check, days_of, next_moment
from backend.uuid7 import is_uuid7, uuid7

MAX_TEXT: Final = 2_000
"""Longest question, in characters."""

_MINE = (
    sa.select(schedules)
    .where(schedules.c.user_id == sa.bindparam("owner"))
    .order_by(schedules.c.created_at, schedules.c.id)
)


class Schedules:
    """The use cases. People can only access their own schedules. `posts`: what they collect for
    digests."""

    def __init__(self, database: Database, vault: Vault, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self.posts = CollectedPosts(database, vault, clock)

    async def list_all(self, user_id: int) -> tuple[Schedule, ...]:
        """The oldest first."""
        async with self._database.snapshot() as db:
            return await mine(db, self._vault, user_id)

    async def limit(self, user_id: int) -> int:
        """How many the person's plan lets them have."""
        async with self._database.snapshot() as db:
            return await _limit(db, user_id, self._clock())

    async def make(self, user_id: int, wanted: NewSchedule) -> Schedule:
        """Ask it from now on; made before under this id, it stays as it is.

        Raises:
            InvalidField: a blank or too long question, a time or an id that there is not.
            TooManySchedules: the plan lets the person have no more.
        """
        if not is_uuid7(wanted.id):
            raise InvalidField(field="id")
        question = _checked(wanted.question)
        check(wanted.when)
        now = self._clock()
        async with self._database.unit_of_work() as db:
            before = await mine(db, self._vault, user_id)
            if known := next((one for one in before if one.id == wanted.id), None):
                return known
            if len(before) >= (limit := await _limit(db, user_id, now)):
                raise TooManySchedules(limit=limit)
            cipher = await self._vault.cipher(db, user_id)
            row = {
                "user_id": user_id,
                "id": wanted.id,
                "question": cipher.seal(question, context(wanted.id)),
                **_time(wanted.when, now),
                "paused": False,
                "conversation_id": uuid7(now),
                "message_id": uuid7(now),
                "created_at": now,
                "collects": wanted.collects,
            }
            await db.execute(insert_new(db, schedules), row)
            return await self._find(db, user_id, wanted.id)

    async def change(self, user_id: int, schedule_id: UUID, wanted: ScheduleChange) -> Schedule:
        """Change the question, its time, or whether it goes on. What was due while it was paused
        is not made up for.

        Raises:
            ScheduleNotFound: the person has no such schedule.
            InvalidField: as `make`.
        """
        now = self._clock()
        async with self._database.unit_of_work() as db:
            known = await self._find(db, user_id, schedule_id)
            values: dict[str, Any] = {"message_id": uuid7(now), "error_code": None}
            if wanted.question is not UNSET:
                cipher = await self._vault.cipher(db, user_id)
                values["question"] = cipher.seal(_checked(wanted.question), context(schedule_id))
            if wanted.paused is not UNSET:
                values["paused"] = wanted.paused
            when = known.when if wanted.when is UNSET else wanted.when
            check(when)
            values |= _time(when, now)
            await db.execute(sa.update(schedules).where(*_this(user_id, schedule_id)), values)
            return await self._find(db, user_id, schedule_id)

    async def delete(self, user_id: int, schedule_id: UUID) -> None:
        """Delete a schedule; its conversation stays. Repeats change nothing."""
        async with self._database.unit_of_work() as db:
            await db.execute(sa.delete(schedules).where(*_this(user_id, schedule_id)))

    async def pause_all(self, user_id: int) -> None:
        """Delete all schedules of a person who has blocked the bot."""
        mine = schedules.c.user_id == user_id
        async with self._database.unit_of_work() as db:
            await db.execute(sa.update(schedules).where(mine).values(paused=True))

    async def of_conversation(self, user_id: int, conversation_id: UUID) -> UUID | None:
        """The schedule that continues in a conversation."""
        found = sa.select(schedules.c.id).where(
            schedules.c.user_id == user_id,
            schedules.c.conversation_id == conversation_id,
            schedules.c.paused.is_(False),
        )
        async with self._database.snapshot() as db:
            schedule_id: UUID | None = (await db.execute(found)).scalar()
            return schedule_id

    async def _find(self, db: AsyncConnection, user_id: int, schedule_id: UUID) -> Schedule:
        statement = sa.select(schedules).where(*_this(user_id, schedule_id))
        if (row := (await db.execute(statement)).one_or_none()) is None:
            raise ScheduleNotFound
        return opened(row, await self._vault.cipher(db, user_id))


async def mine(db: AsyncConnection, vault: Vault, user_id: int) -> tuple[Schedule, ...]:
    """All schedules of a person, the oldest first."""
    rows = (await db.execute(_MINE, {"owner": user_id})).all()
    if not rows:
        return ()
    cipher = await vault.cipher(db, user_id)
    return tuple(opened(row, cipher) for row in rows)


def opened(row: Any, cipher: Cipher) -> Schedule:
    """A row with its text decrypted."""
    return Schedule(
        id=row.id,
        question=cipher.open(row.question, context(row.id)),
        when=WhenAsked(row.minute, days_of(row.weekdays), row.time_zone),
        paused=row.paused,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        next_at=row.next_at,
        asked_at=row.asked_at,
        error_code=row.error_code,
        created_at=row.created_at,
        collects=row.collects,
    )


def context(schedule_id: UUID) -> str:
    """What a sealed question is bound to."""
    return f"schedule:{schedule_id}"


async def _limit(db: AsyncConnection, user_id: int, now: datetime) -> int:
    return (await quota.allowed_models(db, user_id, now)).limits.schedules


def _checked(question: str) -> str:
    if not (text := question.strip()) or len(text) > MAX_TEXT:
        raise InvalidField(field="question", limit=MAX_TEXT)
    return text


def _time(when: WhenAsked, now: datetime) -> dict[str, Any]:
    return {
        "minute": when.minute,
        "weekdays": bits_of(when.weekdays),
        "time_zone": when.time_zone,
        "next_at": next_moment(when, now),
    }


def _this(user_id: int, schedule_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
    return schedules.c.user_id == user_id, schedules.c.id == schedule_id
