"""Support access to one conversation that a person grants for a time: support reads it, the person
sees each reading and can revoke it at once.

Exercises backend/privacy/looks.py, backend/web/api/looks.py.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.privacy import forget_old_looks
from backend.settings import Settings
from backend.uuid7 import uuid7
from telegram_emulator.actions import AdvanceClock
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running
from tests.fixtures.chat import BotChat

SUPPORT, READER, SECRET = 700000013, 700000014, "a sentence of mine alone"


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """A server with a support operator and a read-only one."""
    async with running(settings, support_ids=(SUPPORT,), reader_ids=(READER,)) as app:
        yield app


async def granted(ann: Client, hours: int = 24) -> tuple[str, dict[str, Any]]:
    """A conversation of Ann's, and support access to it."""
    found = await ann.ask(SECRET, modelId=SIMULATED)
    conversation = found[0]["conversationId"]
    body = {"id": str(uuid7()), "conversationId": conversation, "hours": hours}
    status, look = await ann.call("POST", "/api/looks", body)
    assert (status, (await ann.call("POST", "/api/looks", body))[1]) == (201, look)
    return conversation, look


async def test_support_reads_it_and_the_person_sees_that(app: Running) -> None:
    """Only this conversation, only by the support role; each reading is logged; revoked, it ends at
    once."""
    ann, support = await app.sign_in(ANN), await app.sign_in(SUPPORT)
    await ann.ask("Another one", modelId=SIMULATED)
    _, look = await granted(ann)
    people = f"/api/console/people/{ANN}/looks"
    _, listed = await support.call("GET", people)
    assert listed["items"] == [look]
    _, read = await support.call("GET", f"{people}/{look['id']}")
    assert [one["role"] for one in read["items"]] == ["user", "assistant"]
    assert read["items"][0]["text"] == SECRET
    _, log = await ann.call("GET", "/api/access-log")
    assert [one["action"] for one in log["items"]][:2] == ["conversation_read", "look_granted"]
    assert (await ann.call("DELETE", f"/api/looks/{look['id']}"))[0] == 204
    status, problem = await support.call("GET", f"{people}/{look['id']}")
    assert (status, problem["code"]) == (404, "look_not_granted")
    assert (await ann.call("GET", "/api/looks"))[1] == {"items": []}
    assert (await ann.call("DELETE", f"/api/looks/{look['id']}"))[0] == 404


async def test_nobody_else_reads_and_nothing_else_is_read(app: Running) -> None:
    """Not the read-only role, not another person, not with another person's id; nobody can grant
    access to a conversation that is not theirs."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    support, reader = await app.sign_in(SUPPORT), await app.sign_in(READER)
    conversation, look = await granted(ann)
    people = f"/api/console/people/{ANN}/looks"
    for somebody in (reader, eve, ann):
        assert (await somebody.call("GET", people))[0] == 403
        assert (await somebody.call("GET", f"{people}/{look['id']}"))[0] == 403
    foreign = f"/api/console/people/{EVE}/looks/{look['id']}"
    assert (await support.call("GET", foreign))[0] == 404
    assert (await eve.call("DELETE", f"/api/looks/{look['id']}"))[0] == 404
    body = {"id": str(uuid7()), "conversationId": conversation, "hours": 24}
    assert (await eve.call("POST", "/api/looks", body))[0] == 404
    for hours in (0, 73):
        assert (await ann.call("POST", "/api/looks", body | {"hours": hours}))[0] == 400


async def test_it_ends_by_itself_and_with_the_conversation(app: Running) -> None:
    """Access ends after its hour, and with the deletion of the conversation."""
    ann, support = await app.sign_in(ANN), await app.sign_in(SUPPORT)
    conversation, look = await granted(ann)
    people = f"/api/console/people/{ANN}/looks"
    path = f"/api/conversations/{conversation}?undo=false"
    assert (await ann.call("DELETE", path))[0] < 300
    assert (await support.call("GET", f"{people}/{look['id']}"))[0] == 404
    _, look = await granted(ann, hours=1)
    await BotChat(app).act(AdvanceClock(seconds=3_601))
    assert (await support.call("GET", f"{people}/{look['id']}"))[0] == 404
    assert (await support.call("GET", people))[1] == {"items": []}
    async with app.container.database.unit_of_work() as db:
        await forget_old_looks(db, app.container.clock())
