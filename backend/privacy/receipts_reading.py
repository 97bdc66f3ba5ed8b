"""Reads people's receipts, and rebuilds a request's body."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import conversations
from backend import files as files_room
from backend.db import Cipher, Vault, is_temporary
from backend.errors import (
    FileNotFound,
    MessageNotFound,
    ReceiptNotFound,
    ReceiptOfTemporary,
    ReceiptSourceChanged,
    ReceiptSourceDeleted,
    ReceiptSourceNotKept,
    TextUnreadable,
)
from backend.llm import ReceiptKind
from backend.privacy.receipt_recipe_rows import NO_RECIPE_YET
from backend.privacy.receipts import UNKNOWN, recipe_context, record_context
from backend.privacy.receipts_recipe import (
    ContentPiece,
    Piece,
    Stored,
    TextPiece,
    follow_recipe,
    unpack,
)
from backend.privacy.receipts_record import (
    ReceiptRecord,
    hash_of,
    read_record,
    unpack_record,
)
from backend.privacy.tables import receipt_recipes, receipts

MAX_OF_ANSWER: Final = 100

_OF_MESSAGE = (
    sa.select(receipts)
    .where(
        receipts.c.user_id == sa.bindparam("owner"),
        receipts.c.message_id == sa.bindparam("message"),
    )
    .order_by(receipts.c.number)
    .limit(MAX_OF_ANSWER)
)
_FIND = sa.select(receipts).where(
    receipts.c.user_id == sa.bindparam("owner"), receipts.c.id == sa.bindparam("receipt")
)
_RECIPE = sa.select(receipt_recipes.c.recipe).where(
    receipt_recipes.c.user_id == sa.bindparam("owner"),
    receipt_recipes.c.receipt_id == sa.bindparam("receipt"),
)


class ReceiptOutcome(Struct, frozen=True, kw_only=True, rename="camel"):
    """What became of an attempt; `outcome` is null while it is under way. Costs are
    micro-dollars; `zero_data_retention` is what the provider said in its answer's headers."""

    outcome: str | None
    ended_at: datetime | None
    input_tokens: int | None
    cached_tokens: int | None
    output_tokens: int | None
    reasoning_tokens: int | None
    cost_micro_dollars: int | None
    cost_estimated: bool | None
    zero_data_retention: bool | None


class Receipt(Struct, frozen=True):
    """A receipt, opened: its record, the record's hash, and what became of the attempt."""

    record: ReceiptRecord
    hash: str
    outcome: ReceiptOutcome


async def receipts_of_message(
    db: AsyncConnection, vault: Vault, user_id: int, message_id: UUID
) -> list[Receipt]:
    """The receipts of an answer, oldest first."""
    rows = (await db.execute(_OF_MESSAGE, {"owner": user_id, "message": message_id})).all()
    cipher = await vault.cipher(db, user_id)
    return [_to_receipt(row, cipher) for row in rows]


async def get_receipt(db: AsyncConnection, vault: Vault, user_id: int, receipt_id: UUID) -> Receipt:
    """One receipt. Raises ReceiptNotFound."""
    return _to_receipt(await _find(db, user_id, receipt_id), await vault.cipher(db, user_id))


async def rebuild_body(db: AsyncConnection, vault: Vault, user_id: int, receipt_id: UUID) -> bytes:
    """The exact bytes that were sent.

    Raises:
        ReceiptNotFound: the person has no such receipt.
        ReceiptNotRebuilt: what it was made of is gone or has changed; the subclass says which.
    """
    row = await _find(db, user_id, receipt_id)
    cipher = await vault.cipher(db, user_id)
    packed = (
        await db.execute(_RECIPE, {"owner": user_id, "receipt": receipt_id})
    ).scalar_one_or_none()
    of = _to_receipt(row, cipher).record.conversation_id
    if of and is_temporary(of):
        raise ReceiptOfTemporary
    if packed == NO_RECIPE_YET or (packed is None and row.outcome in (None, UNKNOWN)):
        raise ReceiptSourceNotKept  # it is under way, or its process died
    if packed is None:
        raise ReceiptSourceDeleted
    pieces = unpack(cipher.open_bytes(packed, recipe_context(receipt_id)))
    if any(isinstance(piece, ContentPiece) and piece.id is None for piece in pieces):
        raise ReceiptSourceNotKept
    body = follow_recipe(pieces, await _stored(db, vault, user_id, pieces))
    if body is None:
        raise ReceiptSourceDeleted
    if hash_of(body).hex() != _to_receipt(row, cipher).record.sha256:
        raise ReceiptSourceChanged
    return body


def open_record(row: Any, cipher: Cipher) -> bytes:
    """The record's exact bytes, of a row of `receipts`."""
    return unpack_record(cipher.open_bytes(row.record, record_context(row.id)))


def outcome_of(row: Any) -> ReceiptOutcome:
    """What became of the attempt, of a row of `receipts`."""
    return ReceiptOutcome(**{name: getattr(row, name) for name in ReceiptOutcome.__struct_fields__})


def _to_receipt(row: Any, cipher: Cipher) -> Receipt:
    return Receipt(read_record(open_record(row, cipher)), bytes(row.hash).hex(), outcome_of(row))


async def _find(db: AsyncConnection, user_id: int, receipt_id: UUID) -> Any:
    row = (await db.execute(_FIND, {"owner": user_id, "receipt": receipt_id})).one_or_none()
    if row is None:
        raise ReceiptNotFound
    return row


async def _stored(
    db: AsyncConnection, vault: Vault, user_id: int, pieces: Sequence[Piece]
) -> Stored:
    """The current content of the sources that the pieces refer to."""
    messages: dict[UUID, str] = {}
    texts: dict[UUID, str] = {}
    contents: dict[UUID, bytes] = {}
    for wanted in _ids(pieces, "message"):
        try:
            messages[wanted] = (await conversations.get_message(db, vault, user_id, wanted)).text
        except (MessageNotFound, TextUnreadable):
            continue
    for wanted in _ids(pieces, "file"):
        try:
            _, texts[wanted], contents[wanted] = await files_room.read(db, vault, user_id, wanted)
        except (FileNotFound, TextUnreadable):
            continue
    return Stored(messages, texts, contents)


def _ids(pieces: Sequence[Piece], kind: ReceiptKind) -> list[UUID]:
    """What of a kind the pieces refer to, each once."""
    texts = [piece.id for piece in pieces if isinstance(piece, TextPiece) and piece.kind == kind]
    if kind == "message":
        return list(dict.fromkeys(texts))
    contents = [piece.id for piece in pieces if isinstance(piece, ContentPiece)]
    return list(dict.fromkeys([*texts, *(one for one in contents if one is not None)]))
