"""Encryption at rest: text under a key per person, each key wrapped by the master key.

The master key is not in the database, so a copy of the database shows nobody's words.
Destroying a person's wrapped key makes every copy of their text, in backups too, unreadable.
Telegram's terms ask for this (Bot Developer Terms §4.4).
"""

import base64
import os
from collections import OrderedDict
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db.dialect import insert_new
from backend.db.engine import metadata
from backend.db.hot import hot
from backend.errors import SettingsInvalid, TextUnreadable

user_keys = sa.Table(
    "user_keys",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
)

NONCE_BYTES = 12
CACHED_KEYS = 20_000

_FIND_KEY = hot(
    sa.select(user_keys.c.wrapped_key).where(user_keys.c.user_id == sa.bindparam("user"))
)


def new_master_key() -> str:
    """32 random bytes in base64: a value for MASTER_KEY."""
    return base64.b64encode(os.urandom(32)).decode()


def decode_master_key(text: str) -> bytes:
    """The bytes of MASTER_KEY.

    Raises:
        SettingsInvalid: when it is not 32 bytes in base64.
    """
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise SettingsInvalid(name="MASTER_KEY", reason="is not 32 bytes in base64")
    return key


def derive_key(master_key: bytes, purpose: str) -> bytes:
    """A key for one purpose (HKDF-SHA256, RFC 5869), so that no two uses share one."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode()).derive(master_key)


class Cipher:
    """Seals and opens one person's text. `context` says where it belongs and is authenticated,
    so that a sealed text moved to another place does not open.

    It keeps the key alone: OpenSSL's state around it takes 2.4 kB, and one microsecond to make.
    """

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt; the result is a nonce followed by AES-256-GCM's output."""
        return self.seal_bytes(text.encode(), context)

    def seal_bytes(self, data: bytes, context: str) -> bytes:
        """As `seal`, for what is no text."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, data, context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt.

        Raises:
            TextUnreadable: another key or context, or altered bytes.
        """
        return self.open_bytes(sealed, context).decode()

    def open_bytes(self, sealed: bytes, context: str) -> bytes:
        """As `open`, for what is no text."""
        try:
            return AESGCM(self._key).decrypt(
                sealed[:NONCE_BYTES], memoryview(sealed)[NONCE_BYTES:], context.encode()
            )
        except InvalidTag:
            raise TextUnreadable() from None


class Vault:
    """Makes, wraps and caches people's keys."""

    def __init__(self, master_key: bytes) -> None:
        self._wrapping = AESGCM(derive_key(master_key, "tanya user keys"))
        self._ciphers: OrderedDict[int, Cipher] = OrderedDict()
        # Keys made in a transaction are known in it alone: it may be rolled back yet.
        self._made: WeakKeyDictionary[Any, dict[int, Cipher]] = WeakKeyDictionary()

    async def cipher(self, db: AsyncConnection, user_id: int) -> Cipher:
        """The person's cipher; their key is made on first use.

        Raises:
            TextUnreadable: the key was wrapped by another master key.
        """
        if (known := self._ciphers.get(user_id)) is not None:
            self._ciphers.move_to_end(user_id)
            return known
        made = self._made.get(_transaction(db), {})
        if user_id in made:
            return made[user_id]
        wrapped = await self._find(db, user_id)
        if wrapped is None:
            cipher = Cipher(self._unwrap(await self._make(db, user_id), user_id))
            self._made.setdefault(_transaction(db), {})[user_id] = cipher
            return cipher
        cipher = Cipher(self._unwrap(wrapped, user_id))
        self._ciphers[user_id] = cipher
        if len(self._ciphers) > CACHED_KEYS:
            self._ciphers.popitem(last=False)
        return cipher

    async def forget(self, db: AsyncConnection, user_id: int) -> None:
        """Destroy the person's key: what it sealed can never be read again."""
        self._ciphers.pop(user_id, None)
        self._made.get(_transaction(db), {}).pop(user_id, None)
        await db.execute(sa.delete(user_keys).where(user_keys.c.user_id == user_id))

    async def _find(self, db: AsyncConnection, user_id: int) -> bytes | None:
        return (await db.execute(_FIND_KEY, {"user": user_id})).scalar_one_or_none()

    async def _make(self, db: AsyncConnection, user_id: int) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        wrapped = nonce + self._wrapping.encrypt(nonce, os.urandom(32), _key_context(user_id))
        row = {"user_id": user_id, "wrapped_key": wrapped}
        if (await db.execute(insert_new(db, user_keys), row)).rowcount == 1:
            return wrapped
        # Someone else was first; theirs is the one that counts.
        stored = await self._find(db, user_id)
        assert stored is not None
        return stored

    def _unwrap(self, wrapped: bytes, user_id: int) -> bytes:
        try:
            return self._wrapping.decrypt(
                wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _key_context(user_id)
            )
        except InvalidTag:
            raise TextUnreadable() from None


def _transaction(db: AsyncConnection) -> Any:
    """The transaction that is open on the connection; the connection itself before it begins."""
    assert db.sync_connection is not None
    return db.sync_connection.get_transaction() or db.sync_connection


def _key_context(user_id: int) -> bytes:
    return f"user key:{user_id}".encode()
