"""Consent is given to a certain declaration: when that changes, people are asked again."""

from datetime import date

from msgspec.structs import replace

from backend.db import Database
from backend.llm.model import DataPolicy, Provider
from backend.privacy import Consents
from tests.conftest import Clock

POLICY = DataPolicy(retention_days=30, trains=False, read_on=date(2026, 11, 1))
PROVIDER = Provider("xai", "xAI", "responses", "https://api.x.ai/v1", key="K", policy=POLICY)
USER = 7


def make_consents(database: Database, clock: Clock, provider: Provider = PROVIDER) -> Consents:
    """The room as a process with this catalog builds it."""
    return Consents(database, clock, lambda: [provider], {provider.id: provider})


async def has_consent(database: Database, room: Consents) -> bool:
    """Whether the provider may get the person's messages."""
    async with database.snapshot() as db:
        return PROVIDER.id in await room.agreed(db, USER)


async def test_a_change_asks_again(database: Database, clock: Clock) -> None:
    """A change of retention, training, region or name; nothing is sent until they agree to the new
    one."""
    for changed in (
        {"retention_days": 90},
        {"trains": True},
        {"trains": None},
        {"region": "US"},
    ):
        room = make_consents(database, clock)
        await room.agree(USER, PROVIDER.id)
        assert await has_consent(database, room)
        after = replace(PROVIDER, policy=replace(POLICY, **changed))
        room = make_consents(database, clock, after)
        assert not await has_consent(database, room)
        (shown,) = await room.of(USER)
        assert (shown.agreed_at, shown.changed) == (None, True)
        clock.advance(hours=1)
        agreed = await room.agree(USER, PROVIDER.id)
        assert (agreed.agreed_at, agreed.changed) == (clock(), False)
        assert await has_consent(database, room)
        assert not (await room.of(USER))[0].changed


async def test_an_unchanged_declaration_asks_nobody(database: Database, clock: Clock) -> None:
    """A newer date, or another page that says the same, is no change."""
    await make_consents(database, clock).agree(USER, PROVIDER.id)
    read_again = replace(POLICY, read_on=date(2026, 11, 20), sources=("https://x.ai/new",))
    room = make_consents(database, clock, replace(PROVIDER, policy=read_again))
    assert await has_consent(database, room)


async def test_agreeing_twice_keeps_the_first_date(database: Database, clock: Clock) -> None:
    """Withdrawing ends consent, whatever the version."""
    room = make_consents(database, clock)
    first = await room.agree(USER, PROVIDER.id)
    clock.advance(hours=1)
    assert (await room.agree(USER, PROVIDER.id)).agreed_at == first.agreed_at
    await room.revoke(USER, PROVIDER.id)
    assert not await has_consent(database, room)
    (shown,) = await room.of(USER)
    assert (shown.agreed_at, shown.changed) == (None, False)


async def test_outdated_facts_are_marked(database: Database, clock: Clock) -> None:
    """Facts older than half a year are marked where a person is asked."""
    room = make_consents(database, clock)
    assert not (await room.of(USER))[0].stale
    clock.advance(days=200)
    assert (await room.of(USER))[0].stale
