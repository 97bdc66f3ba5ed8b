"""A person's whole chain as one JSON file that can be verified independently: receipts.json.

    {"format": "tanya-receipts/1",
     "receipts": [{"record": "…", "outcome": "…"}, …],
     "signed": {"head": "…", "signature": "…", "publicKey": "…"}}

Records and outcomes are texts that hold JSON: what is hashed is exactly what is in the file.
"""

import hashlib
from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.privacy.archive.pieces import Extra
from backend.privacy.receipts_reading import open_record, outcome_of
from backend.privacy.receipts_record import BEGINNING
from backend.privacy.receipts_signing import ReceiptSigner
from backend.privacy.tables import receipts

FORMAT: Final = "tanya-receipts/1"
MEMBER: Final = "receipts.json"
"""The file's name in a person's copy."""
ROWS_AT_ONCE: Final = 500

_SOME = (
    sa.select(receipts)
    .where(receipts.c.user_id == sa.bindparam("owner"), receipts.c.number > sa.bindparam("after"))
    .order_by(receipts.c.number)
    .limit(ROWS_AT_ONCE)
)


async def export_receipts(
    db: AsyncConnection, vault: Vault, signer: ReceiptSigner, user_id: int
) -> AsyncIterator[bytes]:
    """The file, piece by piece: 500 receipts at a time are in memory."""
    cipher = await vault.cipher(db, user_id)
    yield b'{"format":"%s","receipts":[' % FORMAT.encode()
    count, last_hash, outcomes = 0, BEGINNING, hashlib.sha256()
    while rows := (await db.execute(_SOME, {"owner": user_id, "after": count})).all():
        pieces = []
        for row in rows:
            outcome = msgspec.json.encode(outcome_of(row))
            outcomes.update(outcome + b"\n")
            pieces.append(_item(open_record(row, cipher), outcome))
            count, last_hash = int(row.number), bytes(row.hash).hex()
        yield (b",\n" if count > len(rows) else b"\n") + b",\n".join(pieces)
    signed = signer.sign(count, last_hash, outcomes.hexdigest())
    yield b'\n],"signed":' + msgspec.json.encode(signed) + b"}\n"


def receipts_copy(signer: ReceiptSigner) -> Extra:
    """The receipts' part of a person's copy."""

    async def copy(
        db: AsyncConnection, vault: Vault, user_id: int
    ) -> AsyncIterator[tuple[str, bytes]]:
        async for piece in export_receipts(db, vault, signer, user_id):
            yield MEMBER, piece

    return copy


def _item(record: bytes, outcome: bytes) -> bytes:
    item: dict[str, Any] = {"record": record.decode(), "outcome": outcome.decode()}
    return msgspec.json.encode(item)
