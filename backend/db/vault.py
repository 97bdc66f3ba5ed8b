"""Encryption at rest: text under a key per person, each key wrapped by the master key.

The master key is not in the database, so a copy of the database reveals no text. Destroying a
person's wrapped key makes every copy of their text, in backups too, unreadable. Telegram's terms
ask for this (Bot Developer Terms §4.4).
"""

import os
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db.cipher import Cipher, RotatingCipher
from backend.db.dialect import insert, insert_new
from backend.db.direct_postgres import PostgresConnection
from backend.db.engine import Database, metadata
from backend.db.hot import hot
from backend.db.keys import KEY_BYTES, KeyRing
from backend.db.objects import NoObjects, ObjectStore
from backend.db.sqlite_transactions import PlainConnection
from backend.db.temporary_keys import MemoryTemporaryKeys, TemporaryKeys, is_temporary
from backend.db.types import UtcDateTime
from backend.nursery import Nursery

user_keys = sa.Table(
    "user_keys",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
)
destroyed_keys = sa.Table(
    "destroyed_keys",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("destroyed_at", UtcDateTime, nullable=False, index=True),
)
"""Users whose keys were destroyed recently, so that other processes drop them from their caches."""
shared_keys = sa.Table(
    "shared_keys",
    metadata,
    sa.Column("purpose", sa.String(40), primary_key=True),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
)

CACHED_KEYS: Final = 20_000
REFRESH_SECONDS: Final = 1.0
OVERLAP: Final = timedelta(minutes=1)
"""How far each query looks back, for late commits and clock differences."""
DESTROYED_KEPT: Final = timedelta(days=1)

_FIND_KEY = hot(
    sa.select(user_keys.c.wrapped_key).where(user_keys.c.user_id == sa.bindparam("user"))
)
_DESTROYED_SINCE = hot(
    sa.select(destroyed_keys.c.user_id).where(
        destroyed_keys.c.destroyed_at >= sa.bindparam("since")
    )
)


def wrapping_cipher(keys: KeyRing) -> RotatingCipher:
    """The cipher that wraps people's keys and the shared keys."""
    return RotatingCipher(*keys.derive_all("tanya user keys"))


def user_key_context(user_id: int) -> str:
    """What a person's wrapped key is bound to."""
    return f"user key:{user_id}"


def shared_key_context(purpose: str) -> str:
    """What a wrapped shared key is bound to."""
    return f"shared key:{purpose}"


class Vault:
    """Makes, wraps and caches people's keys. Share one in a process. Without `temporary`, keys of
    temporary conversations are in this process's memory. `objects` keeps what was sealed and lies
    outside of the database."""

    def __init__(
        self,
        keys: KeyRing,
        temporary: TemporaryKeys | None = None,
        objects: ObjectStore | None = None,
    ) -> None:
        self.temporary = temporary or MemoryTemporaryKeys()
        self.objects = objects or NoObjects()
        self._wrapping = wrapping_cipher(keys)
        self._ciphers: OrderedDict[int, Cipher] = OrderedDict()
        # Keys made in a transaction are known in it alone: it may be rolled back yet.
        self._made: WeakKeyDictionary[Any, dict[int, Cipher]] = WeakKeyDictionary()

    async def cipher(
        self, db: AsyncConnection, user_id: int, conversation_id: UUID | None = None
    ) -> Cipher:
        """The person's cipher, whose key is made on first use; for a temporary conversation its
        own. Once that key is gone, the cipher opens nothing and seals under a throwaway key: late
        writes into a closed conversation are lost on purpose.

        Raises:
            TextUnreadable: the key was wrapped by another master key.
        """
        if conversation_id is not None and is_temporary(conversation_id):
            found = await self.temporary.find(user_id, conversation_id)
            return Cipher(found or os.urandom(KEY_BYTES))
        if (existing := await self.existing_cipher(db, user_id)) is not None:
            return existing
        cipher = Cipher(self._unwrap(await self._make(db, user_id), user_id))
        self._made.setdefault(_transaction(db), {})[user_id] = cipher
        return cipher

    async def existing_cipher(self, db: AsyncConnection, user_id: int) -> Cipher | None:
        """As `cipher`, but makes no key: None for somebody who has none, or was erased."""
        if (known := self._ciphers.get(user_id)) is not None:
            self._ciphers.move_to_end(user_id)
            return known
        made = self._made.get(_transaction(db), {})
        if user_id in made:
            return made[user_id]
        if (wrapped := await self._find(db, user_id)) is None:
            return None
        cipher = Cipher(self._unwrap(wrapped, user_id))
        self._ciphers[user_id] = cipher
        if len(self._ciphers) > CACHED_KEYS:
            self._ciphers.popitem(last=False)
        return cipher

    async def can_open(self, user_id: int, conversation_id: UUID) -> bool:
        """Whether the conversation's words can be read: False for a temporary one that is over."""
        if not is_temporary(conversation_id):
            return True
        return await self.temporary.find(user_id, conversation_id) is not None

    async def forget(self, db: AsyncConnection, user_id: int, now: datetime) -> None:
        """Destroy the person's key: what it sealed can never be read again.

        Other processes forget it within `REFRESH_SECONDS` and the time of a query.
        """
        self._ciphers.pop(user_id, None)
        self._made.get(_transaction(db), {}).pop(user_id, None)
        await db.execute(sa.delete(user_keys).where(user_keys.c.user_id == user_id))
        row = insert(db, destroyed_keys).values(user_id=user_id, destroyed_at=now)
        await db.execute(
            row.on_conflict_do_update(
                index_elements=[destroyed_keys.c.user_id], set_={"destroyed_at": now}
            )
        )

    async def shared_key(self, db: AsyncConnection, purpose: str) -> bytes:
        """A random key that all processes share, made on first use.

        For data that cannot be recomputed after a rotation, such as keyed hashes of unknown ids:
        rotation only wraps the key again.
        """
        find = sa.select(shared_keys.c.wrapped_key).where(shared_keys.c.purpose == purpose)
        context = shared_key_context(purpose)
        wrapped = (await db.execute(find)).scalar_one_or_none()
        if wrapped is None:
            fresh = self._wrapping.seal_bytes(os.urandom(KEY_BYTES), context)
            await db.execute(
                insert_new(db, shared_keys), {"purpose": purpose, "wrapped_key": fresh}
            )
            wrapped = (await db.execute(find)).scalar_one()
        return self._wrapping.open_bytes(wrapped, context)

    def keep_fresh(
        self, nursery: Nursery, database: Database, clock: Callable[[], datetime]
    ) -> None:
        """Keep dropping cached keys that were destroyed, in this process or another."""
        nursery.repeat(
            lambda: self.drop_destroyed(database, clock()),
            name="destroyed-keys",
            every=REFRESH_SECONDS,
        )

    async def drop_destroyed(self, database: Database, now: datetime) -> None:
        """Drop cached keys that were destroyed lately."""
        async with database.snapshot() as db:
            rows = await db.execute(_DESTROYED_SINCE, {"since": now - OVERLAP})
            for row in rows:
                self._ciphers.pop(row.user_id, None)

    async def _find(self, db: AsyncConnection, user_id: int) -> bytes | None:
        return (await db.execute(_FIND_KEY, {"user": user_id})).scalar_one_or_none()

    async def _make(self, db: AsyncConnection, user_id: int) -> bytes:
        wrapped = self._wrapping.seal_bytes(os.urandom(KEY_BYTES), user_key_context(user_id))
        row = {"user_id": user_id, "wrapped_key": wrapped}
        if (await db.execute(insert_new(db, user_keys), row)).rowcount == 1:
            return wrapped
        # Another transaction was first; its key counts.
        stored = await self._find(db, user_id)
        assert stored is not None
        return stored

    def _unwrap(self, wrapped: bytes, user_id: int) -> bytes:
        return self._wrapping.open_bytes(wrapped, user_key_context(user_id))


async def forget_destroyed(db: AsyncConnection, now: datetime) -> None:
    """Delete records of keys that every process has dropped."""
    old = destroyed_keys.c.destroyed_at < now - DESTROYED_KEPT
    await db.execute(sa.delete(destroyed_keys).where(old))


def _transaction(db: AsyncConnection) -> Any:
    """The transaction that is open on the connection; the connection itself before it begins."""
    if isinstance(db, PlainConnection | PostgresConnection) and db.begun is not None:
        return db.begun
    assert db.sync_connection is not None
    return db.sync_connection.get_transaction() or db.sync_connection
