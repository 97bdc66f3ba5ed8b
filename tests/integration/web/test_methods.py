"""Every address answers every method: HEAD like GET, OPTIONS with the allowed ones, else 405.

Exercises backend/web/other_methods.py.
"""

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from backend.app import build_app
from tests.fixtures.app import SIMULATED, Client, Running
from tests.fixtures.generation import until

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
PAGES = ("/", "/app", "/texts/en", "/privacy", "/openapi/openapi.json", "/.well-known/security.txt")


def paths(app: Running) -> dict[str, set[str]]:
    """Every address of the server with its methods; ids are invented."""
    found: dict[str, set[str]] = {}
    for route in build_app(app.container).routes:
        template = getattr(route, "path_format", "")
        if not template.startswith(("/api", "/health", "/app", "/texts", "/openapi", "/metrics")):
            continue
        address = re.sub(r"\{language[^}]*\}", "en", template)
        address = re.sub(r"\{[^}]*\}", str(uuid4()), address)
        found.setdefault(address, set()).update(METHODS & set(route.methods))
    return found


def allowed(value: str | None) -> set[str]:
    """The methods of an Allow header."""
    return {one.strip() for one in (value or "").split(",")}


async def test_405_and_options_name_the_allowed_methods(app: Running) -> None:
    """HEAD is among them where GET is."""
    ann = await app.sign_in()
    every = paths(app)
    assert len(every) > 40
    for address, methods in every.items():
        right = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        async with ann.request("OPTIONS", address) as response:
            assert (response.status, allowed(response.headers.get("allow"))) == (204, right), (
                address
            )
        for method in METHODS - methods:
            async with ann.request(method, address) as response:
                assert response.status == 405, (method, address)
                assert allowed(response.headers.get("allow")) == right, (method, address)
                assert (await response.json(content_type=None))["code"] == "method_not_allowed"
                break


async def head_and_get(client: Client, address: str) -> None:
    """HEAD has the headers of GET and no body."""
    plain = {"Accept-Encoding": "identity"}
    async with client.request("GET", address, headers=plain) as got:
        body = await got.read()
    async with client.request("HEAD", address, headers=plain) as head:
        assert await head.read() == b""
    assert (head.status, head.headers.get("content-type")) == (
        got.status,
        got.headers.get("content-type"),
    ), address
    if got.status < 400 and "content-length" in got.headers:
        assert int(head.headers["content-length"]) == len(body), address


async def test_head_is_get_without_its_body(app: Running) -> None:
    """On every address that has GET: the API, pages, files, errors."""
    ann = await app.sign_in()
    for address in [*(one for one, methods in paths(app).items() if "GET" in methods), *PAGES]:
        if not address.endswith("/events"):
            await head_and_get(ann, address)


@pytest.mark.parametrize("address", ["/api/events", "/api/runs/{run}/events", "/api/export"])
async def test_head_does_not_start_a_stream(app: Running, address: str) -> None:
    """The headers come at once, and the connection serves the next request."""
    ann = await app.sign_in()
    events = await ann.ask("Hello", modelId=SIMULATED)
    run = events[0]["runId"]
    for _ in range(3):
        async with ann.request("HEAD", address.format(run=run)) as response:
            assert response.status == 200
            assert await response.read() == b""
    assert (await ann.call("GET", "/api/me"))[0] == 200


def _asked(lines: Sequence[Any]) -> list[Any]:
    """The log lines of requests, without the one of signing in, which may come a little later."""
    asked = [line for line in lines if line["event"] == "request"]
    others = ("telegram", "/api/session")
    return [one for one in asked if not any(other in str(one["route"]) for other in others)]


async def test_the_log_names_routes_and_no_ids(app: Running) -> None:
    """A request's line has the template of its path; an unmatched path is not logged."""
    secret = str(uuid4())
    ann = await app.sign_in()
    with capture_logs() as lines:
        for method, address in (
            ("GET", f"/api/conversations/{secret}/messages"),
            ("HEAD", f"/api/files/{secret}"),
            ("GET", f"/export/{secret}"),
            ("GET", f"/nowhere/{secret}"),
        ):
            async with ann.request(method, address) as response:
                await response.read()
        await until(lambda: len(_asked(lines)) == 4)
    said = _asked(lines)
    assert [(one["method"], one["route"]) for one in said] == [
        ("GET", "/api/conversations/{conversation_id}/messages"),
        ("HEAD", "/api/files/{file_id}"),
        ("GET", "/export/{token}"),
        ("GET", None),
    ]
    assert secret not in str(said)
