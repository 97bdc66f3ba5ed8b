"""Rotation of the master key: wraps every key again while the server runs.

Data sealed under people's own keys is not touched. Each page of rows is one short transaction, and
finished rows are skipped, so rotation can be interrupted and resumed at any time.
"""

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa

from backend.db.cipher import RotatingCipher
from backend.db.engine import Database
from backend.db.keys import KeyRing
from backend.db.vault import (
    shared_key_context,
    shared_keys,
    user_key_context,
    user_keys,
    wrapping_cipher,
)

PAGE: Final = 200

Progress = Callable[[int, int], None]
"""Called with the number of rows done and the total."""


async def rewrap_keys(database: Database, keys: KeyRing, progress: Progress) -> int:
    """Wrap every key under the ring's current master key; returns how many changed.

    It repeats until it finds none: a process without the current master key may still make keys.

    Raises:
        TextUnreadable: a key is wrapped by a master key that is not in the ring.
    """
    wrapping = wrapping_cipher(keys)
    changed = await _rewrap_shared(database, wrapping)
    while found := await _rewrap_people(database, wrapping, progress):
        changed += found
    return changed


async def _rewrap_people(database: Database, wrapping: RotatingCipher, progress: Progress) -> int:
    async with database.snapshot() as db:
        total = (await db.execute(sa.select(sa.func.count()).select_from(user_keys))).scalar_one()
    look = sa.select(user_keys).order_by(user_keys.c.user_id).limit(PAGE)
    looked, changed, last = 0, 0, None
    while True:
        page = look if last is None else look.where(user_keys.c.user_id > last)
        async with database.unit_of_work() as db:
            rows: list[Any] = list((await db.execute(page)).all())
            for row in rows:
                fresh = wrapping.reseal(row.wrapped_key, user_key_context(row.user_id))
                if fresh is None:
                    continue
                # Compare and swap, so that a key destroyed meanwhile is not restored.
                this = sa.and_(
                    user_keys.c.user_id == row.user_id, user_keys.c.wrapped_key == row.wrapped_key
                )
                await db.execute(sa.update(user_keys).where(this).values(wrapped_key=fresh))
                changed += 1
        looked += len(rows)
        progress(looked, max(total, looked))
        if len(rows) < PAGE:
            return changed
        last = rows[-1].user_id


async def _rewrap_shared(database: Database, wrapping: RotatingCipher) -> int:
    changed = 0
    async with database.unit_of_work() as db:
        for row in (await db.execute(sa.select(shared_keys))).all():
            fresh = wrapping.reseal(row.wrapped_key, shared_key_context(row.purpose))
            if fresh is not None:
                this = shared_keys.c.purpose == row.purpose
                await db.execute(sa.update(shared_keys).where(this).values(wrapped_key=fresh))
                changed += 1
    return changed
