"""Every endpoint: closed without a session, closed to other people, clear errors for bad input.

Exercises backend/web/auth.py, backend/web/edge.py, backend/web/api/session.py,
backend/web/api/wire.py.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, run_of

OPEN = {("POST", "/api/session")}
CASES = Path(__file__).parents[2] / "cases"


async def api_operations(app: Running) -> list[tuple[str, str]]:
    """Every method and path of the OpenAPI document, with ids filled in."""
    _, document = await app.stranger.call("GET", "/openapi/openapi.json")
    operations = [
        (method.upper(), filled(path, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/")
    ]
    return [one for one in operations if one not in OPEN]


def filled(path: str, operation: dict[str, Any]) -> str:
    """The path with a value for each parameter: a number or an id, as the document says."""
    for one in operation.get("parameters", ()):
        if one["in"] == "path":
            value = "7" if one["schema"].get("type") == "integer" else str(uuid7())
            path = path.replace("{" + one["name"] + "}", value)
    return path


async def test_every_endpoint_needs_a_session(app: Running) -> None:
    """Without a token, with a wrong one and with a forged one, every endpoint responds 401."""
    operations = await api_operations(app)
    assert len(operations) > 20
    genuine = (await app.sign_in()).token
    forged = genuine[:-4] + ("AAAA" if not genuine.endswith("AAAA") else "BBBB")
    for token in ("", "nonsense", forged):
        client = Client(app.http, app.origin, token)
        for method, path in operations:
            status, problem = await client.call(method, path, {} if method != "GET" else None)
            assert status == 401, (method, path, status, problem)


async def test_a_session_can_be_ended(app: Running) -> None:
    """After DELETE /api/session the token is refused at once."""
    ann = await app.sign_in()
    assert (await ann.call("GET", "/api/me"))[0] == 200
    assert (await ann.call("DELETE", "/api/session"))[0] == 204
    status, problem = await ann.call("GET", "/api/me")
    assert (status, problem["code"]) == (401, "session_revoked")


async def test_other_peoples_objects_are_not_found(app: Running) -> None:
    """A conversation, a message and a run of somebody else respond as if they did not exist."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    conversation = uuid7()
    found = await ann.ask("mine alone", conversation=conversation, modelId=SIMULATED)
    message, run = found[0]["message"]["id"], run_of(found)
    assert (await ann.call("GET", f"/api/conversations/{conversation}"))[0] == 200
    tries: list[tuple[str, str, Any]] = [
        ("GET", f"/api/conversations/{conversation}", None),
        ("GET", f"/api/conversations/{conversation}/messages", None),
        ("PATCH", f"/api/conversations/{conversation}", {"title": "stolen"}),
        ("DELETE", f"/api/conversations/{conversation}", None),
        ("GET", f"/api/runs/{run}/events", None),
        ("POST", f"/api/runs/{run}/stop", None),
        ("POST", f"/api/messages/{message}/regenerate", {"id": str(uuid7())}),
        ("POST", f"/api/messages/{message}/continue", {"id": str(uuid7())}),
        (
            "POST",
            f"/api/conversations/{conversation}/messages",
            {"id": str(uuid7()), "text": "hi", "parentId": message},
        ),
    ]
    for method, path, body in tries:
        mine = await eve.call(method, path, body)
        nobodys = await eve.call(method, re.sub(r"[0-9a-f-]{36}", str(uuid7()), path), body)
        assert mine[0] == 404, (method, path, mine)
        assert mine[1]["code"] == nobodys[1]["code"]
    assert (await ann.call("GET", f"/api/conversations/{conversation}"))[0] == 200


BAD: list[tuple[str, str, Any, int, str]] = [
    ("POST", "/api/session", {"initData": 5}, 400, "invalid_field"),
    ("POST", "/api/session", {}, 400, "invalid_field"),
    ("POST", "/api/session", {"initData": "x", "more": 1}, 400, "invalid_field"),
    ("POST", "/api/session", [], 400, "invalid_field"),
    ("POST", "/api/session", {"initData": "hash=1"}, 401, "init_data_hash_invalid"),
    ("GET", "/api/conversations?limit=0", None, 400, "invalid_field"),
    ("GET", "/api/conversations?limit=many", None, 400, "invalid_field"),
    ("GET", "/api/conversations?cursor=zz", None, 400, "cursor_invalid"),
    ("GET", "/api/conversations/not-an-id", None, 404, "not_found"),
    ("POST", "/api/conversations", {"id": "0" * 36}, 400, "invalid_field"),
    ("POST", "/api/conversations", {"title": ""}, 400, "invalid_field"),
    ("PATCH", "/api/me", {"settings": {"handOff": "perhaps"}}, 400, "invalid_field"),
    ("PUT", "/api/me", {}, 405, "method_not_allowed"),
    ("GET", "/api/nothing", None, 404, "not_found"),
    ("POST", "/api/subscriptions/checkout", {"planId": "no-such"}, 404, "plan_not_found"),
]


@pytest.mark.parametrize(("method", "path", "body", "status", "code"), BAD)
async def test_bad_input_has_its_own_code(
    app: Running, method: str, path: str, body: Any, status: int, code: str
) -> None:
    """Each wrong request gets its own stable code, as a problem document with plain text."""
    ann = await app.sign_in()
    async with ann.request(method, path, body) as response:
        problem = await response.json(content_type=None)
        assert (response.status, problem["code"]) == (status, code), problem
        assert response.headers["content-type"].startswith("application/problem+json")
    assert problem["title"] != f"error.{code}.title"
    assert problem["detail"] != f"error.{code}.detail"
    assert problem["type"] == f"/problems/{code}"
    assert problem["instance"].startswith("urn:request:")


async def test_broken_and_oversize_bodies(app: Running) -> None:
    """Truncated JSON and a body over the limit are refused and store nothing."""
    ann = await app.sign_in()
    headers = {"Authorization": f"Bearer {ann.token}", "Content-Type": "application/json"}
    url = f"{app.origin}/api/conversations"
    async with app.http.post(url, data=b'{"title": "ha', headers=headers) as response:
        assert (response.status, (await response.json(content_type=None))["code"]) == (
            400,
            "malformed_body",
        )
    huge = b'{"title": "' + b"x" * 400_000 + b'"}'
    async with app.http.post(url, data=huge, headers=headers) as response:
        assert response.status == 413
        assert (await response.json(content_type=None))["code"] == "body_too_large"
    _, page = await ann.call("GET", "/api/conversations")
    assert page["items"] == []


NO_JSON = {
    "no UTF-8": (CASES / "a01-bad-utf8-body.json").read_bytes(),
    "a key that is no UTF-8": b'{"\xff": 1}',
    "half of a character": b'{"settings": {"customInstructions": "\xe2\x82"}}',
    "a lone surrogate": b'{"settings": {"customInstructions": "\\ud800"}}',
    "deep": b"[" * 100_000,
    "deep objects": b'{"settings":' * 20_000,
    "deep in an unknown field": b'{"x":' + b"[" * 100_000,
    "cut": b'{"settings": ',
    "two": b"{}{}",
}


@pytest.mark.parametrize("what", NO_JSON)
async def test_invalid_json_is_malformed(app: Running, what: str) -> None:
    """Every endpoint that takes JSON says so, with and without a session."""
    ann = await app.sign_in()
    for client in (ann, app.stranger):
        headers = {"Content-Type": "application/json"}
        for method, path in (("POST", "/api/session"), *await json_operations(app)):
            request = client.request(method, path, data=NO_JSON[what], headers=headers)
            async with request as response:
                problem = await response.json(content_type=None)
                found = (response.status, problem["code"])
                assert found == (400, "malformed_body"), (method, path)


async def json_operations(app: Running) -> list[tuple[str, str]]:
    """Every method and path that takes a JSON body and a session."""
    _, document = await app.stranger.call("GET", "/openapi/openapi.json")
    return [
        (method.upper(), filled(path, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
        and (method.upper(), path) not in OPEN
    ]


async def test_query_parameters_may_have_names_of_dependencies(app: Running) -> None:
    """A query parameter named like a dependency is a client error, not a server error."""
    ann = await app.sign_in()
    names = ["settings", "database", "vault", "clock", "principal", "generation", "data", "request"]
    for method, path in await json_operations(app):
        for name in names:
            for value in (None, 5):
                status, problem = await ann.call(method, path, {name: value})
                assert status in (400, 429), (method, path, name, problem)


@pytest.mark.parametrize("value", [1, 0, "true", "1", "on", None])
async def test_booleans_are_true_or_false(app: Running, value: Any) -> None:
    """Only a well-formed bearer header counts as a session."""
    ann = await app.sign_in()
    status, problem = await ann.call("PATCH", "/api/me", {"settings": {"handOff": value}})
    assert (status, problem["code"]) == (400, "invalid_field")
    assert problem["field"] == "settings.handOff"


async def test_a_wrong_method_is_told_the_right_ones(app: Running) -> None:
    """RFC 9110 wants `Allow` with every 405."""
    async with app.stranger.request("PUT", "/api/me") as response:
        assert response.status == 405
        assert {"GET", "PATCH"} <= set(response.headers["allow"].split(", "))


async def test_problems_are_in_the_persons_language(app: Running) -> None:
    """The wording follows Telegram's language, before a session the browser's."""
    layla = await app.sign_in(language="ar")
    _, problem = await layla.call("GET", f"/api/conversations/{uuid7()}")
    _, other = await app.stranger.call("GET", "/api/me", headers={"Accept-Language": "ru-RU,ru"})
    assert any("\u0600" <= letter <= "\u06ff" for letter in problem["title"])
    assert any("\u0400" <= letter <= "\u04ff" for letter in other["title"])


async def test_too_many_requests_get_retry_after(app: Running) -> None:
    """A person over the rate limit gets 429 with Retry-After; others are not affected."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    for _ in range(300):
        async with ann.request("GET", "/api/plans") as response:
            if response.status == 429:
                assert int(response.headers["retry-after"]) >= 1
                break
    else:
        pytest.fail("300 requests at once were all served")
    assert (await eve.call("GET", "/api/plans"))[0] == 200
