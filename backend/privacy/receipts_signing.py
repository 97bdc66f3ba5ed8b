"""Signs a chain's head, and lists the signing keys.

The private key is derived from the master key, and so changes when that is rotated. Every public
key stays listed and published, so that old signatures remain verifiable.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import KeyRing
from backend.privacy.signing_keys import PublicKey, as_base64, list_key, listed_keys

HEAD_FORMAT: Final = "tanya-receipts-head/1"
PURPOSE: Final = "tanya receipt signatures"


class Head(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is signed: how many receipts there are, the last one's hash, and the SHA-256 of all
    outcomes as they are exported, one a line, in their order."""

    format: str = HEAD_FORMAT
    count: int
    hash: str
    outcomes: str
    signed_at: datetime


class SignedHead(Struct, frozen=True, rename="camel"):
    """`head` is the JSON of a Head, exactly as it was signed; the rest is base64."""

    head: str
    signature: str
    public_key: str


class ReceiptSigner:
    """Signs heads with Ed25519 (RFC 8032)."""

    def __init__(self, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(keys.derive(PURPOSE))
        self._clock = clock
        self.public_key = self._key.public_key().public_bytes_raw()

    async def publish(self, db: AsyncConnection) -> None:
        """List the key that is used now, before it is."""
        await list_key(db, "receipts", self.public_key, self._clock())

    async def public_keys(self, db: AsyncConnection) -> list[PublicKey]:
        """Every key that was ever used, oldest first."""
        return await listed_keys(db, "receipts", self.public_key)

    def sign(self, count: int, last_hash: str, outcomes: str) -> SignedHead:
        """A signature under the head as it is now."""
        head = Head(count=count, hash=last_hash, outcomes=outcomes, signed_at=self._clock())
        written = msgspec.json.encode(head)
        return SignedHead(
            written.decode(), as_base64(self._key.sign(written)), as_base64(self.public_key)
        )
