"""The console over HTTP: only for operators, within their role, with a confirmation where
needed.

Exercises backend/web/api/console.py, backend/web/api/console_broadcasts.py,
backend/web/api/console_confirmations.py, backend/web/operators.py,
backend/bot/handlers/operator_confirm.py, backend/bot/handlers/broadcast_choice.py.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.app import openapi_json
from backend.settings import Settings
from backend.uuid7 import uuid7
from telegram_emulator.actions import PressButton, PressStart, SavePerson
from telegram_emulator.schemas import Person
from tests.fixtures.app import ANN, EVE, Client, Running, running
from tests.fixtures.chat import BotChat, buttons_of
from tests.fixtures.generation import until

OWNER, READER = 700000011, 700000012


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """A server with an owner and a reader."""
    async with running(settings, admin_ids=(OWNER,), reader_ids=(READER,)) as app:
        await app.sign_in(ANN)
        chat = BotChat(app, OWNER)
        await chat.act(SavePerson(Person(OWNER, "Olga", language_code="en")))
        await chat.act(PressStart(OWNER))
        yield app


async def confirmed(
    app: Running, owner: Client, path: str, body: dict[str, Any], *, yes: bool = True
) -> Any:
    """Request an action, press the button in the operator's chat, and return the person's card."""
    status, asked = await owner.call("POST", path, body)
    assert (status, asked["state"]) == (202, "waiting"), asked
    chat = BotChat(app, OWNER)
    await until(lambda: any(asked["id"].replace("-", "") in str(one) for one in chat.sent()))
    before = await owner.call("GET", f"/api/console/people/{ANN}")
    assert asked["state"] == "waiting"
    message = next(one for one in chat.sent() if asked["id"].replace("-", "") in str(one))
    data = buttons_of(message)[0 if yes else 1]["callback_data"]
    await chat.act(PressButton(OWNER, message["message_id"], data))

    async def decided() -> bool:
        _, now = await owner.call("GET", f"/api/console/confirmations/{asked['id']}")
        return bool(now["state"] == ("done" if yes else "declined"))

    await until(decided)
    after = await owner.call("GET", f"/api/console/people/{ANN}")
    assert yes or after == before
    return after[1]


async def test_declining_in_the_chat_changes_nothing(app: Running) -> None:
    """After declining, nothing has changed and the button cannot be used again."""
    owner = await app.sign_in(OWNER)
    gift = {"id": str(uuid7()), "planId": "premium", "days": 2}
    card = await confirmed(app, owner, f"/api/console/people/{ANN}/given", gift, yes=False)
    assert card["planId"] == "free"


async def test_a_message_to_many(app: Running) -> None:
    """A message is written, previewed, confirmed in the chat and sent. Whoever presses the button
    below it gets no further ones until they press again."""
    owner, ann = await app.sign_in(OWNER), BotChat(app, ANN)
    await ann.start()
    draft = {"id": str(uuid7()), "text": "We are <b>back</b>.", "language": "en"}
    status, written = await owner.call("POST", "/api/console/broadcasts", draft)
    assert (status, written["state"], written["people"]) == (201, "draft", 2)
    path = f"/api/console/broadcasts/{written['id']}"
    chat = BotChat(app, OWNER)
    assert (await owner.call("POST", f"{path}/preview"))[0] == 204
    assert chat.said()[-1] == draft["text"]
    assert (await owner.call("POST", f"{path}/begun", {"confirmed": False}))[0] == 409
    await confirmed(app, owner, f"{path}/begun", {"confirmed": True})
    await app.container.console.broadcast_sender.work()
    assert ann.said()[-1] == draft["text"]
    _, listed = await owner.call("GET", "/api/console/broadcasts")
    (over,) = listed["items"]
    assert (over["state"], over["sent"], over["unsure"]) == ("done", 2, 0)
    message = ann.sent()[-1]
    for data, people in (("news:off", 1), ("news:on", 2)):
        await ann.act(PressButton(ANN, message["message_id"], data))
        await ann.quiet()
        again = {"id": str(uuid7()), "text": "Another.", "language": "en"}
        _, other = await owner.call("POST", "/api/console/broadcasts", again)
        assert other["people"] == people
    assert (await owner.call("POST", f"{path}/stopped"))[1]["state"] == "done"


async def test_an_owner_helps_a_person(app: Running) -> None:
    """Granting, banning, unbanning, limiting and revoking each return the account as it is
    afterwards."""
    owner = await app.sign_in(OWNER)
    assert (await owner.call("GET", "/api/me"))[1]["operator"] is True
    assert (await owner.call("GET", "/api/console"))[1] == {"role": "owner", "switched": []}
    path = f"/api/console/people/{ANN}"
    gift = {"id": str(uuid7()), "planId": "premium", "days": 2}
    for _ in range(2):
        assert (await confirmed(app, owner, f"{path}/given", gift))["planId"] == "premium"
    card = await confirmed(app, owner, f"{path}/given", {"id": str(uuid7()), "credits": 5})
    assert card["credits"] == 5
    _, card = await owner.call("POST", f"{path}/limit", {"messages": 3})
    assert card["limit"] == 3
    card = await confirmed(app, owner, f"{path}/ban", {"days": 0, "confirmed": True})
    assert card["bannedUntil"] is not None
    _, card = await owner.call("POST", f"{path}/unban", {})
    assert card["bannedUntil"] is None
    taken = {"planId": "premium", "confirmed": True}
    assert (await confirmed(app, owner, f"{path}/taken", taken))["planId"] == "free"
    ann = await app.sign_in(ANN)
    _, log = await ann.call("GET", "/api/access-log")
    assert {one["actor"] for one in log["items"]} == {"operator"}


async def test_what_takes_something_away_needs_confirmation(app: Running) -> None:
    """Without `confirmed` nothing happens."""
    owner = await app.sign_in(OWNER)
    path = f"/api/console/people/{ANN}"
    for where, body in (
        (f"{path}/ban", {"days": 1}),
        (f"{path}/taken", {"planId": "premium"}),
        ("/api/console/refunds", {"chargeId": "some"}),
        ("/api/console/switches", {"name": "maintenance", "on": True}),
    ):
        status, problem = await owner.call("POST", where, body | {"confirmed": False})
        assert (status, problem["code"]) == (409, "not_confirmed")
    assert (await owner.call("GET", path))[1]["bannedUntil"] is None


async def test_nobody_else_has_access(app: Running) -> None:
    """Not without a session, not as an ordinary person, not as an operator beyond the role."""
    ann, reader = await app.sign_in(EVE), await app.sign_in(READER)
    assert (await ann.call("GET", "/api/me"))[1]["operator"] is False
    reads = ["", "/figures", f"/people/{ANN}", "/requests", "/broadcasts"]
    reads.append(f"/confirmations/{uuid7()}")
    posts = [
        (f"/people/{ANN}/given", {"id": str(uuid7()), "planId": "premium"}),
        (f"/people/{ANN}/ban", {"days": 1, "confirmed": True}),
        (f"/people/{ANN}/taken", {"confirmed": True}),
        (f"/people/{ANN}/limit", {"messages": 1}),
        ("/refunds", {"chargeId": "some", "confirmed": True}),
        (f"/requests/{uuid7()}", {"text": "Hello"}),
        (f"/people/{ANN}/unban", {}),
        ("/broadcasts", {"id": str(uuid7()), "text": "Hello"}),
        (f"/broadcasts/{uuid7()}/begun", {"confirmed": True}),
        (f"/broadcasts/{uuid7()}/preview", None),
        (f"/broadcasts/{uuid7()}/stopped", None),
        ("/switches", {"name": "maintenance", "on": True, "confirmed": True}),
    ]
    for path in reads:
        assert (await app.stranger.call("GET", f"/api/console{path}"))[0] == 401
        status, problem = await ann.call("GET", f"/api/console{path}")
        assert (status, problem["code"]) == (403, "role_forbids")
    for path, body in posts:
        assert (await ann.call("POST", f"/api/console{path}", body))[0] == 403
        assert (await reader.call("POST", f"/api/console{path}", body))[0] == 403
    assert (await reader.call("GET", f"/api/console/people/{ANN}"))[0] == 200
    assert (await reader.call("GET", "/api/console/requests"))[0] == 403
    status, figures = await reader.call("GET", "/api/console/figures?days=3")
    assert (status, len(figures["days"])) == (200, 3)


async def test_support_and_switches(app: Running) -> None:
    """A request is listed with its text; during maintenance questions are refused with 503."""
    owner, ann = await app.sign_in(OWNER), await app.sign_in(ANN)
    await app.container.billing.ask_support(ANN, "Where is it?")
    _, waiting = await owner.call("GET", "/api/console/requests")
    assert [(one["userId"], one["text"]) for one in waiting["items"]] == [(ANN, "Where is it?")]
    on = {"name": "maintenance", "on": True, "confirmed": True}
    assert (await owner.call("POST", "/api/console/switches", on))[0] == 200
    await app.container.switchboard.refresh()
    body = {"id": str(uuid7()), "text": "Hello", "create": True}
    path = f"/api/conversations/{uuid7()}/messages"
    status, problem = await ann.call("POST", path, body)
    assert (status, problem["code"]) == (503, "under_maintenance")
    assert (await ann.call("GET", "/api/me"))[0] == 200


async def test_every_endpoint_of_the_console_is_closed(app: Running) -> None:
    """Whatever is added below /api/console: nobody without a session and no ordinary person gets
    anything from it, with a body that it would accept."""
    eve, described = await app.sign_in(EVE), json.loads(openapi_json(app.container.settings))
    tried = 0
    for path, methods in described["paths"].items():
        if not path.startswith("/api/console"):
            continue
        for method, operation in methods.items():
            where, body = _filled(path, operation), _example(described, operation)
            call = method.upper(), where, body
            assert (await app.stranger.call(*call))[0] == 401, call
            status, problem = await eve.call(*call)
            assert (status, problem["code"]) == (403, "role_forbids"), call
            tried += 1
    assert tried > 25


def _filled(path: str, operation: Any) -> str:
    """The path with values of the right form."""
    for one in operation.get("parameters", ()):
        if one["in"] == "path":
            form = one["schema"].get("format"), one["schema"].get("type")
            value = str(uuid7()) if "uuid" in form else ANN if "integer" in form else "2026-11"
            path = path.replace(f"{{{one['name']}}}", str(value))
    return path


def _example(described: Any, operation: Any) -> Any:
    """A body made of the document's own examples; None where there is none."""
    content = operation.get("requestBody", {}).get("content")
    if content is None:
        return None
    schema = next(iter(content.values()))["schema"]
    schema = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return {name: _value(schema["properties"][name]) for name in schema.get("required", ())}


def _value(schema: Any) -> Any:
    if examples := schema.get("examples"):
        return examples[0]
    if schema.get("format") == "uuid":
        return str(uuid7())
    return {"boolean": True, "integer": 1}.get(schema.get("type"), "x")
