"""Rotating the master key while people write: everything stays readable, a wrong key is refused.

Exercises backend/rotate.py.
"""

import pytest
import sqlalchemy as sa

from backend.bot.inbox.stored import StoredUpdates, UpdateProgress, reseal_updates
from backend.db import Database, KeyRing, RotatingCipher, Vault, rotation
from backend.db.master_keys import master_keys, register_keys, retire_keys
from backend.db.rotation import rewrap_keys
from backend.db.vault import destroyed_keys, forget_destroyed
from backend.errors import SettingsInvalid, TextUnreadable
from tests.conftest import Clock

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
PEOPLE = range(1, 8)


async def register(database: Database, *keys: bytes) -> None:
    """What a process does when it starts with these keys."""
    async with database.unit_of_work() as db:
        await register_keys(db, KeyRing(*keys))


async def written(database: Database, key: bytes) -> dict[int, bytes]:
    """Something that each person wrote under a master key."""
    vault = Vault(KeyRing(key))
    async with database.unit_of_work() as db:
        return {one: (await vault.cipher(db, one)).seal("words", "x") for one in PEOPLE}


async def check_readable(database: Database, sealed: dict[int, bytes], *keys: bytes) -> None:
    """Check that all of it can be read with these keys."""
    vault = Vault(KeyRing(*keys))
    async with database.snapshot() as db:
        for person, text in sealed.items():
            assert (await vault.cipher(db, person)).open(text, "x") == "words"


async def test_a_wrong_key_is_refused(database: Database) -> None:
    """With a valid key that is not the database's the server does not start, and seals nothing."""
    await register(database, OLD)
    await register(database, OLD)
    with pytest.raises(SettingsInvalid) as caught:
        await register(database, OTHER)
    assert caught.value.details["name"] == "MASTER_KEY"


async def test_a_wrong_key_is_refused_by_an_older_database(database: Database) -> None:
    """A database from before the list of keys checks the key with one of its people's keys."""
    await written(database, OLD)
    with pytest.raises(SettingsInvalid):
        await register(database, OTHER)
    await register(database, NEW, OLD)
    with pytest.raises(SettingsInvalid):
        await register(database, NEW)


async def test_texts_are_readable_before_during_and_after(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted after a page and repeated, rotation ends with everything under the new key."""
    monkeypatch.setattr(rotation, "PAGE", 3)
    await register(database, OLD)
    sealed = await written(database, OLD)
    ring = KeyRing(NEW, OLD)
    await register(database, NEW, OLD)

    def break_off(looked: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rewrap_keys(database, ring, break_off)
    await check_readable(database, sealed, NEW, OLD)
    with pytest.raises(SettingsInvalid):
        await register(database, NEW)
    told: list[tuple[int, int]] = []
    changed = await rewrap_keys(database, ring, lambda looked, total: told.append((looked, total)))
    assert changed == 4
    assert told[:3] == [(3, 7), (6, 7), (7, 7)]
    async with database.unit_of_work() as db:
        await retire_keys(db, ring)
    await check_readable(database, sealed, NEW)
    await register(database, NEW)
    with pytest.raises(SettingsInvalid):
        await register(database, OLD)
    async with database.snapshot() as db:
        assert len((await db.execute(sa.select(master_keys))).all()) == 1


async def test_keys_made_during_rotation_are_found(database: Database) -> None:
    """A process that was not restarted yet still makes keys under the old master key."""
    await written(database, OLD)
    late = Vault(KeyRing(OLD))
    looks: list[int] = []

    def progress(looked: int, total: int) -> None:
        looks.append(looked)

    assert await rewrap_keys(database, KeyRing(NEW, OLD), progress) == len(PEOPLE)
    async with database.unit_of_work() as db:
        text = (await late.cipher(db, 99)).seal("words", "x")
    assert await rewrap_keys(database, KeyRing(NEW, OLD), progress) == 1
    await check_readable(database, {99: text}, NEW)
    # Each time a last pass finds nothing more.
    assert looks == [7, 7, 8, 8]


async def test_a_shared_key_outlives_rotation(database: Database) -> None:
    """What was hashed with it is found under the new master key."""
    async with database.unit_of_work() as db:
        before = await Vault(KeyRing(OLD)).shared_key(db, "erased people")
        assert await Vault(KeyRing(OLD)).shared_key(db, "erased people") == before
        assert await Vault(KeyRing(OLD)).shared_key(db, "other") != before
    await rewrap_keys(database, KeyRing(NEW, OLD), lambda looked, total: None)
    async with database.unit_of_work() as db:
        assert await Vault(KeyRing(NEW)).shared_key(db, "erased people") == before


async def test_waiting_updates_are_sealed_again(database: Database, clock: Clock) -> None:
    """An update stored under the old key is handled by a process that only knows the new one."""

    def stored(owner: str, *keys: bytes) -> StoredUpdates:
        return StoredUpdates(database, RotatingCipher(*keys), clock, owner)

    await stored("one", OLD).put(5, "chat:1", b'{"update_id": 5}')
    assert await reseal_updates(database, RotatingCipher(NEW, OLD)) == 1
    assert await reseal_updates(database, RotatingCipher(NEW, OLD)) == 0
    (found,) = await stored("one", NEW).advance("chat:1", UpdateProgress())
    assert found.update == {"update_id": 5}


async def test_a_destroyed_key_leaves_every_process(database: Database, clock: Clock) -> None:
    """Another process drops it from its cache: it neither reads nor seals with it any more."""
    here, there = Vault(KeyRing(OLD)), Vault(KeyRing(OLD))
    async with database.unit_of_work() as db:
        sealed = (await here.cipher(db, 1)).seal("words", "x")
    async with database.snapshot() as db:
        assert (await there.cipher(db, 1)).open(sealed, "x") == "words"
    async with database.unit_of_work() as db:
        await here.forget(db, 1, clock())
    clock.advance(seconds=1)
    await there.drop_destroyed(database, clock())
    async with database.unit_of_work() as db:
        with pytest.raises(TextUnreadable):
            (await there.cipher(db, 1)).open(sealed, "x")
        assert (await here.cipher(db, 1)).open((await there.cipher(db, 1)).seal("new", "x"), "x")
    clock.advance(days=2)
    async with database.unit_of_work() as db:
        await forget_destroyed(db, clock())
        assert (await db.execute(sa.select(destroyed_keys))).all() == []
