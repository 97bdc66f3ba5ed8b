"""Which master keys a database is sealed under, so that a wrong one is refused at the start.

A fingerprint is derived like any other key and reveals nothing about the master key. Every process
records the fingerprint of the key that it seals with; rotation removes the old one once it wraps
nothing.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db.dialect import insert_new
from backend.db.engine import metadata
from backend.db.keys import KeyRing
from backend.db.vault import user_key_context, user_keys, wrapping_cipher
from backend.errors import SettingsInvalid, TextUnreadable

master_keys = sa.Table(
    "master_keys", metadata, sa.Column("fingerprint", sa.String(32), primary_key=True)
)

_WRONG: Final = (
    "is not the key that this database was sealed with: set the right one, and "
    "MASTER_KEY_PREVIOUS while you rotate keys"
)


async def register_keys(db: AsyncConnection, keys: KeyRing) -> None:
    """Check that the ring holds every master key in use, and record its current one.

    Raises:
        SettingsInvalid: the database uses a key that is not in the ring.
    """
    ring = keys.fingerprints()
    used = set((await db.execute(sa.select(master_keys.c.fingerprint))).scalars())
    if not used:
        used = await _used_before(db, keys, ring)
    if not used <= set(ring):
        raise SettingsInvalid(name="MASTER_KEY", reason=_WRONG)
    for fingerprint in used | {ring[0]}:
        await db.execute(insert_new(db, master_keys), {"fingerprint": fingerprint})


async def retire_keys(db: AsyncConnection, keys: KeyRing) -> None:
    """Record that the ring's current key wraps everything."""
    current = keys.fingerprints()[0]
    await db.execute(sa.delete(master_keys).where(master_keys.c.fingerprint != current))
    await db.execute(insert_new(db, master_keys), {"fingerprint": current})


async def _used_before(db: AsyncConnection, keys: KeyRing, ring: Sequence[str]) -> set[str]:
    """For a database from before the list: the key that wraps one person's key, if any."""
    row = (await db.execute(sa.select(user_keys).limit(1))).one_or_none()
    if row is None:
        return set()
    try:
        number, _ = wrapping_cipher(keys).open_numbered(
            row.wrapped_key, user_key_context(row.user_id)
        )
    except TextUnreadable:
        return {"unknown"}
    return {ring[number]}
