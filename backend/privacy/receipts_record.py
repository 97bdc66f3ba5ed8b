"""A receipt's record, and the hash that links it to the previous one.

The record is JSON. It is stored, exported and hashed as the same bytes, so that verifiers need no
canonical JSON: they hash the given text.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from backend.llm import Provider

FORMAT: Final = "tanya-receipt/1"
BEGINNING: Final = "0" * 64
"""What the first receipt of a chain names as the hash before it."""
SALT_BYTES: Final = 16


class ProviderClaims(Struct, frozen=True, rename="camel"):
    """What the provider said of requests when this one left; null is unknown. `source` is where
    that was read, `read_on` the day."""

    region: str | None = None
    retention_days: int | None = None
    trains: bool | None = None
    source: str | None = None
    read_on: str | None = None


class ReceiptRecord(Struct, frozen=True, kw_only=True, rename="camel"):
    """What was known before the first byte left. `previous` is the hash of the record before it;
    `sha256` and `bytes` are of the exact body; `redacted` are the placeholders in it."""

    format: str = FORMAT
    id: UUID
    number: int
    previous: str
    salt: str
    at: datetime
    purpose: str
    provider: str
    model: str
    endpoint: str
    claims: ProviderClaims
    bytes: int
    sha256: str
    run_id: UUID | None
    conversation_id: UUID | None
    message_id: UUID | None
    message_ids: tuple[UUID, ...]
    file_ids: tuple[UUID, ...]
    fields: tuple[str, ...]
    prompts: tuple[str, ...]
    redacted: tuple[str, ...] = ()


def claims_of(providers: Mapping[str, Provider], provider_id: str) -> ProviderClaims:
    """What the provider says of requests now; nothing is known of one that is in no catalog."""
    if (provider := providers.get(provider_id)) is None:
        return ProviderClaims()
    policy = provider.policy
    return ProviderClaims(
        policy.region,
        policy.retention_days,
        policy.trains,
        " ".join(policy.sources) or None,
        policy.read_on.isoformat() if policy.read_on else None,
    )


def new_salt() -> str:
    """Prevents guessing a body from the record's hash."""
    return os.urandom(SALT_BYTES).hex()


def write_record(record: ReceiptRecord) -> bytes:
    """The bytes that are stored and hashed."""
    return msgspec.json.encode(record)


def read_record(written: bytes) -> ReceiptRecord:
    """A stored record.

    Raises:
        msgspec.ValidationError: it is of a format that this release does not know.
    """
    return msgspec.json.decode(written, type=ReceiptRecord)


def hash_of(written: bytes) -> bytes:
    """The hash that the next record names."""
    return hashlib.sha256(written).digest()
