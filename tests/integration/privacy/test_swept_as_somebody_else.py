"""Every route of the API, called as another signed-in person: nothing of the owner's is
returned."""

import asyncio
import contextlib
import re
from typing import Any

import aiohttp

from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, run_of
from tests.integration.privacy.test_temporary import temporary_id

SECRET = "a sentence that is nobody else's"

FIRST_SECONDS = 2.0

# The object that each path parameter identifies.
IDS = (
    "conversation_id",
    "message_id",
    "run_id",
    "file_id",
    "session_id",
    "receipt_id",
    "order_id",
    "check_id",
    "share_id",
)
# Routes that came last, so that nobody takes them out of the document in silence.
NEWEST = (
    "/api/checks",
    "/api/checks/{check_id}/run",
    "/api/messages/{message_id}/checks",
    "/api/messages/{message_id}/restore",
    "/api/conversations/{conversation_id}/restore",
    "/api/conversations/{conversation_id}/shares",
    "/api/conversations/{conversation_id}/shares/preview",
    "/api/shares",
    "/api/shares/{share_id}",
    "/api/access-log",
    "/api/erasure",
)

ENDING = {("delete", "/api/session"), ("delete", "/api/sessions")}
"""Routes that end the caller's own sessions."""


async def make_belongings(ann: Client) -> dict[str, str]:
    """Create one of everything that has an id, containing the secret; returns the ids by
    parameter."""
    form = aiohttp.FormData()
    form.add_field("file", SECRET.encode(), filename="secret.txt", content_type="text/plain")
    async with ann.request("POST", "/api/files", data=form) as response:
        file = await response.json()
    found = await ann.ask(SECRET, files=[file["id"]], modelId=SIMULATED)
    await ann.call("PATCH", "/api/me", {"settings": {"customInstructions": SECRET}})
    _, listed = await ann.call("GET", "/api/sessions")
    _, receipts = await ann.call("GET", f"/api/messages/{found[0]['message']['id']}/receipts")
    body = {"id": str(uuid7()), "messageId": found[0]["message"]["id"]}
    _, check = await ann.call("POST", "/api/checks", body)
    path = f"/api/conversations/{found[0]['conversationId']}/shares"
    part = {"lastId": found[0]["message"]["id"]}
    _, seen = await ann.call("POST", f"{path}/preview", part)
    _, share = await ann.call("POST", path, part | {"sha256": seen["sha256"], "days": 7})
    return {
        "share_id": share["id"],
        "check_id": check["id"],
        "conversation_id": found[0]["conversationId"],
        "message_id": found[0]["message"]["id"],
        "run_id": str(run_of(found)),
        "file_id": file["id"],
        "session_id": listed["items"][0]["id"],
        "receipt_id": receipts["items"][0]["id"],
    }


async def make_temporary(ann: Client) -> dict[str, str]:
    """Create a temporary conversation with the secret; returns its ids."""
    found = await ann.ask(SECRET, conversation=temporary_id(), modelId=SIMULATED)
    return {
        "conversation_id": found[0]["conversationId"],
        "message_id": found[0]["message"]["id"],
        "run_id": str(run_of(found)),
    }


def body_for(path: str, ids: dict[str, str]) -> dict[str, Any]:
    """A valid body with the owner's ids, so that only ownership can be the reason for a refusal."""
    part = {"lastId": ids["message_id"]}
    bodies: dict[str, dict[str, Any]] = {
        "/api/conversations/{conversation_id}/messages": {"id": str(uuid7()), "text": "Hello"},
        "/api/messages/{message_id}/regenerate": {"id": str(uuid7())},
        "/api/messages/{message_id}/continue": {"id": str(uuid7())},
        "/api/checks": {"id": str(uuid7()), "messageId": ids["message_id"]},
        "/api/checks/{check_id}/run": {"claims": [0]},
        "/api/conversations/{conversation_id}/shares/preview": part,
        "/api/conversations/{conversation_id}/shares": part | {"sha256": "0" * 64, "days": 7},
        "/api/conversations/{conversation_id}": {"title": "Mine now"},
    }
    return bodies.get(path, {})


async def routes(app: Running) -> list[tuple[str, str]]:
    """Every method and path template of the API."""
    _, document = await app.stranger.call("GET", "/openapi/openapi.json")
    return [
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/") and (method, path) not in ENDING
    ]


def filled(path: str, ids: dict[str, str]) -> str:
    """The path with the owner's ids; parameters without one get an invented value."""
    return re.sub(r"{(\w+)}", lambda m: ids.get(m.group(1), "made-up"), path)


async def read(response: aiohttp.ClientResponse) -> bytes:
    """The whole body, or the beginning of an endless stream."""
    if response.content_type != "text/event-stream":
        return await response.read()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FIRST_SECONDS):
            return await response.content.read(1_000_000)
    return b""


async def snapshot(ann: Client, ids: dict[str, str]) -> Any:
    """What the owner sees of all of it."""
    head = f"/api/conversations/{ids['conversation_id']}"
    return [
        (await ann.call("GET", path))[1]
        for path in (
            head,
            f"{head}/messages",
            f"/api/files/{ids['file_id']}",
            f"/api/checks/{ids['check_id']}",
            "/api/sessions",
            "/api/conversations",
        )
    ]


async def test_nothing_of_the_owners_is_returned_or_changed(app: Running) -> None:
    """Called by somebody else with the owner's ids, each route responds without her text, and her
    data is unchanged."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    ids = await make_belongings(ann)
    fleeting = ids | await make_temporary(ann)
    before = await snapshot(ann, ids), await snapshot(ann, fleeting), await shared(ann)
    swept = await routes(app)
    assert len(swept) > 35
    assert set(NEWEST) <= {path for _, path in swept}
    for method, path in swept:
        # Export and erasure concern the caller, and come last.
        if path != "/api/erasure":
            await sweep(eve, method, path, ids)
            if "{" in path:
                await sweep(eve, method, path, fleeting)
    after = await snapshot(ann, ids), await snapshot(ann, fleeting), await shared(ann)
    assert after == before
    for method, path in swept:
        if path == "/api/erasure":
            await sweep(eve, method, path, ids)
    assert await shared(ann) == before[-1]


async def sweep(eve: Client, method: str, path: str, ids: dict[str, str]) -> None:
    """Call one route as somebody else with the owner's ids."""
    body = body_for(path, ids) if method in ("POST", "PUT", "PATCH") else None
    async with eve.request(method, filled(path, ids), body) as response:
        said = await read(response)
        assert SECRET.encode() not in said, (method, path)
        assert response.status < 500, (method, path, response.status)
        owned = any(f"{{{name}}}" in path for name in IDS)
        # Ending a session that does not exist succeeds and reveals nothing.
        told = method == "GET" or (method == "DELETE" and "session" not in path)
        if owned and (told or body_for(path, ids)):
            # That temporary conversations are not shared follows from the id alone.
            allowed = (404, 409) if path.endswith(("/shares", "/preview")) else (404,)
            assert response.status in allowed, (method, path, response.status)


async def shared(ann: Client) -> Any:
    """The owner's links by id; the address differs at each request."""
    _, found = await ann.call("GET", "/api/shares")
    return [one["id"] for one in found["items"]]
