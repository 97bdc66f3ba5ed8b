"""Signing in: Telegram's word is taken once, for a session; the session's token serves after."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, derive_key, insert
from backend.errors import SessionRevoked
from backend.i18n import best_language
from backend.identity import init_data, people, tokens
from backend.identity.revocations import Revocations
from backend.identity.schemas import Principal, Session
from backend.identity.tables import revoked_sessions, sessions
from backend.uuid7 import uuid7

log = structlog.get_logger("tanya.identity")

INIT_DATA_LIFE: Final = timedelta(hours=24)
"""How old a launch may be. Clients hand the same data out again on reload for nearly a day
(tdesktop issue 29456), so a shorter life would lock people out."""

_ENDS = sa.select(sessions.c.expires_at).where(
    sessions.c.user_id == sa.bindparam("user"), sessions.c.id == sa.bindparam("session")
)


class Identity:
    """Opens, checks and ends sessions. Share one in a process, and run `keep_fresh` beside it."""

    def __init__(self, database: Database, bot_token: str, master_key: bytes) -> None:
        self._database = database
        self._bot_token = bot_token
        self._key = derive_key(master_key, tokens.KEY_PURPOSE)
        self._revocations = Revocations()

    async def open_session(self, raw: str, now: datetime) -> Session:
        """Exchange init data for a session.

        Raises:
            InitDataError: in one subclass for each way to be refused.
        """
        data = init_data.verify(raw, self._bot_token, now, INIT_DATA_LIFE)
        language = best_language(data.user.language_code)
        claims = tokens.start(data.user.id, uuid7(now), language, now)
        async with self._database.unit_of_work() as db:
            await people.remember(db, data.user.id, language, now)
            await db.execute(
                sa.insert(sessions).values(
                    user_id=data.user.id,
                    id=claims.session_id,
                    created_at=now,
                    expires_at=now + tokens.SESSION_LIFE,
                )
            )
        token = tokens.issue(claims, self._key)
        return Session(token, data.user, language, data.start_param)

    def authenticate(self, token: str, now: datetime) -> Principal:
        """Who a bearer token belongs to. Reads memory only.

        Raises:
            SessionInvalid, SessionExpired, SessionRevoked.
        """
        claims = tokens.verify(token, self._key, now)
        if claims.session_id in self._revocations:
            raise SessionRevoked
        fresh = tokens.renew(claims, now)
        renewed = tokens.issue(fresh, self._key) if fresh else None
        return Principal(claims.user_id, claims.session_id, claims.language, renewed)

    async def revoke(self, user_id: int, session_id: UUID, now: datetime) -> None:
        """End one of a person's sessions; nothing happens if it is not theirs or over."""
        key = {"user": user_id, "session": session_id}
        async with self._database.unit_of_work() as db:
            ends = (await db.execute(_ENDS, key)).scalar_one_or_none()
            if ends is None:
                return
            await db.execute(
                insert(db, revoked_sessions)
                .values(id=session_id, revoked_at=now, expires_at=ends)
                .on_conflict_do_nothing()
            )
            await db.execute(
                sa.delete(sessions).where(
                    sessions.c.user_id == user_id, sessions.c.id == session_id
                )
            )
        self._revocations.add([(session_id, ends)])
        log.info("session_revoked")

    async def refresh(self, now: datetime) -> None:
        """Learn at once what other processes revoked."""
        await self._revocations.refresh(self._database, now)

    async def keep_fresh(self, clock: Callable[[], datetime]) -> None:
        """Keep learning what other processes revoke; run it in the nursery."""
        await self._revocations.keep_fresh(self._database, clock)


async def forget_ended_sessions(db: AsyncConnection, now: datetime) -> int:
    """Delete sessions and revocations past their end; returns how many rows went."""
    gone = 0
    for table in (sessions, revoked_sessions):
        gone += (await db.execute(sa.delete(table).where(table.c.expires_at <= now))).rowcount
    return gone
