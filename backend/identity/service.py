"""Signing in: init data is exchanged once for a session, whose token authenticates after that."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
import structlog
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, KeyRing, Vault, insert
from backend.errors import SessionInvalid, SessionRevoked
from backend.i18n import best_language
from backend.identity import init_data, people, tokens
from backend.identity.erased import ErasedPeople, forget_erased
from backend.identity.revocations import REFRESH, Revocations
from backend.identity.schemas import Principal, Session
from backend.identity.tables import revoked_sessions, sessions
from backend.identity.usernames import Usernames
from backend.nursery import Nursery
from backend.settings import Mode
from backend.uuid7 import uuid7

log = structlog.get_logger("tanya.identity")

INIT_DATA_LIFE: Final = timedelta(hours=24)
"""How old a launch may be. Clients reuse the same data on reload for nearly a day (tdesktop issue
29456), so a shorter life would lock people out."""

MAX_SESSIONS: Final = 20
"""Open sessions of one person; a further one ends the oldest. Every load of the page opens one."""

_BEYOND_MAX = (
    sa.select(sessions.c.id, sessions.c.expires_at)
    .where(sessions.c.user_id == sa.bindparam("user"))
    .order_by(sessions.c.created_at.desc(), sessions.c.id.desc())
    .offset(MAX_SESSIONS)
)
_ENDS = sa.select(sessions.c.expires_at).where(
    sessions.c.user_id == sa.bindparam("user"), sessions.c.id == sa.bindparam("session")
)


class Identity:
    """Opens, checks and ends sessions. Share one in a process, and call `keep_fresh` once."""

    def __init__(self, database: Database, bot_token: str, mode: Mode, keys: KeyRing) -> None:
        self._database = database
        self._bot_token = bot_token
        self._keys = signing_keys(keys, bot_token, mode)
        self._revocations = Revocations()
        self.erased = ErasedPeople(keys)
        self._usernames = Usernames(database, Vault(keys))

    async def open_session(self, raw: str, now: datetime, device: str | None = None) -> Session:
        """Exchange init data for a session on a kind of device.

        Raises:
            InitDataError: a subclass for each reason.
            ErasureUnderWay: the person's data is being erased.
            LaunchBeforeSignOut: they signed out everywhere after this launch.
        """
        data = init_data.verify(raw, self._bot_token, now, INIT_DATA_LIFE)
        language = best_language(data.user.language_code)
        name = await self._usernames.seen(data.user.username, data.auth_date)
        async with self._database.unit_of_work() as db:
            await self.erased.check(db, data.user.id, data.auth_date)
            language = await people.remember(db, data.user.id, language, now, name)
            epoch = await people.check_launch(db, data.user.id, data.auth_date)
            claims = tokens.new_session(data.user.id, uuid7(now), language, now)
            await db.execute(
                sa.insert(sessions).values(
                    user_id=data.user.id,
                    id=claims.session_id,
                    created_at=now,
                    expires_at=now + tokens.SESSION_LIFE,
                    device=device,
                )
            )
            ended = (await db.execute(_BEYOND_MAX, {"user": data.user.id})).all()
            for oldest in ended:
                await self._end(db, data.user.id, oldest.id, oldest.expires_at, now)
        self._revocations.add((oldest.id, oldest.expires_at) for oldest in ended)
        token = tokens.issue(claims, self._keys[0])
        return Session(token, data.user, language, data.start_param, epoch)

    def authenticate(self, token: str, now: datetime) -> Principal:
        """The person that a bearer token belongs to. Reads memory only.

        Raises:
            SessionInvalid, SessionExpired, SessionRevoked.
        """
        claims = self._verify(token, now)
        if claims.session_id in self._revocations:
            raise SessionRevoked
        fresh = tokens.renew(claims, now)
        renewed = tokens.issue(fresh, self._keys[0]) if fresh else None
        return Principal(claims.user_id, claims.session_id, claims.language, renewed)

    def reword(self, token: str, language: str, now: datetime) -> tokens.Token:
        """A token of the same session with another language.

        Raises:
            SessionInvalid, SessionExpired.
        """
        claims = replace(self._verify(token, now), language=language)
        return tokens.issue(claims, self._keys[0])

    def _verify(self, token: str, now: datetime) -> tokens.TokenClaims:
        *others, last = self._keys
        for key in others:
            with suppress(SessionInvalid):
                return tokens.verify(token, key, now)
        return tokens.verify(token, last, now)

    async def revoke(self, user_id: int, session_id: UUID, now: datetime) -> None:
        """End one of a person's sessions; nothing happens if it is not theirs or over."""
        key = {"user": user_id, "session": session_id}
        async with self._database.unit_of_work() as db:
            ends = (await db.execute(_ENDS, key)).scalar_one_or_none()
            if ends is None:
                return
            await self._end(db, user_id, session_id, ends, now)
        self._revocations.add([(session_id, ends)])
        log.info("session_revoked")

    async def sign_out(self, user_id: int, now: datetime) -> None:
        """End all of a person's sessions; only a later launch opens another."""
        async with self._database.unit_of_work() as db:
            ended = await people.open_sessions(db, user_id, now)
            await people.sign_out(db, user_id, now)
        self._revocations.add((one.id, one.expires_at) for one in ended)
        log.info("signed_out_everywhere")

    async def _end(
        self, db: AsyncConnection, user_id: int, session_id: UUID, ends: datetime, now: datetime
    ) -> None:
        await db.execute(
            insert(db, revoked_sessions)
            .values(id=session_id, revoked_at=now, expires_at=ends)
            .on_conflict_do_nothing()
        )
        await db.execute(
            sa.delete(sessions).where(sessions.c.user_id == user_id, sessions.c.id == session_id)
        )

    async def refresh(self, now: datetime) -> None:
        """Load other processes' revocations now."""
        await self._revocations.refresh(self._database, now)

    def keep_fresh(self, nursery: Nursery, clock: Callable[[], datetime]) -> None:
        """Load other processes' revocations periodically."""
        nursery.repeat(
            lambda: self.refresh(clock()), name="revocations", every=REFRESH.total_seconds()
        )


def signing_keys(keys: KeyRing, bot_token: str, mode: Mode) -> tuple[bytes, ...]:
    """The keys of session tokens, the signing key first.

    They depend on the mode, the bot and its token. So with the same master key, tokens are refused
    that were signed in local mode (where anybody can be anyone), by another bot, or before the
    bot's token was revoked.
    """
    bot_id = bot_token.partition(":")[0]
    fingerprint = hashlib.sha256(bot_token.encode()).hexdigest()
    return keys.derive_all(tokens.KEY_PURPOSE, mode, bot_id, fingerprint)


async def forget_ended_sessions(db: AsyncConnection, now: datetime) -> int:
    """Delete sessions and revocations past their end, and marks of people erased so long ago that
    older launches have expired; returns how many sessions and revocations went."""
    gone = 0
    for table in (sessions, revoked_sessions):
        gone += (await db.execute(sa.delete(table).where(table.c.expires_at <= now))).rowcount
    await forget_erased(db, now - INIT_DATA_LIFE)
    return gone
