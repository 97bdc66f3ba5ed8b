"""A receipt's record, and the hash that links it to the previous one.

The record is JSON. It is exported and hashed as the same bytes, so that verifiers need no canonical
JSON: they hash the given text. It is stored packed, with the words that all records share left out:
a third of its length.
"""

import hashlib
import os
import zlib
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
PACKED: Final = b"1"
"""What a packed record begins with; one that is not packed begins with a brace."""
MOST_BYTES: Final = 64 * 1024 * 1024
SHARED: Final = (
    b"image-01speechtranscribemoderatecheckclaimssuggestionstitlecontinueregenerate"
    b"https://openrouter.ai/api/v1/chat/completionshttps://api.anthropic.com/v1/messages"
    b"https://api.openai.com/v1/responseshttps://api.x.ai/v1/responses"
    b'"source":"https://docs.x.ai/developers/faq/security","readOn":"2026-'
    b'"search","effort","temperature","safety_id"'
    b'{"format":"tanya-receipt/1","id":"019","number":1,"previous":"'
    b"0000000000000000000000000000000000000000000000000000000000000000"
    b'","salt":"","at":"2026-12-01T00:00:00.000000Z","purpose":"send","provider":"xai",'
    b'"model":"grok-","endpoint":"https://","claims":{"region":null,"retentionDays":30,'
    b'"trains":false,"source":null,"readOn":null},"bytes":1,"sha256":"","runId":"019",'
    b'"conversationId":"019","messageId":"019","messageIds":["019","019"],"fileIds":[],'
    b'"fields":["system","turns","max_output_tokens"],"prompts":["system@1"],"redacted":[]}'
)
"""What records have in common. A stored record can only be read with the dictionary that it was
packed with: another dictionary needs another mark than `PACKED`."""


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


def pack_record(written: bytes) -> bytes:
    """The record as it is stored, before it is sealed."""
    # A small window: clearing the tables of a large one would take longer than the record.
    deflater = zlib.compressobj(1, zlib.DEFLATED, -11, 3, zlib.Z_DEFAULT_STRATEGY, SHARED)
    return PACKED + deflater.compress(written) + deflater.flush()


def unpack_record(stored: bytes) -> bytes:
    """The record's exact bytes; older ones were stored as they are.

    Raises:
        ValueError: it is damaged.
    """
    if stored[:1] != PACKED:
        return stored
    inflater = zlib.decompressobj(-11, SHARED)
    try:
        written = inflater.decompress(stored[1:], MOST_BYTES)
    except zlib.error as error:
        raise ValueError("damaged record") from error
    if not inflater.eof:
        raise ValueError("damaged record")
    return written


def read_record(written: bytes) -> ReceiptRecord:
    """A stored record.

    Raises:
        msgspec.ValidationError: it is of a format that this release does not know.
    """
    return msgspec.json.decode(written, type=ReceiptRecord)


def hash_of(written: bytes) -> bytes:
    """The hash that the next record names."""
    return hashlib.sha256(written).digest()
