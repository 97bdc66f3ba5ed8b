"""Temporary conversations: sealed with a key that is never stored, and deleted for good.

Exercises backend/db/valkey_temporary_keys.py.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from backend import conversations
from backend.conversations.copies import conversations_page, messages_page
from backend.conversations.tables import messages
from backend.db.temporary_keys import TemporaryKeys, is_temporary, open_temporary_keys
from backend.errors import TextUnreadable
from backend.generation.tables import outbox
from backend.privacy.tables import receipt_recipes
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running
from tests.fixtures.generation import until
from tests.fixtures.valkey import ValkeyServer
from tests.integration.privacy.test_export import import_copy, rewritten

WORDS = "a plan that nobody keeps"


def temporary_id() -> UUID:
    """An id as the app makes it: a UUIDv7 with version 8."""
    return UUID(int=uuid7().int & ~(0xF << 76) | 0x8 << 76)


async def asked(client: Client, conversation: UUID, **more: Any) -> list[dict[str, Any]]:
    """Ask in it, and wait for the answer."""
    found = await client.ask(WORDS, conversation=conversation, modelId=SIMULATED, **more)
    assert found[-1]["state"] == "complete"
    return found


async def test_it_is_used_like_any_other(app: Running) -> None:
    """It can be continued and read, is listed with its end, and is in no search and no export."""
    ann, conversation = await app.sign_in(), temporary_id()
    assert is_temporary(conversation)
    first = await asked(ann, conversation)
    await asked(ann, conversation, create=False, parentId=first[0]["message"]["id"])
    _, listed = await ann.call("GET", "/api/conversations")
    assert listed["items"][0]["id"] == str(conversation)
    assert listed["items"][0]["expiresAt"] is not None
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    assert [one["text"] for one in tree["items"]][::2] == [WORDS, WORDS]
    assert (await ann.call("GET", "/api/conversations?q=nobody"))[1]["items"] == []
    async with app.container.database.snapshot() as db:
        heads = await conversations_page(db, app.container.vault, ANN, None)
        said = await messages_page(db, app.container.vault, ANN, None)
    assert (heads, said) == ((), ())


async def test_the_persons_key_does_not_decrypt_it(app: Running) -> None:
    """Its rows can be decrypted neither with the person's key nor once the temporary key is
    gone."""
    ann, conversation = await app.sign_in(), temporary_id()
    await asked(ann, conversation)
    container = app.container
    async with container.database.snapshot() as db:
        rows = (await db.execute(sa.select(messages))).all()
        cipher = await container.vault.cipher(db, ANN)
    assert len(rows) == 2
    for row in rows:
        with pytest.raises(TextUnreadable):
            cipher.open(row.text, f"message:{row.id.hex}")
    await container.vault.temporary.drop(ANN, conversation)
    assert (await ann.call("GET", f"/api/conversations/{conversation}/messages"))[0] == 404
    assert (await ann.call("GET", "/api/conversations"))[1]["items"] == []


async def test_closing_it_is_final(app: Running) -> None:
    """There is no undo: rows and key are deleted at once, and cannot be restored."""
    ann, conversation = await app.sign_in(), temporary_id()
    await asked(ann, conversation)
    eve = await app.sign_in(EVE)
    path = f"/api/conversations/{conversation}"
    assert (await eve.call("DELETE", path))[0] == 404
    assert (await ann.call("DELETE", path))[0] == 204
    assert await app.container.vault.temporary.find(ANN, conversation) is None
    async with app.container.database.snapshot() as db:
        assert (await db.execute(sa.select(messages))).all() == []
    assert (await ann.call("POST", f"{path}/restore"))[0] == 404


async def test_closing_it_during_an_answer(app: Running) -> None:
    """The answer ends, nothing of it is stored, and other people's answers continue to be
    stored."""
    ann, conversation = await app.sign_in(), temporary_id()
    body = {"id": str(uuid7()), "text": WORDS, "create": True, "modelId": SIMULATED}
    path = f"/api/conversations/{conversation}"
    async with ann.request("POST", f"{path}/messages", body) as response:
        await response.content.readuntil(b"\n\n")
        assert (await ann.call("DELETE", path))[0] == 204
        await response.read()
    await until(lambda: app.container.generation.running == 0)
    await asked(ann, uuid7())
    async with app.container.database.snapshot() as db:
        kept = await db.execute(sa.select(messages.c.conversation_id).distinct())
        assert str(conversation) not in {str(one) for one in kept.scalars()}


async def test_it_ends_after_a_day(app: Running) -> None:
    """The job deletes it, whether the app is open or not; others stay."""
    ann, conversation = await app.sign_in(), temporary_id()
    await asked(ann, conversation)
    await asked(ann, uuid7())
    container = app.container
    later = container.clock() + timedelta(days=1, seconds=1)
    async with container.database.unit_of_work() as db:
        assert await conversations.people_with_overdue(db, later) == [ANN]
        assert await conversations.forget_overdue(db, container.vault, ANN, later) == 1
    assert await container.vault.temporary.find(ANN, conversation) is None
    assert len((await ann.call("GET", "/api/conversations"))[1]["items"]) == 1


async def test_its_receipt_keeps_hash_and_size_only(app: Running) -> None:
    """No recipe is stored, and the body cannot be rebuilt."""
    ann = await app.sign_in()
    found = await asked(ann, temporary_id())
    _, shown = await ann.call("GET", f"/api/messages/{found[0]['message']['id']}/receipts")
    (receipt,) = shown["items"]
    assert receipt["bytes"] > 0
    assert len(receipt["sha256"]) == 64
    status, problem = await ann.call("GET", f"/api/receipts/{receipt['id']}/body")
    assert (status, problem["code"]) == (410, "receipt_of_temporary")
    async with app.container.database.snapshot() as db:
        kept = (await db.execute(sa.select(receipt_recipes.c.recipe))).scalars()
        assert not list(kept)


async def test_its_answer_is_not_handed_off(app: Running) -> None:
    """A reader who leaves finds the answer in the app; it is never sent to the chat with the
    bot."""
    ann, conversation = await app.sign_in(), temporary_id()
    body = {"id": str(uuid7()), "text": WORDS, "create": True, "modelId": SIMULATED}
    async with ann.request("POST", f"/api/conversations/{conversation}/messages", body) as response:
        await response.content.readuntil(b"\n\n")
    await until(lambda: app.container.generation.running == 0)
    await app.container.generation.parts.late_readers.settle(float("inf"))
    async with app.container.database.snapshot() as db:
        assert (await db.execute(sa.select(outbox))).all() == []


async def test_files_and_pictures_are_refused(app: Running) -> None:
    """Files are stored under the person's own key, so they cannot be part of it."""
    ann = await app.sign_in()
    body = {"id": str(uuid7()), "text": "a fox", "create": True, "task": "image"}
    path = f"/api/conversations/{temporary_id()}/messages"
    status, problem = await ann.call("POST", path, body)
    assert (status, problem["code"]) == (400, "temporary_takes_no_files")


async def test_an_import_cannot_create_one(app: Running) -> None:
    """An import with a temporary conversation's id is refused before anything is stored."""
    ann, eve = await app.sign_in(), await app.sign_in(EVE)
    found = await ann.ask(WORDS, modelId=SIMULATED)
    old, new = found[0]["conversationId"].encode(), str(temporary_id()).encode()
    async with ann.request("GET", "/api/export") as response:
        data = await response.read()
    for name in ("conversations.jsonl", "messages.jsonl"):
        data = rewritten(data, name, lambda content: content.replace(old, new))
    status, problem = await import_copy(eve, data)
    assert (status, problem["code"]) == (400, "import_foreign")
    assert (await eve.call("GET", "/api/conversations"))[1]["items"] == []


async def _exercise(keys: TemporaryKeys, other: TemporaryKeys, now: Any) -> None:
    conversation = temporary_id()
    assert await keys.find(1, conversation) is None
    await keys.make(1, conversation, now)
    made = await keys.find(1, conversation)
    assert made is not None
    assert len(made) == 32
    await keys.make(1, conversation, now)
    assert await other.find(1, conversation) == made
    assert await keys.find(2, conversation) is None
    await other.drop(1, conversation)
    assert await keys.find(1, conversation) is None


async def test_keys_in_memory(clock: Any) -> None:
    """One key per conversation and person; creating it again changes nothing; once dropped it is
    gone."""
    keys = open_temporary_keys("")
    await _exercise(keys, keys, clock())


async def test_keys_of_several_processes(valkey_shared: ValkeyServer, clock: Any) -> None:
    """In Valkey, a key that one process drops is gone for the other at once."""
    here, there = (open_temporary_keys(valkey_shared.url) for _ in range(2))
    try:
        await _exercise(here, there, clock())
    finally:
        await here.aclose()
        await there.aclose()
