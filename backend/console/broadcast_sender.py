"""Sends broadcasts in the worker: to one person after the other, at a steady rate, continuing where
it stopped. Each person is claimed by one process before anything is sent."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog
from msgspec import Struct

from backend.console.broadcasts import Segment, in_segment
from backend.console.ports import BroadcastChat, Told
from backend.console.tables import broadcasts
from backend.db import Database
from backend.identity.tables import users

log = structlog.get_logger("tanya.console")

A_SECOND: Final = 15
"""Telegram allows a bot about 30 messages a second; half are left for answers."""
BUSY_SECONDS: Final = 60
LONGEST_WAIT: Final = 1.0


class TellingClaim(Struct, frozen=True):
    """The next person of a broadcast, claimed by this process."""

    broadcast_id: UUID
    user_id: int
    before: int
    text: str


class BroadcastSender:
    """Sends running broadcasts; `sleep` is a parameter for tests."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        chat: BroadcastChat,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._sleep = sleep

    async def work(self) -> int:
        """Send until no broadcast is running or Telegram is busy; returns how many were sent."""
        told = 0
        while (running := await self._running()) is not None:
            wait = (running.next_at - self._clock()).total_seconds()
            if wait > BUSY_SECONDS / 2:
                return told
            if wait > 0:
                await self._sleep(min(wait, LONGEST_WAIT))
                continue
            claim = await self._claim(running)
            if claim is None:
                continue
            outcome = await self._chat.send_broadcast(claim.user_id, claim.text)
            await self._note(claim, outcome)
            told += outcome == "sent"
        return told

    async def _running(self) -> "sa.Row[tuple[object, ...]] | None":
        oldest = sa.select(broadcasts).where(broadcasts.c.state == "running")
        async with self._database.snapshot() as db:
            return (await db.execute(oldest.order_by(broadcasts.c.made_at).limit(1))).first()

    async def _claim(self, running: "sa.Row[tuple[object, ...]]") -> TellingClaim | None:
        """Claim the next person, unless another process just has; end the broadcast after the last
        one."""
        now = self._clock()
        segment = Segment(running.plan_id, running.language)
        following = (
            sa.select(users.c.user_id)
            .where(users.c.user_id > running.after_user, *in_segment(segment, now))
            .order_by(users.c.user_id)
            .limit(1)
        )
        unchanged = (
            broadcasts.c.id == running.id,
            broadcasts.c.state == "running",
            broadcasts.c.after_user == running.after_user,
        )
        async with self._database.unit_of_work() as db:
            person = (await db.execute(following)).scalar_one_or_none()
            this = sa.update(broadcasts).where(*unchanged)
            if person is None:
                await db.execute(this.values(state="done", ended_at=now))
                return None
            moved = this.values(
                after_user=person,
                begun=broadcasts.c.begun + 1,
                next_at=now + timedelta(seconds=1 / A_SECOND),
            )
            if not (await db.execute(moved)).rowcount:
                return None
        return TellingClaim(running.id, person, running.after_user, running.text)

    async def _note(self, claim: TellingClaim, outcome: Told) -> None:
        this = sa.update(broadcasts).where(broadcasts.c.id == claim.broadcast_id)
        async with self._database.unit_of_work() as db:
            if outcome == "busy":
                log.info("broadcast_waits", seconds=BUSY_SECONDS)
                later = self._clock() + timedelta(seconds=BUSY_SECONDS)
                back = this.where(broadcasts.c.after_user == claim.user_id)
                undone = back.values(
                    after_user=claim.before, begun=broadcasts.c.begun - 1, next_at=later
                )
                if (await db.execute(undone)).rowcount:
                    return
                outcome = "failed"  # another process has continued: this person is skipped
            column = broadcasts.c[outcome]
            await db.execute(this.values({column: column + 1}))
