"""Verifies a file of receipts with only the file and, if known, the server's key.

docs/verify-receipts.html does the same in a browser. Keep the two alike.
"""

import base64
import binascii
import hashlib
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct

from backend.errors import ReceiptsInvalid
from backend.privacy.receipts_export import FORMAT, MEMBER
from backend.privacy.receipts_record import BEGINNING, ReceiptRecord, hash_of, read_record
from backend.privacy.receipts_signing import HEAD_FORMAT, Head, SignedHead

MAX_BYTES: Final = 1024 * 1024 * 1024


class _Item(Struct):
    record: str
    outcome: str


class _File(Struct):
    format: str
    receipts: list[_Item]
    signed: SignedHead


class VerifiedReceipts(Struct, frozen=True):
    """What holds: so many receipts, in one chain, signed with this key at that time. `known`:
    whether the key is one that the caller trusts; None if none was named."""

    count: int
    head: Head
    public_key: str
    known: bool | None


def read_file(path: Path) -> bytes:
    """The receipts' JSON, out of an export or by itself.

    Raises:
        ReceiptsInvalid: the file cannot be read, or holds no receipts.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive, archive.open(MEMBER) as member:
                return member.read(MAX_BYTES)
        return path.read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise ReceiptsInvalid(reason="there are no receipts in this file") from error


def verify(data: bytes, trusted: Collection[str] = ()) -> VerifiedReceipts:
    """Check every record, the chain, the outcomes and the signature.

    Raises:
        ReceiptsInvalid: the first check that fails.
    """
    file = _decoded(data)
    last_hash, outcomes = BEGINNING, hashlib.sha256()
    for number, item in enumerate(file.receipts, 1):
        written = item.record.encode()
        record = _record(written, number)
        if record.number != number or record.previous != last_hash:
            raise ReceiptsInvalid(reason=f"receipt {number} does not follow the one before it")
        last_hash = hash_of(written).hex()
        outcomes.update(item.outcome.encode() + b"\n")
    head = _signed_head(file.signed)
    if (head.count, head.hash) != (len(file.receipts), last_hash):
        raise ReceiptsInvalid(reason="receipts were changed, added or taken away at the end")
    if head.outcomes != outcomes.hexdigest():
        raise ReceiptsInvalid(reason="what became of an attempt was changed")
    key = file.signed.public_key
    known = key in trusted if trusted else None
    if known is False:
        raise ReceiptsInvalid(reason="it was signed with another key than the server's")
    return VerifiedReceipts(len(file.receipts), head, key, known)


def _decoded(data: bytes) -> _File:
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReceiptsInvalid(reason="the file is cut off, or is no file of receipts") from error
    if file.format != FORMAT:
        raise ReceiptsInvalid(reason="the file is of a format that is not known here")
    return file


def _record(written: bytes, number: int) -> ReceiptRecord:
    try:
        return read_record(written)
    except msgspec.DecodeError as error:
        raise ReceiptsInvalid(reason=f"receipt {number} cannot be read") from error


def _signed_head(signed: SignedHead) -> Head:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.public_key, validate=True))
        key.verify(base64.b64decode(signed.signature, validate=True), signed.head.encode())
        head = msgspec.json.decode(signed.head, type=Head)
    except (InvalidSignature, ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise ReceiptsInvalid(reason="the signature does not hold") from error
    if head.format != HEAD_FORMAT:
        raise ReceiptsInvalid(reason="the signature is of something else")
    return head
