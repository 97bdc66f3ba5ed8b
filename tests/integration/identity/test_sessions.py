"""Sessions on a real database: opened, checked without a query, ended across processes."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy import event

from backend import errors
from backend.db import Database, KeyRing, metadata, new_master_key
from backend.identity import Identity, Session, erase, forget_ended_sessions, init_data, remember
from backend.identity.revocations import REFRESH
from backend.identity.service import MAX_SESSIONS
from backend.identity.tables import revoked_sessions, sessions, users
from backend.nursery import Nursery
from backend.settings import Mode, Settings
from tests.conftest import BOT_TOKEN, Clock


def launch(settings: Settings, now: datetime, user_id: int = 42, **more: str) -> str:
    """Init data as Telegram would create it."""
    user = {"id": user_id, "first_name": "Ann", "username": "ann_secret", "language_code": "ru"}
    fields: Mapping[str, str] = {
        "auth_date": str(int(now.timestamp())),
        "user": json.dumps(user),
        **more,
    }
    return init_data.sign(fields, settings.bot_token)


@pytest.fixture
def identity(database: Database, settings: Settings) -> Identity:
    """The identity room of one process."""
    return Identity(database, settings.bot_token, settings.mode, KeyRing.from_settings(settings))


async def opened(identity: Identity, settings: Settings, clock: Clock) -> Session:
    """A session of user 42."""
    return await identity.open_session(launch(settings, clock()), clock())


async def test_open_session(identity: Identity, settings: Settings, clock: Clock) -> None:
    """Init data gives a token, and what Telegram says about the person is returned."""
    raw = launch(settings, clock(), start_param="[hello]")
    session = await identity.open_session(raw, clock())
    assert session.user.first_name == "Ann"
    assert (session.language, session.start_param) == ("ru", "[hello]")
    principal = identity.authenticate(session.token.value, clock())
    assert (principal.user_id, principal.language, principal.renewed) == (42, "ru", None)


async def test_nothing_personal_is_stored(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """No name or username reaches any table."""
    await opened(identity, settings, clock)
    async with database.snapshot() as db:
        for table in metadata.sorted_tables:
            rows = (await db.execute(sa.select(table))).all()
            assert "ann" not in repr(rows).lower()


async def test_a_refused_launch_writes_nothing(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """A forged launch writes no row."""
    with pytest.raises(errors.InitDataForged):
        await identity.open_session(launch(settings, clock()) + "&more=1", clock())
    async with database.snapshot() as db:
        for table in (users, sessions):
            assert (await db.execute(sa.select(table))).all() == []


async def test_authenticating_needs_no_query(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """The session of a request is checked in memory."""
    session = await opened(identity, settings, clock)
    statements: list[object] = []
    event.listen(
        database.engine.sync_engine,
        "before_cursor_execute",
        lambda *_: statements.append(_),
    )
    identity.authenticate(session.token.value, clock())
    assert statements == []


async def test_token_slides(identity: Identity, settings: Settings, clock: Clock) -> None:
    """In the second half of its life a token is renewed by one that lives longer."""
    session = await opened(identity, settings, clock)
    clock.advance(minutes=61)
    renewed = identity.authenticate(session.token.value, clock()).renewed
    assert renewed is not None
    clock.advance(minutes=60)
    with pytest.raises(errors.SessionExpired):
        identity.authenticate(session.token.value, clock())
    assert identity.authenticate(renewed.value, clock()).user_id == 42


async def test_revoked_in_this_process_at_once(
    identity: Identity, settings: Settings, clock: Clock
) -> None:
    """A revoked session, and every token renewed from it, is refused in this process at once."""
    session = await opened(identity, settings, clock)
    other = await opened(identity, settings, clock)
    clock.advance(minutes=61)
    principal = identity.authenticate(session.token.value, clock())
    assert principal.renewed is not None
    await identity.revoke(42, principal.session_id, clock())
    for token in (session.token, principal.renewed):
        with pytest.raises(errors.SessionRevoked):
            identity.authenticate(token.value, clock())
    assert identity.authenticate(other.token.value, clock()).user_id == 42


async def test_revoked_in_other_processes_within_seconds(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """Another process learns of it at its next refresh, a starting one at its first."""
    session = await opened(identity, settings, clock)
    key = KeyRing.from_settings(settings)
    elsewhere = Identity(database, settings.bot_token, settings.mode, key)
    await elsewhere.refresh(clock())
    assert elsewhere.authenticate(session.token.value, clock()).user_id == 42
    await identity.revoke(
        42, identity.authenticate(session.token.value, clock()).session_id, clock()
    )
    clock.advance(seconds=REFRESH.total_seconds())
    await elsewhere.refresh(clock())
    late = Identity(database, settings.bot_token, settings.mode, key)
    clock.advance(minutes=30)
    await late.refresh(clock())
    for process in (elsewhere, late):
        with pytest.raises(errors.SessionRevoked):
            process.authenticate(session.token.value, clock())


async def test_refreshing_continues_after_failures(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """The background task reads at once, and a database error does not end it."""
    session = await opened(identity, settings, clock)
    session_id = identity.authenticate(session.token.value, clock()).session_id
    await Identity(
        database, settings.bot_token, settings.mode, KeyRing.from_settings(settings)
    ).revoke(42, session_id, clock())  # fmt: skip
    async with asyncio.timeout(30):
        async with Nursery() as nursery:
            identity.keep_fresh(nursery, clock)
            while True:
                await asyncio.sleep(0.01)
                try:
                    identity.authenticate(session.token.value, clock())
                except errors.SessionRevoked:
                    break


async def test_only_own_sessions_can_be_revoked(
    identity: Identity, settings: Settings, clock: Clock
) -> None:
    """Another person's session id has no effect."""
    session = await opened(identity, settings, clock)
    session_id = identity.authenticate(session.token.value, clock()).session_id
    await identity.revoke(7, session_id, clock())
    assert identity.authenticate(session.token.value, clock()).user_id == 42


async def test_erasing_ends_sessions(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """After erasure no row names the person, and old tokens are refused."""
    session = await opened(identity, settings, clock)
    async with database.unit_of_work() as db:
        await remember(db, 7, "en", clock())
        await erase(db, 42, clock())
    await identity.refresh(clock())
    with pytest.raises(errors.SessionRevoked):
        identity.authenticate(session.token.value, clock())
    async with database.snapshot() as db:
        assert (await db.execute(sa.select(users.c.user_id))).scalars().all() == [7]
        assert (await db.execute(sa.select(sessions))).all() == []
    assert (await opened(identity, settings, clock)).user.id == 42


async def test_expired_sessions_are_deleted(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """Expired sessions and revocations are deleted, others stay."""
    first = await opened(identity, settings, clock)
    await identity.revoke(42, identity.authenticate(first.token.value, clock()).session_id, clock())
    await opened(identity, settings, clock)
    clock.advance(days=1)
    await opened(identity, settings, clock)
    async with database.unit_of_work() as db:
        assert await forget_ended_sessions(db, clock()) == 0
        assert await forget_ended_sessions(db, clock() + timedelta(days=6)) == 2
        assert len((await db.execute(sa.select(sessions))).all()) == 1
        assert (await db.execute(sa.select(revoked_sessions))).all() == []


@pytest.mark.parametrize(
    ("bot_token", "mode"),
    [
        (BOT_TOKEN, "production"),
        ("1000000002:" + BOT_TOKEN.partition(":")[2], "local"),
        (BOT_TOKEN[:-4] + "WXYZ", "local"),
    ],
    ids=["another mode", "another bot", "the token revoked"],
)
async def test_a_token_is_bound_to_bot_and_mode(
    identity: Identity,
    database: Database,
    settings: Settings,
    clock: Clock,
    bot_token: str,
    mode: Mode,
) -> None:
    """With the same master key, a session of another mode, bot or bot token is refused."""
    session = await opened(identity, settings, clock)
    other = Identity(database, bot_token, mode, KeyRing.from_settings(settings))
    with pytest.raises(errors.SessionInvalid):
        other.authenticate(session.token.value, clock())
    same = Identity(database, settings.bot_token, settings.mode, KeyRing.from_settings(settings))
    assert same.authenticate(session.token.value, clock()).user_id == 42


async def test_a_previous_master_key_is_accepted(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """While keys are rotated, sessions signed with the previous key continue."""
    session = await opened(identity, settings, clock)
    rotated = replace(
        settings, master_key=new_master_key(), master_key_previous=settings.master_key
    )
    keys = KeyRing.from_settings(rotated)
    after = Identity(database, settings.bot_token, settings.mode, keys)
    assert after.authenticate(session.token.value, clock()).user_id == 42


async def test_the_oldest_sessions_are_ended(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """Of 60 sessions from one launch the newest MAX_SESSIONS remain; the others are refused."""
    raw = launch(settings, clock())
    made = []
    for _ in range(60):
        made.append((await identity.open_session(raw, clock())).token.value)
        clock.advance(seconds=1)
    other = await identity.open_session(launch(settings, clock(), user_id=7), clock())
    for token in made[:-MAX_SESSIONS]:
        with pytest.raises(errors.SessionRevoked):
            identity.authenticate(token, clock())
    for token in made[-MAX_SESSIONS:]:
        assert identity.authenticate(token, clock()).user_id == 42
    assert identity.authenticate(other.token.value, clock()).user_id == 7
    async with database.snapshot() as db:
        assert len((await db.execute(sa.select(sessions))).all()) == MAX_SESSIONS + 1


async def test_signing_out_everywhere(identity: Identity, settings: Settings, clock: Clock) -> None:
    """All sessions end, a launch from before opens none, and devices see a new epoch."""
    raw = launch(settings, clock())
    first = await identity.open_session(raw, clock())
    second = await identity.open_session(raw, clock())
    assert first.device_epoch == second.device_epoch
    clock.advance(minutes=1)
    await identity.sign_out(42, clock())
    for session in (first, second):
        with pytest.raises(errors.SessionRevoked):
            identity.authenticate(session.token.value, clock())
    with pytest.raises(errors.LaunchBeforeSignOut):
        await identity.open_session(raw, clock())
    clock.advance(minutes=1)
    again = await opened(identity, settings, clock)
    assert again.device_epoch != first.device_epoch
    assert (await opened(identity, settings, clock)).device_epoch == again.device_epoch


async def test_a_person_who_returns_after_erasure_has_another_epoch(
    identity: Identity, database: Database, settings: Settings, clock: Clock
) -> None:
    """What a device still holds of the erased account is not shown in the new one."""
    before = await opened(identity, settings, clock)
    async with database.unit_of_work() as db:
        await erase(db, 42, clock())
    clock.advance(minutes=1)
    assert (await opened(identity, settings, clock)).device_epoch != before.device_epoch
