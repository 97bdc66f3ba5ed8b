"""Which sessions were ended early, known in memory so that a request need not ask the database.

Bound: this process refuses a session as soon as its own revocation is committed, and any other
process's within `REFRESH` (5 s) plus the time of one query, as long as the machines' clocks
agree to within `OVERLAP`. While the database cannot be read, what is known stays in force.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.db import Database
from backend.errors import Unavailable
from backend.identity.tables import revoked_sessions

log = structlog.get_logger("tanya.identity")

REFRESH: Final = timedelta(seconds=5)
OVERLAP: Final = timedelta(minutes=1)
"""How far back each refresh looks again: for transactions that committed late, and for clocks
that differ."""

_SINCE = sa.select(revoked_sessions.c.id, revoked_sessions.c.expires_at).where(
    revoked_sessions.c.revoked_at >= sa.bindparam("since"),
    revoked_sessions.c.expires_at > sa.bindparam("now"),
)
_BEGINNING = timedelta(days=3650)


class Revocations:
    """The set of revoked sessions that have not ended by themselves yet."""

    def __init__(self) -> None:
        self._ends: dict[UUID, datetime] = {}
        self._refreshed: datetime | None = None

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._ends

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, ends: Iterable[tuple[UUID, datetime]]) -> None:
        """Refuse these sessions, each until the moment it would have ended."""
        self._ends.update(ends)

    async def refresh(self, database: Database, now: datetime) -> None:
        """Learn what other processes revoked; forget what has ended."""
        since = self._refreshed - OVERLAP if self._refreshed else now - _BEGINNING
        async with database.snapshot() as db:
            rows = (await db.execute(_SINCE, {"since": since, "now": now})).all()
        self._ends = {id: end for id, end in self._ends.items() if end > now}
        self.add((row.id, row.expires_at) for row in rows)
        self._refreshed = now

    async def keep_fresh(self, database: Database, clock: Callable[[], datetime]) -> None:
        """Refresh for ever; run it in the nursery."""
        while True:
            try:
                await self.refresh(database, clock())
            except (SQLAlchemyError, OSError, Unavailable) as error:
                log.warning("revocations_not_refreshed", error=type(error).__name__)
            await asyncio.sleep(REFRESH.total_seconds())
