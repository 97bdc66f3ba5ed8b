"""Deleting a message, and all conversations.

Exercises backend/conversations/deleting.py, backend/tasks/deleted.py.
"""

import io
from datetime import timedelta
from zipfile import ZipFile

import sqlalchemy as sa

from backend import conversations as room
from backend import files as files_room
from backend.conversations.tables import conversations as conversations_table
from backend.conversations.tables import messages
from backend.files.tables import files
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Running
from tests.integration.privacy.test_export import ask_with_a_file


async def test_a_message_goes_with_what_followed_it(app: Running) -> None:
    """The branch above stays and becomes the visible one; another person cannot delete."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    conversation = uuid7()
    first = await ann.ask("first", conversation=conversation, modelId=SIMULATED)
    answer = first[0]["message"]["id"]
    second = await ann.ask(
        "second", conversation=conversation, parentId=answer, create=False, modelId=SIMULATED
    )
    question = second[0]["userMessage"]["id"]
    assert (await eve.call("DELETE", f"/api/messages/{question}"))[0] == 404
    assert (await ann.call("DELETE", f"/api/messages/{question}"))[0] == 204
    _, tree = await ann.call("GET", f"/api/conversations/{conversation}/messages")
    assert [one["id"] for one in tree["items"]] == [first[0]["userMessage"]["id"], answer]
    assert tree["leafId"] == answer
    assert (await ann.call("DELETE", f"/api/messages/{question}"))[0] == 404


async def test_a_message_is_restored(app: Running) -> None:
    """A deleted message and what followed it can be restored within ten seconds, by its person
    only."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    conversation = uuid7()
    first = await ann.ask("first", conversation=conversation, modelId=SIMULATED)
    await ann.ask("second", conversation=conversation, create=False, modelId=SIMULATED)
    path = f"/api/conversations/{conversation}/messages"
    _, before = await ann.call("GET", path)
    question = first[0]["userMessage"]["id"]
    await ann.call("DELETE", f"/api/messages/{question}")
    assert (await ann.call("GET", path))[1] == {"items": [], "leafId": None}
    assert (await eve.call("POST", f"/api/messages/{question}/restore"))[0] == 404
    for _ in range(2):
        assert (await ann.call("POST", f"/api/messages/{question}/restore"))[0] == 204
    assert (await ann.call("GET", path))[1] == before
    await ann.call("DELETE", f"/api/messages/{question}")
    await run_later(app, ANN, seconds=10)
    assert (await ann.call("POST", f"/api/messages/{question}/restore"))[0] == 404
    async with app.container.database.snapshot() as db:
        assert (await db.execute(sa.select(messages))).all() == []


async def test_a_conversation_is_restored(app: Running) -> None:
    """A deleted conversation can be restored within ten seconds; then it and its files are purged
    without a further request."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    start = (await ask_with_a_file(ann))["conversationId"]
    path = f"/api/conversations/{start}"
    _, before = await ann.call("GET", f"{path}/messages")
    await ann.call("DELETE", path)
    assert (await ann.call("GET", path))[0] == 404
    assert (await ann.call("GET", "/api/conversations"))[1]["items"] == []
    assert (await ann.call("GET", "/api/conversations?q=a"))[1]["items"] == []
    body = {"id": str(uuid7()), "text": "on", "modelId": SIMULATED}
    assert (await ann.call("POST", f"{path}/messages", body))[0] == 404
    assert (await eve.call("POST", f"{path}/restore"))[0] == 404
    status, restored = await ann.call("POST", f"{path}/restore")
    assert (status, restored["id"]) == (200, start)
    assert (await ann.call("GET", f"{path}/messages"))[1] == before
    await ann.call("DELETE", path)
    await run_later(app, ANN, seconds=10)
    assert (await ann.call("POST", f"{path}/restore"))[0] == 404
    async with app.container.database.snapshot() as db:
        for table in (conversations_table, messages, files):
            assert (await db.execute(sa.select(table))).all() == []


async def test_deleted_words_are_in_no_export(app: Running) -> None:
    """Deleted words are not found by search, not even while they can be restored."""
    ann = await app.sign_in(ANN)
    kept = await ann.ask("kept", modelId=SIMULATED)
    gone = await ann.ask("gone for good", modelId=SIMULATED)
    await ann.call("DELETE", f"/api/conversations/{gone[0]['conversationId']}")
    async with ann.request("GET", "/api/export") as response:
        data = await response.read()
    lines = ZipFile(io.BytesIO(data)).read("messages.jsonl").decode()
    assert kept[0]["message"]["id"] in lines
    assert "gone for good" not in lines


async def run_later(app: Running, person: int, **span: float) -> None:
    """Run the job at a later time."""
    container = app.container
    now = container.clock() + timedelta(**span)
    async with container.database.unit_of_work() as db:
        assert await room.people_with_overdue(db, now) == [person]
        await room.forget_overdue(db, container.vault, person, now)
        await files_room.forget_left(db, person)


async def test_all_conversations_are_deleted(app: Running) -> None:
    """Deleting all conversations deletes one's own, and nobody else's."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    for client in (ann, ann, eve):
        await client.ask("something", modelId=SIMULATED)
    assert (await ann.call("DELETE", "/api/conversations"))[0] == 204
    assert (await ann.call("GET", "/api/conversations"))[1]["items"] == []
    assert len((await eve.call("GET", "/api/conversations"))[1]["items"]) == 1
    assert (await ann.call("GET", "/api/me"))[0] == 200
