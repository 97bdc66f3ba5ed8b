"""Finding people by the name they give: by a keyed hash, and never somebody else.

Exercises backend/identity/usernames.py, backend/identity/people.py.
"""

import hashlib
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from backend.db import Database, KeyRing, Vault, new_master_key
from backend.db.keys import decode_master_key
from backend.db.rotation import rewrap_keys
from backend.errors import UsernameNotKnown
from backend.identity import Usernames, erase, export, profile, remember
from backend.identity.tables import users
from tests.conftest import Clock

ANN, BOB = 7_000_000_001, 7_000_000_002


@pytest.fixture
def usernames(database: Database, vault: Vault) -> Usernames:
    """As one process has them."""
    return Usernames(database, vault)


class Door:
    """People come in with the names they have at a time."""

    def __init__(self, database: Database, usernames: Usernames, clock: Clock) -> None:
        self.database = database
        self.usernames = usernames
        self.clock = clock

    async def comes(self, person: int, name: str | None, told: datetime | None = None) -> None:
        """Somebody is seen with this name, which Telegram told at `told`."""
        seen = await self.usernames.seen(name, told or self.clock())
        async with self.database.unit_of_work() as db:
            await remember(db, person, "en", self.clock(), seen)

    async def finds(self, words: str) -> int | None:
        """Whom an operator finds; None if nobody."""
        try:
            return await self.usernames.find(words)
        except UsernameNotKnown:
            return None


@pytest.fixture
def door(database: Database, usernames: Usernames, clock: Clock) -> Door:
    """One on the test's database."""
    return Door(database, usernames, clock)


async def test_by_id_and_by_name(door: Door) -> None:
    """The same person by id, name, link and in any case; others not."""
    await door.comes(ANN, "Ann_Example")
    for words in (str(ANN), "@ann_example", "ANN_EXAMPLE", "https://t.me/ann_Example"):
        assert await door.finds(words) == ANN
    assert await door.finds("@ann_exampl") is None


async def test_a_name_passes_to_whoever_was_seen_with_it_last(door: Door) -> None:
    """Somebody takes over a name, and later drops it: the one who had it before is not found by it
    again."""
    await door.comes(ANN, "changing")
    door.clock.advance(hours=1)
    await door.comes(BOB, "Changing")
    assert await door.finds("@changing") == BOB
    door.clock.advance(hours=1)
    await door.comes(BOB, "other_name")
    assert await door.finds("@changing") is None
    assert await door.finds("@other_name") == BOB
    door.clock.advance(hours=1)
    await door.comes(BOB, None)
    assert await door.finds("@other_name") is None


async def test_exchanged_names(door: Door) -> None:
    """Two people exchange their names: each is found by the one they have now."""
    await door.comes(ANN, "first_name")
    await door.comes(BOB, "second_name")
    door.clock.advance(hours=1)
    await door.comes(ANN, "second_name")
    await door.comes(BOB, "first_name")
    assert (await door.finds("first_name"), await door.finds("second_name")) == (BOB, ANN)


async def test_an_old_launch_brings_no_name_back(door: Door) -> None:
    """Clients reuse a launch for a day: what Telegram said earlier does not undo what it said
    later, of the same person or of who has the name now."""
    begun = door.clock()
    await door.comes(ANN, "changing", told=begun)
    door.clock.advance(hours=1)
    await door.comes(BOB, "changing")
    await door.comes(ANN, "changing", told=begun)
    assert await door.finds("changing") == BOB
    await door.comes(ANN, "ann_later")
    await door.comes(ANN, "changing", told=begun)
    assert await door.finds("ann_later") == ANN
    await door.comes(BOB, None, told=door.clock() + timedelta(minutes=1))
    assert await door.finds("changing") is None


async def test_other_visits_keep_the_name(door: Door, vault: Vault) -> None:
    """A visit that tells no name, such as a change of settings, changes nothing about it; since
    when it holds is when it was first seen."""
    await door.comes(ANN, "ann_example")
    since = door.clock()
    door.clock.advance(days=3)
    await door.comes(ANN, "ann_example")
    async with door.database.unit_of_work() as db:
        await remember(db, ANN, "ru", door.clock())
        kept = await profile(db, vault, ANN)
    assert (await door.finds("ann_example"), kept.username_since) == (ANN, since)


async def test_no_name_is_stored_and_the_hash_needs_the_key(
    door: Door, database: Database, usernames: Usernames
) -> None:
    """The row has 32 bytes without the name in them, which are no plain hash of it: names cannot be
    tried against a copy of the database alone."""
    await door.comes(ANN, "ann_example")
    async with database.snapshot() as db:
        row = (await db.execute(sa.select(users).where(users.c.user_id == ANN))).one()
    assert len(row.username_hash) == 32
    assert b"ann" not in row.username_hash
    assert "ann_example" not in str(tuple(row))
    assert row.username_hash != hashlib.sha256(b"ann_example").digest()
    again = await usernames.seen("ANN_example", door.clock())
    assert again.hash == row.username_hash


async def test_a_new_master_key_finds_the_same_people(database: Database, clock: Clock) -> None:
    """Rotation wraps the names' key again; nobody has to come back to be found."""
    old, new = (decode_master_key(new_master_key()) for _ in range(2))
    before = Usernames(database, Vault(KeyRing(old)))
    await Door(database, before, clock).comes(ANN, "ann_example")
    await rewrap_keys(database, KeyRing(new, old), lambda looked, total: None)
    after = Usernames(database, Vault(KeyRing(new)))
    assert await Door(database, after, clock).finds("@ann_example") == ANN


async def test_export_and_erasure(door: Door, vault: Vault) -> None:
    """A person's copy says since when a name finds them; erased, no name does."""
    await door.comes(ANN, "ann_example")
    async with door.database.unit_of_work() as db:
        assert (await export(db, vault, ANN))["foundByUsernameSince"] == door.clock()
        await erase(db, ANN, door.clock())
    assert await door.finds("@ann_example") is None
    await door.comes(BOB, None)
    async with door.database.unit_of_work() as db:
        assert (await export(db, vault, BOB))["foundByUsernameSince"] is None
