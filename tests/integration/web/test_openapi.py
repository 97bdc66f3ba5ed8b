"""The OpenAPI document: complete, with examples and problem types."""

import json
import re
from typing import Any

import pytest
from litestar import Litestar, Response, get
from litestar.testing import AsyncTestClient

from backend.errors import NotFound
from backend.web.openapi import openapi_config
from tests.fixtures.app import Running

REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


@pytest.fixture
async def document(app: Running) -> dict[str, Any]:
    """The document as it is served."""
    _, document = await app.stranger.call("GET", "/openapi/openapi.json")
    assert isinstance(document, dict)
    return document


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every operation with its name."""
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


async def test_every_operation_is_described(document: dict[str, Any]) -> None:
    """Each has a summary, a description and a tag, and lists its problems by status."""
    assert len(operations(document)) > 25
    for name, operation in operations(document):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        assert operation.get("tags"), name
        assert "default" not in operation["responses"], name
        problems = {code for code in operation["responses"] if int(code) >= 400}
        assert {"400", "429", "500", "503"} <= problems, name
        assert ("401" in problems) == (operation.get("security") != [] or "POST" in name), name
        assert ("413" in problems) == ("requestBody" in operation), name


async def test_each_status_lists_its_codes(document: dict[str, Any]) -> None:
    """A client knows from the status and the document which codes are possible."""
    every: set[str] = set()
    for name, response in document["components"]["responses"].items():
        whole, own = response["content"]["application/problem+json"]["schema"]["allOf"]
        assert whole["$ref"].endswith("/Problem"), name
        every |= set(own["properties"]["code"]["enum"])
    assert every == set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"])


def with_references(document: dict[str, Any], schema: Any, depth: int = 3) -> str:
    """A schema and what it refers to, as text."""
    text = json.dumps(schema)
    for name in REFERENCE.findall(text) if depth else ():
        text += with_references(document, document["components"]["schemas"][name], depth - 1)
    return text


async def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    """For every JSON request there are values to copy."""
    bodies = [
        (name, content["schema"])
        for name, operation in operations(document)
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    ]
    assert len(bodies) > 6
    assert [
        name for name, body in bodies if '"examples"' not in with_references(document, body)
    ] == []


async def test_only_what_needs_a_session_says_so(document: dict[str, Any]) -> None:
    """Health, signing in and the published keys are open; everything else needs the token."""
    assert document["security"] == [{"session": []}]
    open_ones = {
        name for name, operation in operations(document) if operation.get("security") == []
    }
    keys = {f"GET /.well-known/tanya-{kind}-keys.json" for kind in ("receipt", "erasure")}
    assert open_ones == {"GET /health/live", "GET /health/ready", "POST /api/session"} | keys


async def test_problems_list_their_codes(document: dict[str, Any]) -> None:
    """A client can know every code, and never gets one that is not listed."""
    listed = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert {"not_signed_in", "idempotency_conflict", "quota_exhausted"} <= set(listed)


@pytest.mark.parametrize(("is_open", "status"), [(True, 200), (False, 404)])
async def test_the_document_can_be_closed(is_open: bool, status: int) -> None:
    """In production nobody gets it unless OPENAPI_OPEN says so; it is still generated."""

    @get("/thing", sync_to_thread=False)
    def thing() -> str:
        """A thing."""
        return ""

    app = Litestar(
        [thing],
        openapi_config=openapi_config(is_open=is_open),
        exception_handlers={NotFound: lambda *_: Response(None, status_code=404)},
    )
    assert "/thing" in (app.openapi_schema.paths or {})
    async with AsyncTestClient(app) as client:
        assert (await client.get("/openapi/openapi.json")).status_code == status
