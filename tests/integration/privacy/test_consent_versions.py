"""People agree to what they are told: when that changes, they are asked again."""

from datetime import date

from msgspec.structs import replace

from backend.db import Database
from backend.llm.model import DataPolicy, Provider
from backend.privacy import Consents
from tests.conftest import Clock

POLICY = DataPolicy(retention_days=30, trains=False, read_on=date(2026, 11, 1))
PROVIDER = Provider("xai", "xAI", "responses", "https://api.x.ai/v1", key="K", policy=POLICY)
USER = 7


def consents(database: Database, clock: Clock, provider: Provider = PROVIDER) -> Consents:
    """The room as a process with this catalog builds it."""
    return Consents(database, clock, lambda: [provider], {provider.id: provider})


async def may_go(database: Database, room: Consents) -> bool:
    """Whether the person's words may go to the provider."""
    async with database.snapshot() as db:
        return PROVIDER.id in await room.agreed(db, USER)


async def test_a_change_asks_again(database: Database, clock: Clock) -> None:
    """Of retention, training, region or name; nothing is sent until they agree to the new one."""
    for changed in (
        {"retention_days": 90},
        {"trains": True},
        {"trains": None},
        {"region": "US"},
    ):
        room = consents(database, clock)
        await room.agree(USER, PROVIDER.id)
        assert await may_go(database, room)
        after = replace(PROVIDER, policy=replace(POLICY, **changed))
        room = consents(database, clock, after)
        assert not await may_go(database, room)
        (shown,) = await room.of(USER)
        assert (shown.agreed_at, shown.changed) == (None, True)
        clock.advance(hours=1)
        agreed = await room.agree(USER, PROVIDER.id)
        assert (agreed.agreed_at, agreed.changed) == (clock(), False)
        assert await may_go(database, room)
        assert not (await room.of(USER))[0].changed


async def test_reading_the_same_again_asks_nobody(database: Database, clock: Clock) -> None:
    """A newer day, or another page that says the same, is no change."""
    await consents(database, clock).agree(USER, PROVIDER.id)
    read_again = replace(POLICY, read_on=date(2026, 11, 20), sources=("https://x.ai/new",))
    room = consents(database, clock, replace(PROVIDER, policy=read_again))
    assert await may_go(database, room)


async def test_agreeing_twice_keeps_the_first_day(database: Database, clock: Clock) -> None:
    """And taking it back closes, whatever the version."""
    room = consents(database, clock)
    first = await room.agree(USER, PROVIDER.id)
    clock.advance(hours=1)
    assert (await room.agree(USER, PROVIDER.id)).agreed_at == first.agreed_at
    await room.revoke(USER, PROVIDER.id)
    assert not await may_go(database, room)
    (shown,) = await room.of(USER)
    assert (shown.agreed_at, shown.changed) == (None, False)


async def test_stale_facts_are_marked(database: Database, clock: Clock) -> None:
    """Half a year after they were read, where a person is asked."""
    room = consents(database, clock)
    assert not (await room.of(USER))[0].stale
    clock.advance(days=200)
    assert (await room.of(USER))[0].stale
