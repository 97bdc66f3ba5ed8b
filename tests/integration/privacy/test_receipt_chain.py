"""The chain of receipts in the database: appended in order, closed once, no text readable.

Exercises backend/privacy/receipts.py, backend/privacy/receipt_recipe_rows.py.
"""

import asyncio
import hashlib
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.tables import conversations
from backend.db import Database, Vault
from backend.db.vault import user_keys
from backend.errors import ConversationNotFound, ReceiptSourceNotKept
from backend.llm import Retention, Sent, Usage
from backend.llm.receipts import ReceiptEnd, ReceiptEntry
from backend.privacy import ProviderClaims, Receipts, erase_receipts, get_receipt, rebuild_body
from backend.privacy.receipts import ORPHANED_AFTER, UNKNOWN
from backend.privacy.receipts_reading import open_record
from backend.privacy.receipts_record import BEGINNING, hash_of
from backend.privacy.tables import receipt_heads, receipt_recipes, receipts
from backend.uuid7 import uuid7
from tests.conftest import Clock

CLAIMS = ProviderClaims("EU", 30, trains=False, source="https://provider.invalid/policy")
SECRET = "a marmalade cat"


def entry(clock: Clock, user_id: int = 7, body: bytes = SECRET.encode()) -> ReceiptEntry:
    """An attempt that is about to be sent."""
    sent = Sent.of("xai", "grok", "https://api.x.ai/v1/responses?key=1", body)
    return ReceiptEntry(user_id=user_id, purpose="send", sent=sent, sent_at=clock())


async def open_receipt(database: Database, writer: Receipts, one: ReceiptEntry) -> UUID:
    """Open a receipt and commit; returns its id."""
    async with database.unit_of_work() as db:
        return await writer.open(db, one)


async def begun(
    database: Database, clock: Clock, user_id: int, conversation: UUID | None = None
) -> UUID:
    """A person's conversation without messages; returns its id."""
    chosen = conversation or uuid7(clock())
    row = {"user_id": user_id, "id": chosen, "created_at": clock(), "updated_at": clock()}
    async with database.unit_of_work() as db:
        await db.execute(sa.insert(conversations).values(row))
    return chosen


async def rows(database: Database) -> list[sa.Row[tuple[object, ...]]]:
    """All receipts, each person's in the order of the chain."""
    async with database.snapshot() as db:
        ordered = sa.select(receipts).order_by(receipts.c.user_id, receipts.c.number)
        return list((await db.execute(ordered)).all())


async def test_concurrent_receipts_make_one_chain(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """Two processes and many requests append for the same people: no number is used twice, and each
    receipt has the hash of the one before."""
    writers = [Receipts(vault, clock, lambda provider: CLAIMS) for _ in range(2)]
    beside = Database(database.engine) if database.dialect != "sqlite" else database
    await asyncio.gather(
        *(
            open_receipt((database, beside)[number % 2], writers[number % 2], entry(clock, user_id))
            for number in range(10)
            for user_id in (7, 8)
        )
    )
    if beside is not database:
        await beside._pool.close()
    found = await rows(database)
    async with database.snapshot() as db:
        for user_id in (7, 8):
            cipher = await vault.cipher(db, user_id)
            before = BEGINNING
            mine = [row for row in found if row.user_id == user_id]
            assert [row.number for row in mine] == list(range(1, 11))
            for row in mine:
                written = open_record(row, cipher)
                assert f'"previous":"{before}"'.encode() in written
                before = bytes(row.hash).hex()
                assert hash_of(written).hex() == before


async def test_an_end_is_recorded_once(database: Database, vault: Vault, clock: Clock) -> None:
    """What the provider said about retention is stored as evidence; a second end changes
    nothing."""
    writer = Receipts(vault, clock, lambda provider: CLAIMS)
    receipt_id = await open_receipt(database, writer, entry(clock))
    end = ReceiptEnd(
        user_id=7,
        receipt_id=receipt_id,
        outcome="stop",
        usage=Usage(10, 2, 5, 1, cost_micro_dollars=99),
        retention=Retention(zero_data_retention=True),
    )
    again = ReceiptEnd(user_id=7, receipt_id=receipt_id, outcome="failed")
    for one in (end, again):
        async with database.unit_of_work() as db:
            await writer.close(db, [one])
    async with database.snapshot() as db:
        found = await get_receipt(db, vault, 7, receipt_id)
    outcome = found.outcome
    assert (outcome.outcome, outcome.input_tokens, outcome.cost_micro_dollars) == ("stop", 10, 99)
    assert outcome.zero_data_retention is True
    assert found.record.claims == CLAIMS
    assert found.record.endpoint == "https://api.x.ai/v1/responses"
    assert found.record.sha256 == hashlib.sha256(SECRET.encode()).hexdigest()


async def test_abandoned_receipts_are_closed_as_unknown(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """How an attempt ended whose process died is unknown; attempts under way are not touched."""
    writer = Receipts(vault, clock, lambda provider: CLAIMS)
    await open_receipt(database, writer, entry(clock))
    clock.now += ORPHANED_AFTER + timedelta(minutes=1)
    await open_receipt(database, writer, entry(clock))
    async with database.unit_of_work() as db:
        assert await writer.close_old_orphans(db) == 1
    assert [row.outcome for row in await rows(database)] == [UNKNOWN, None]


async def test_the_database_reveals_nothing_of_a_body(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """Neither its words nor its hash, from which a short text could be guessed, are readable; and
    it cannot be seen whether two bodies are equal."""
    writer = Receipts(vault, clock, lambda provider: CLAIMS)
    for user_id in (7, 8):
        async with database.unit_of_work() as db:
            await writer.open_with_recipe(db, entry(clock, user_id))
    digest = hashlib.sha256(SECRET.encode())
    async with database.snapshot() as db:
        recipes = (await db.execute(sa.select(receipt_recipes.c.recipe))).scalars().all()
        stored = [value for row in await rows(database) for value in row] + [*recipes]
    for value in stored:
        raw = value if isinstance(value, bytes) else str(value).encode()
        for secret in (SECRET.encode(), digest.digest(), digest.hexdigest().encode()):
            assert secret not in raw
    assert len({bytes(row.hash) for row in await rows(database)}) == 2


async def test_a_recipe_is_stored_after_its_receipt(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """Once. If the process dies in between, the receipt says that its body is lost. For a person
    who was erased meanwhile nothing is stored, not even a key."""
    writer = Receipts(vault, clock, lambda provider: CLAIMS)
    one = replace(entry(clock), conversation_id=await begun(database, clock, 7))
    receipt_id = await open_receipt(database, writer, one)
    async with database.snapshot() as db:
        with pytest.raises(ReceiptSourceNotKept):
            await rebuild_body(db, vault, 7, receipt_id)
    for _ in range(2):
        async with database.unit_of_work() as db:
            await writer.keep_recipe(db, one, receipt_id)
    async with database.snapshot() as db:
        assert await rebuild_body(db, vault, 7, receipt_id) == SECRET.encode()
    other = replace(entry(clock, 8), conversation_id=await begun(database, clock, 8))
    gone = await open_receipt(database, writer, other)
    async with database.unit_of_work() as db:
        await erase_receipts(db, 8)
        await vault.forget(db, 8, clock())
    async with database.unit_of_work() as db:
        await writer.keep_recipe(db, other, gone)
    async with database.snapshot() as db:
        for table in (receipt_recipes, user_keys):
            assert (await db.execute(sa.select(table.c.user_id))).scalars().all() == [7]


async def test_a_deleted_conversation_gets_no_recipe(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """Neither while its answer is under way, which ends in one write with the conversation's other
    rows, nor is a request of it begun."""
    writer, conversation = Receipts(vault, clock, lambda provider: CLAIMS), uuid7(clock())
    one = replace(entry(clock), conversation_id=conversation)
    with pytest.raises(ConversationNotFound):
        await open_receipt(database, writer, one)
    await begun(database, clock, 7, conversation)
    receipt_id = await open_receipt(database, writer, one)
    mine = conversations.c.id == conversation
    async with database.unit_of_work() as db:
        await db.execute(sa.delete(conversations).where(mine))

    async def end(db: AsyncConnection) -> None:
        await db.execute(sa.update(conversations).where(mine).values(pinned=True))
        await writer.keep_recipe(db, one, receipt_id)

    await database.write(end)
    async with database.snapshot() as db:
        assert not (await db.execute(sa.select(receipt_recipes))).all()


async def test_receipts_are_erased_with_their_person(
    database: Database, vault: Vault, clock: Clock
) -> None:
    """Other people's receipts stay."""
    writer = Receipts(vault, clock, lambda provider: CLAIMS)
    for user_id in (7, 8):
        async with database.unit_of_work() as db:
            await writer.open_with_recipe(db, entry(clock, user_id))
    async with database.unit_of_work() as db:
        await erase_receipts(db, 7)
    async with database.snapshot() as db:
        for table in (receipts, receipt_heads, receipt_recipes):
            left = (await db.execute(sa.select(table.c.user_id))).scalars().all()
            assert left == [8]
