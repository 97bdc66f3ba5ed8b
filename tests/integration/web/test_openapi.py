"""The API's document: complete, with examples and problem types."""

import json
import re
from typing import Any

import pytest

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
    """Each has a summary, words, a tag, and says what a problem looks like."""
    assert len(operations(document)) > 25
    for name, operation in operations(document):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        assert operation.get("tags"), name
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem["schema"]["$ref"].endswith("/Problem"), name


def with_references(document: dict[str, Any], schema: Any, depth: int = 3) -> str:
    """A schema and what it refers to, as text."""
    text = json.dumps(schema)
    for name in REFERENCE.findall(text) if depth else ():
        text += with_references(document, document["components"]["schemas"][name], depth - 1)
    return text


async def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    """Whoever reads what a request takes in JSON finds values to copy."""
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


async def test_problems_list_their_codes(document: dict[str, Any]) -> None:
    """A client can know every code, and meets none that is not listed."""
    listed = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert {"not_signed_in", "idempotency_conflict", "quota_exhausted"} <= set(listed)
