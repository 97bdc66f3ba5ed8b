"""The certificate of an erasure: what was deleted, what is kept and why, what providers may still
hold.

It is signed with Ed25519 (RFC 8032) and verified without a server, against the public key that
is in it; whoever has the master key can tell whether that key is this server's.
"""

import base64
import binascii
import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import KeyRing
from backend.privacy.signing_keys import PublicKey, as_base64, list_key, listed_keys

FORMAT: Final = "tanya-erasure/1"
PURPOSE: Final = "tanya erasure certificates"
BEGINNING: Final = hashlib.sha256(b"tanya erasure").hexdigest()


class _Shown(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Part of a certificate."""


class ErasedRows(_Shown, frozen=True):
    """Rows of one kind that went. `hash` begins with BEGINNING and becomes, with each row's id in
    ascending order, SHA-256(hash + id, both in hexadecimal): a copy taken before gives the same.
    Null where rows have no id of their own."""

    what: str
    count: int
    hash: str | None = None


class HeldElsewhere(_Shown, frozen=True):
    """What a provider may still hold: requests until `until`, by its own word; null: not known."""

    provider: str
    name: str
    retention_days: int | None
    until: datetime | None


class Certificate(_Shown, frozen=True, kw_only=True):
    """What is certified. `person` is SHA-256(salt + Telegram id, as text): whoever knows both
    can tell whose it is."""

    format: str = FORMAT
    id: UUID
    person: str
    salt: str
    asked_at: datetime
    confirmed_at: datetime
    erased_at: datetime
    key_destroyed: bool = True
    erased: list[ErasedRows]
    kept: list[str]
    providers: list[HeldElsewhere]


class SignedCertificate(_Shown, frozen=True):
    """`certificate` is the JSON of a Certificate, exactly as it was signed; the rest is base64."""

    certificate: str
    signature: str
    public_key: str


class VerifiedCertificate(msgspec.Struct, frozen=True):
    """A certificate whose signature holds, and the key that it was made with."""

    certificate: Certificate
    public_key: str


class CertificateSigner:
    """Signs certificates, and recognises its own keys."""

    def __init__(self, keys: KeyRing) -> None:
        derived = [Ed25519PrivateKey.from_private_bytes(k) for k in keys.derive_all(PURPOSE)]
        self._key = derived[0]
        self._public_key = self._key.public_key().public_bytes_raw()
        self._known = {as_base64(key.public_key().public_bytes_raw()) for key in derived}

    async def publish(self, db: AsyncConnection, now: datetime) -> None:
        """List the key that is used now, before it is."""
        await list_key(db, "erasures", self._public_key, now)

    async def public_keys(self, db: AsyncConnection) -> list[PublicKey]:
        """Every key that was ever used, oldest first."""
        return await listed_keys(db, "erasures", self._public_key)

    def sign(self, certificate: Certificate) -> SignedCertificate:
        """A signature under the certificate's JSON."""
        written = msgspec.json.encode(certificate)
        return SignedCertificate(
            certificate=written.decode(),
            signature=as_base64(self._key.sign(written)),
            public_key=as_base64(self._public_key),
        )

    def is_ours(self, public_key: str) -> bool:
        """Whether the key is derived from the master key, or from the one before."""
        return public_key in self._known


def verify(data: bytes) -> VerifiedCertificate | None:
    """The certificate in a file; None: it was cut or changed, or is no certificate."""
    try:
        signed = msgspec.json.decode(data, type=SignedCertificate)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.public_key, validate=True))
        key.verify(base64.b64decode(signed.signature, validate=True), signed.certificate.encode())
        certificate = msgspec.json.decode(signed.certificate, type=Certificate)
    except (InvalidSignature, ValueError, binascii.Error, RecursionError):
        return None
    return (
        VerifiedCertificate(certificate, signed.public_key)
        if certificate.format == FORMAT
        else None
    )


def person_hash(salt: str, user_id: int) -> str:
    """What a certificate calls a person."""
    return hashlib.sha256(f"{salt}{user_id}".encode()).hexdigest()


def add_to_hash(before: str, ids: tuple[UUID, ...]) -> str:
    """The rolling hash with these ids."""
    digest = before
    for one in ids:
        digest = hashlib.sha256((digest + one.hex).encode()).hexdigest()
    return digest
