"""Messages to many people: written, previewed, started, stopped, resumed.

Only for owners. Requests are in the access log; the figures contain no names.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.console.ports import SupportChat
from backend.console.roles import Operator
from backend.console.tables import broadcast_refusals, broadcasts
from backend.db import Database, insert_new
from backend.errors import BroadcastNotFound, InvalidField
from backend.identity.tables import users
from backend.plans import plans
from backend.plans.tables import entitlements
from backend.privacy import AccessLog

BroadcastState: TypeAlias = Literal["draft", "running", "stopped", "done"]
LONGEST: Final = 3_500
"""The most characters; Telegram allows 4,096, and a button is added."""
SHOWN: Final = 50


class Segment(Struct, frozen=True):
    """Who gets it: people on a plan, and people with a language; None is all."""

    plan_id: str | None = None
    language: str | None = None


class Broadcast(Struct, frozen=True, kw_only=True, rename="camel"):
    """A broadcast with its report. `people` is how many were to get it at the start, or would now.
    `closed` have closed the chat; for `unsure` sending was interrupted, so the message may have
    arrived."""

    id: UUID
    text: str
    plan_id: str | None
    language: str | None
    state: BroadcastState
    people: int
    begun: int
    sent: int
    closed: int
    failed: int
    unsure: int
    made_at: datetime
    ended_at: datetime | None


class Broadcasts:
    """The use cases; `sender` does the sending in the worker."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        accesses: AccessLog,
        chat: SupportChat,
    ) -> None:
        self._database = database
        self._clock = clock
        self._accesses = accesses
        self._chat = chat

    async def write(
        self, operator: Operator, broadcast_id: UUID, text: str, segment: Segment
    ) -> Broadcast:
        """Store a draft; repeating the id changes nothing.

        Raises:
            InvalidField: the text is empty or too long, or there is no such plan.
            RoleForbids.
        """
        operator.require("broadcast")
        if not text.strip() or len(text) > LONGEST:
            raise InvalidField(field="text", limit=LONGEST)
        if segment.plan_id is not None and plans.find(segment.plan_id) is None:
            raise InvalidField(field="planId")
        now = self._clock()
        async with self._database.unit_of_work() as db:
            row = {"id": broadcast_id, "text": text.strip(), "plan_id": segment.plan_id,
                   "language": segment.language, "state": "draft", "next_at": now,
                   "made_at": now}  # fmt: skip
            if (await db.execute(insert_new(db, broadcasts), row)).rowcount:
                await self._accesses.record_operating(db, "broadcast_written", operator.user_id)
            return await self._load(db, broadcast_id)

    async def listed(self, operator: Operator) -> list[Broadcast]:
        """The newest first."""
        operator.require("broadcast")
        newest = sa.select(broadcasts.c.id).order_by(broadcasts.c.made_at.desc()).limit(SHOWN)
        async with self._database.snapshot() as db:
            ids = [row.id for row in await db.execute(newest)]
            return [await self._load(db, one) for one in ids]

    async def get(self, operator: Operator, broadcast_id: UUID) -> Broadcast:
        """One with its report. Raises BroadcastNotFound, RoleForbids."""
        operator.require("broadcast")
        async with self._database.snapshot() as db:
            return await self._load(db, broadcast_id)

    async def preview(self, operator: Operator, broadcast_id: UUID, to: int) -> None:
        """Send it to an operator's own chat, as people would get it.

        Raises:
            ChatClosed: the bot cannot write there.
            BroadcastNotFound, RoleForbids.
        """
        found = await self.get(operator, broadcast_id)
        await self._chat.preview(to, found.text)

    async def begin(self, operator: Operator, broadcast_id: UUID) -> Broadcast:
        """Start it, or resume it where it was stopped. Repeating has no effect.

        Raises:
            BroadcastNotFound, RoleForbids.
        """
        operator.require("broadcast")
        now = self._clock()
        async with self._database.unit_of_work() as db:
            before = await self._load(db, broadcast_id)
            waits = broadcasts.c.state.in_(["draft", "stopped"])
            values: dict[str, Any] = {"state": "running", "next_at": now, "ended_at": None}
            if before.state == "draft":
                values["people"] = before.people
            this = sa.update(broadcasts).where(broadcasts.c.id == broadcast_id, waits)
            if (await db.execute(this.values(**values))).rowcount:
                await self._accesses.record_operating(db, "broadcast_begun", operator.user_id)
            return await self._load(db, broadcast_id)

    async def stop(self, operator: Operator, broadcast_id: UUID) -> Broadcast:
        """Stop sending; a message that is being sent is still delivered. Raises as `begin`."""
        operator.require("broadcast")
        async with self._database.unit_of_work() as db:
            await self._load(db, broadcast_id)
            this = broadcasts.c.id == broadcast_id, broadcasts.c.state == "running"
            stop = sa.update(broadcasts).where(*this).values(state="stopped")
            if (await db.execute(stop)).rowcount:
                await self._accesses.record_operating(db, "broadcast_stopped", operator.user_id)
            return await self._load(db, broadcast_id)

    async def want(self, user_id: int, *, wanted: bool) -> None:
        """Store a person's own choice: broadcasts, or none."""
        async with self._database.unit_of_work() as db:
            if wanted:
                mine = broadcast_refusals.c.user_id == user_id
                await db.execute(sa.delete(broadcast_refusals).where(mine))
            else:
                row = {"user_id": user_id, "refused_at": self._clock()}
                await db.execute(insert_new(db, broadcast_refusals), row)

    async def _load(self, db: AsyncConnection, broadcast_id: UUID) -> Broadcast:
        found = await db.execute(sa.select(broadcasts).where(broadcasts.c.id == broadcast_id))
        row = found.one_or_none()
        if row is None:
            raise BroadcastNotFound
        people = row.people
        if row.state == "draft":
            reached = in_segment(Segment(row.plan_id, row.language), self._clock())
            counted = sa.select(sa.func.count()).select_from(users).where(*reached)
            people = (await db.execute(counted)).scalar_one()
        return Broadcast(
            id=row.id,
            text=row.text,
            plan_id=row.plan_id,
            language=row.language,
            state=row.state,
            people=people,
            begun=row.begun,
            sent=row.sent,
            closed=row.closed,
            failed=row.failed,
            unsure=row.begun - row.sent - row.closed - row.failed,
            made_at=row.made_at,
            ended_at=row.ended_at,
        )


def in_segment(segment: Segment, now: datetime) -> list[sa.ColumnElement[bool]]:
    """Conditions on `users`: in the segment, and not opted out."""
    conditions = [~sa.exists().where(broadcast_refusals.c.user_id == users.c.user_id)]
    if segment.language is not None:
        spoken = sa.func.lower(users.c.language)
        tag = segment.language.lower()
        conditions.append(sa.or_(spoken == tag, spoken.startswith(f"{tag}-", autoescape=True)))
    if segment.plan_id is not None:
        mine = entitlements.c.user_id == users.c.user_id, entitlements.c.grace_until > now
        if segment.plan_id == plans.default().id:
            conditions.append(~sa.exists().where(*mine))
        else:
            conditions.append(sa.exists().where(*mine, entitlements.c.plan_id == segment.plan_id))
    return conditions
