"""Receipts: every attempt at a provider is recorded before it is sent, and closed after it.

Appends are serialised for each person by a lock on the head of their chain, across processes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.tables import conversations
from backend.db import (
    Cipher,
    ErasedPage,
    Vault,
    erase_page,
    hot,
    insert_new,
    is_temporary,
)
from backend.errors import ConversationNotFound, ConversationStaysHere
from backend.llm import OWN_PROVIDERS, ReceiptEnd, ReceiptEntry, Retention, Usage
from backend.privacy.receipt_recipe_rows import INSERT_RECIPE, KEEP_RECIPE
from backend.privacy.receipts_recipe import make_recipe, pack
from backend.privacy.receipts_record import (
    BEGINNING,
    ProviderClaims,
    ReceiptRecord,
    hash_of,
    new_salt,
    pack_record,
    write_record,
)
from backend.privacy.tables import receipt_heads, receipt_recipes, receipts
from backend.uuid7 import uuid7

UNKNOWN: Final = "unknown"
"""The outcome of an attempt whose process died."""
ERASE_PAGE: Final = 1_000
ORPHANED_AFTER: Final = timedelta(hours=1)
"""No attempt takes longer: an answer is cut after half an hour."""

_OWNER = sa.bindparam("owner", type_=sa.BigInteger)
_THIS_HEAD = receipt_heads.c.user_id == _OWNER
# One row, also where there is no head yet.
_HEAD = hot(
    sa.select(
        sa.select(receipt_heads.c.number).where(_THIS_HEAD).scalar_subquery().label("number"),
        sa.select(receipt_heads.c.hash).where(_THIS_HEAD).scalar_subquery().label("hash"),
        sa.select(conversations.c.server_only)
        .where(
            conversations.c.user_id == _OWNER,
            conversations.c.id == sa.bindparam("conversation", type_=sa.Uuid),
        )
        .scalar_subquery()
        .label("server_only"),
    )
)
_MOVE = hot(
    sa.update(receipt_heads)
    .where(_THIS_HEAD, receipt_heads.c.number == sa.bindparam("last", type_=sa.BigInteger))
    .values(number=receipt_heads.c.number + 1, hash=sa.bindparam("new_hash", type_=sa.LargeBinary))
)
_INSERT = hot(sa.insert(receipts))
_COLUMNS = (
    "outcome", "ended_at", "input_tokens", "cached_tokens", "output_tokens", "reasoning_tokens",
    "cost_micro_dollars", "cost_estimated", "zero_data_retention",
)  # fmt: skip
_CLOSE = hot(
    sa.update(receipts)
    .where(
        receipts.c.user_id == sa.bindparam("owner"),
        receipts.c.id == sa.bindparam("receipt"),
        receipts.c.outcome.is_(None),
    )
    .values({name: sa.bindparam(f"new_{name}", type_=receipts.c[name].type) for name in _COLUMNS}),
    may_miss=True,
)
_UNKNOWN = sa.update(receipts).where(receipts.c.outcome.is_(None))


class Receipts:
    """Writes receipts. `claims` returns what a provider currently declares about requests."""

    def __init__(
        self,
        vault: Vault,
        clock: Callable[[], datetime],
        claims: Callable[[str], ProviderClaims],
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._claims = claims

    async def open(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """Append a receipt in the caller's transaction, which must be over before the body leaves;
        returns its id. An answer's recipe is kept by `keep_recipe` afterwards: since splitting a
        long body takes longer than the rest.

        Raises:
            ConversationNotFound: the conversation was deleted.
            ConversationStaysHere: its person keeps it on this server, and it would leave.
        """
        cipher = await self._vault.cipher(db, entry.user_id)
        while True:
            head = await _head(db, entry)
            number = (head.number or 0) + 1
            previous = BEGINNING if head.hash is None else bytes(head.hash).hex()
            record = self._record(entry, uuid7(entry.sent_at), number, previous)
            written = write_record(record)
            if await _move_head(db, entry.user_id, head.number, hash_of(written)):
                break  # else another receipt was appended meanwhile
        await db.execute(_INSERT, _row(entry, record, cipher, written))
        return record.id

    async def open_with_recipe(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """As `open`, with its recipe, for a request that is not in a hurry or whose recipe may be
        forgotten before its conversation."""
        receipt_id = await self.open(db, entry)
        if (recipe := await self._recipe(db, entry, receipt_id)) is not None:
            row = {"user_id": entry.user_id, "receipt_id": receipt_id}
            row |= {"conversation_id": entry.conversation_id, "recipe": recipe}
            await db.execute(INSERT_RECIPE, row)
        return receipt_id

    async def keep_recipe(self, db: AsyncConnection, entry: ReceiptEntry, receipt_id: UUID) -> None:
        """Keep how to make the body of an answer's open receipt again, unless its conversation was
        deleted meanwhile; repeats change nothing.

        If the process dies before, the receipt's body can be verified but not shown; likewise for
        temporary conversations.
        """
        if (recipe := await self._recipe(db, entry, receipt_id)) is not None:
            row = {"owner": entry.user_id, "receipt": receipt_id, "new_recipe": recipe}
            await db.execute(KEEP_RECIPE, row | {"conversation": entry.conversation_id})

    async def _recipe(
        self, db: AsyncConnection, entry: ReceiptEntry, receipt_id: UUID
    ) -> bytes | None:
        """The sealed recipe; None if none is kept."""
        if entry.conversation_id is not None and is_temporary(entry.conversation_id):
            return None
        if (cipher := await self._vault.existing_cipher(db, entry.user_id)) is None:
            return None  # no key is made for somebody who was erased
        packed = pack(make_recipe(entry.sent.body, entry.sources))
        return cipher.seal_bytes(packed, recipe_context(receipt_id))

    async def close(self, db: AsyncConnection, ends: Sequence[ReceiptEnd]) -> None:
        """Write down how attempts ended; one that is closed stays as it is."""
        now = self._clock()
        for end in ends:
            await db.execute(_CLOSE, _end_values(end, now))

    async def close_orphans(self, db: AsyncConnection, user_id: int, run_id: UUID) -> None:
        """Close a run's receipts that a dead process left open, with an unknown outcome."""
        mine = (receipts.c.user_id == user_id, receipts.c.run_id == run_id)
        await db.execute(_UNKNOWN.where(*mine).values(outcome=UNKNOWN, ended_at=self._clock()))

    async def forget_recipes(self, db: AsyncConnection, user_id: int, run_id: UUID) -> None:
        """Delete a run's recipes; its receipts stay."""
        of_run = sa.select(receipts.c.id).where(
            receipts.c.user_id == user_id, receipts.c.run_id == run_id
        )
        await db.execute(
            sa.delete(receipt_recipes).where(
                receipt_recipes.c.user_id == user_id, receipt_recipes.c.receipt_id.in_(of_run)
            )
        )

    async def close_old_orphans(self, db: AsyncConnection) -> int:
        """Close receipts that have been open for longer than any attempt takes; returns how
        many."""
        now = self._clock()
        old = _UNKNOWN.where(receipts.c.sent_at < now - ORPHANED_AFTER)
        return int((await db.execute(old.values(outcome=UNKNOWN, ended_at=now))).rowcount)

    def _record(
        self, entry: ReceiptEntry, receipt_id: UUID, number: int, previous: str
    ) -> ReceiptRecord:
        sent = entry.sent
        return ReceiptRecord(
            id=receipt_id,
            number=number,
            previous=previous,
            salt=new_salt(),
            at=entry.sent_at,
            purpose=entry.purpose,
            provider=sent.provider,
            model=sent.model_id,
            endpoint=sent.endpoint,
            claims=self._claims(sent.provider),
            bytes=sent.size,
            sha256=sent.body_sha256,
            run_id=entry.run_id,
            conversation_id=entry.conversation_id,
            message_id=entry.message_id,
            message_ids=entry.message_ids,
            file_ids=entry.file_ids,
            fields=entry.fields,
            prompts=entry.prompts,
            redacted=entry.redacted,
        )


async def _head(db: AsyncConnection, entry: ReceiptEntry) -> Any:
    """The end of the person's chain; `number` and `hash` are None if it has no receipt yet.

    Refuses deleted conversations, and outside providers for server-only ones. It is checked here
    because every request needs a receipt: answers, fallbacks, titles, suggestions and pictures.
    """
    of = {"owner": entry.user_id, "conversation": entry.conversation_id}
    head: Any = (await db.execute(_HEAD, of)).one()
    if head.server_only is None and entry.conversation_id is not None:
        raise ConversationNotFound
    if head.server_only and entry.sent.provider not in OWN_PROVIDERS:
        raise ConversationStaysHere
    return head


async def _move_head(db: AsyncConnection, user_id: int, last: int | None, new_hash: bytes) -> bool:
    """End the chain with the receipt after number `last`; False if it does not end with `last` any
    more. Others wait until the transaction ends."""
    if last is None:
        first = {"user_id": user_id, "number": 1, "hash": new_hash}
        return bool((await db.execute(insert_new(db, receipt_heads), first)).rowcount)
    move = {"owner": user_id, "last": last, "new_hash": new_hash}
    return bool((await db.execute(_MOVE, move)).rowcount)


def record_context(receipt_id: UUID) -> str:
    """What a sealed record is bound to."""
    return f"receipt:{receipt_id.hex}"


def recipe_context(receipt_id: UUID) -> str:
    """What a sealed recipe is bound to."""
    return f"receipt recipe:{receipt_id.hex}"


async def erase_receipts(db: AsyncConnection, user_id: int) -> None:
    """Forget all of the person's receipts."""
    for table in (receipt_recipes, receipts, receipt_heads):
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))


async def erase_some(db: AsyncConnection, user_id: int) -> ErasedPage | None:
    """Delete the next of the person's receipts; None: there are none."""
    return await erase_page(db, receipts, user_id, ERASE_PAGE, key="number")


def _row(
    entry: ReceiptEntry, record: ReceiptRecord, cipher: Cipher, written: bytes
) -> dict[str, Any]:
    return {
        "user_id": entry.user_id,
        "number": record.number,
        "id": record.id,
        "run_id": entry.run_id,
        "message_id": entry.message_id,
        "purpose": record.purpose,
        "provider": record.provider,
        "model_id": record.model,
        "sent_at": record.at,
        "record": cipher.seal_bytes(pack_record(written), record_context(record.id)),
        "hash": hash_of(written),
    }


def _end_values(end: ReceiptEnd, now: datetime) -> dict[str, Any]:
    usage, retention = end.usage or Usage(), end.retention or Retention(None)
    told = end.usage is not None
    return {
        "owner": end.user_id,
        "receipt": end.receipt_id,
        "new_outcome": end.outcome[:64],
        "new_ended_at": now,
        "new_input_tokens": usage.input_tokens if told else None,
        "new_cached_tokens": usage.cached_tokens if told else None,
        "new_output_tokens": usage.output_tokens if told else None,
        "new_reasoning_tokens": usage.reasoning_tokens if told else None,
        "new_cost_micro_dollars": usage.cost_micro_dollars,
        "new_cost_estimated": usage.estimated if told else None,
        "new_zero_data_retention": retention.zero_data_retention,
    }
