"""The console over HTTP: only operators, as their role allows, and once more asked.

Exercises backend/web/api/console.py.
"""

from collections.abc import AsyncIterator

import pytest

from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, Running, running

OWNER, READER = 700000011, 700000012


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """A server with an owner and a reader."""
    async with running(settings, admin_ids=(OWNER,), reader_ids=(READER,)) as app:
        await app.sign_in(ANN)
        yield app


async def test_an_owner_helps_a_person(app: Running) -> None:
    """Gives, bans, lifts, limits, takes back; each answers with the account as it is then."""
    owner = await app.sign_in(OWNER)
    assert (await owner.call("GET", "/api/me"))[1]["operator"] is True
    assert (await owner.call("GET", "/api/console"))[1] == {"role": "owner", "switched": []}
    path = f"/api/console/people/{ANN}"
    gift = {"id": str(uuid7()), "planId": "premium", "days": 2}
    for _ in range(2):
        status, card = await owner.call("POST", f"{path}/given", gift)
        assert (status, card["planId"]) == (200, "premium")
    _, card = await owner.call("POST", f"{path}/given", {"id": str(uuid7()), "credits": 5})
    assert card["credits"] == 5
    _, card = await owner.call("POST", f"{path}/limit", {"messages": 3})
    assert card["limit"] == 3
    _, card = await owner.call("POST", f"{path}/ban", {"days": 0, "confirmed": True})
    assert card["bannedUntil"] is not None
    _, card = await owner.call("POST", f"{path}/ban", {"days": None, "confirmed": True})
    assert card["bannedUntil"] is None
    _, card = await owner.call("POST", f"{path}/taken", {"planId": "premium", "confirmed": True})
    assert card["planId"] == "free"
    ann = await app.sign_in(ANN)
    _, log = await ann.call("GET", "/api/access-log")
    assert {one["actor"] for one in log["items"]} == {"operator"}


async def test_what_takes_away_is_asked_once_more(app: Running) -> None:
    """Without `confirmed` nothing is done."""
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


async def test_nobody_else_gets_in(app: Running) -> None:
    """Somebody without a session, a person, an operator beyond their role."""
    ann, reader = await app.sign_in(EVE), await app.sign_in(READER)
    assert (await ann.call("GET", "/api/me"))[1]["operator"] is False
    reads = ["", "/figures", f"/people/{ANN}", "/requests"]
    posts = [
        (f"/people/{ANN}/given", {"id": str(uuid7()), "planId": "premium"}),
        (f"/people/{ANN}/ban", {"days": 1, "confirmed": True}),
        (f"/people/{ANN}/taken", {"confirmed": True}),
        (f"/people/{ANN}/limit", {"messages": 1}),
        ("/refunds", {"chargeId": "some", "confirmed": True}),
        (f"/requests/{uuid7()}", {"text": "Hello"}),
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
    """A request is listed with its words; maintenance refuses a question with 503."""
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
