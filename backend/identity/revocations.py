"""Sessions that were ended early, kept in memory so that requests do not read the database.

A session is refused as soon as this process commits its revocation, and within `REFRESH` (5 s) plus
one query if another process does, provided that clocks agree to within `OVERLAP`. While the
database cannot be read, known revocations stay in force.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog

from backend.db import Database, hot
from backend.identity.tables import revoked_sessions

log = structlog.get_logger("tanya.identity")

REFRESH: Final = timedelta(seconds=5)
OVERLAP: Final = timedelta(minutes=1)
"""How far back each refresh looks, for late commits and clock differences."""

_SINCE = hot(
    sa.select(revoked_sessions.c.id, revoked_sessions.c.expires_at).where(
        revoked_sessions.c.revoked_at >= sa.bindparam("since"),
        revoked_sessions.c.expires_at > sa.bindparam("now"),
    )
)
_BEGINNING = timedelta(days=3650)


class Revocations:
    """Revoked sessions that have not expired yet."""

    def __init__(self) -> None:
        self._ends: dict[UUID, datetime] = {}
        self._refreshed: datetime | None = None

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._ends

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, ends: Iterable[tuple[UUID, datetime]]) -> None:
        """Refuse these sessions, each until it would have expired."""
        self._ends.update(ends)

    async def refresh(self, database: Database, now: datetime) -> None:
        """Load what other processes revoked; drop expired sessions."""
        since = self._refreshed - OVERLAP if self._refreshed else now - _BEGINNING
        async with database.snapshot() as db:
            rows = (await db.execute(_SINCE, {"since": since, "now": now})).all()
        self._ends = {id: end for id, end in self._ends.items() if end > now}
        self.add((row.id, row.expires_at) for row in rows)
        self._refreshed = now
