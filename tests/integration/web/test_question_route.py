"""A question is answered alike past Litestar and by it.

Exercises backend/web/api/question_route.py.
"""

from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from backend.app import build_app
from backend.container import Container
from backend.settings import Settings
from backend.uuid7 import uuid7
from backend.web.api.runs import send_message
from tests.fixtures.app import SIMULATED, Client, Running, events
from tests.fixtures.generation import until

GOOD = {"text": "What is a monsoon?", "create": True, "modelId": SIMULATED}
BODIES: tuple[tuple[Any, bool], ...] = (
    (GOOD, False),
    (b"{not json", False),
    (b"{not json", True),
    (b'{"text": "\xff"}', True),
    (GOOD | {"text": 5}, False),
    (GOOD | {"text": 5}, True),
    (GOOD | {"unknown": 1}, True),
    (GOOD | {"text": " "}, True),
    (GOOD | {"modelId": "none"}, True),
    (GOOD | {"create": False}, True),
    ([], True),
    (b"", True),
)


async def answered(client: Client, path: str, body: Any) -> tuple[Any, ...]:
    """Status, headers without their values that differ, and what is told."""
    options: dict[str, Any] = {}
    if isinstance(body, bytes):
        options = {"data": body, "headers": {"Content-Type": "application/json"}}
        body = None
    elif isinstance(body, dict):
        body = {"id": str(uuid7())} | body
    async with client.request("POST", path, body, **options) as response:
        told = await response.json(content_type=None) if response.status != 200 else {}
        told.pop("instance", None)
        told.pop("retryAfter", None)
        names = sorted(name.lower() for name in response.headers)
        return response.status, response.headers["Content-Type"], names, told


@pytest.mark.parametrize(("body", "signed_in"), BODIES)
async def test_what_is_refused_is_refused_alike(app: Running, body: Any, signed_in: bool) -> None:
    """Status, code, wording and headers, with a session and without: an id in capitals goes to
    Litestar."""
    client = await app.sign_in() if signed_in else app.stranger
    here, there = (str(uuid7()) for _ in range(2))
    found = await answered(client, f"/api/conversations/{here}/messages", body)
    assert found == await answered(client, f"/api/conversations/{there.upper()}/messages", body)
    assert found[0] >= 400


async def test_an_answer_streams_alike(app: Running) -> None:
    """The same kinds of events, headers and line in the log."""
    ann, found = await app.sign_in(), []
    for name in (str(uuid7()), str(uuid7()).upper()):
        body = GOOD | {"id": str(uuid7())}
        with capture_logs() as lines:
            path = f"/api/conversations/{name}/messages"
            async with ann.request("POST", path, body) as response:
                kinds = {event["type"] for event in events(await response.text())}
                names = sorted(name.lower() for name in response.headers)
            await until(lambda lines=lines: _logged(lines) != [])  # type: ignore[misc]
        (line,) = _logged(lines)
        found.append((response.status, names, kinds, line["route"], line["method"]))
    assert found[0] == found[1]
    assert found[0][0] == 200


async def test_a_body_in_parts_is_whole(app: Running) -> None:
    """What does not come at once is left to Litestar, which gets all of it."""

    async def parts() -> Any:
        yield f'{{"id": "{uuid7()}", "create": true, "modelId": "{SIMULATED}", '.encode()
        yield b'"text": "What is a monsoon?"}'

    ann = await app.sign_in()
    conversation: UUID = uuid7()
    options = {"data": parts(), "headers": {"Content-Type": "application/json"}}
    path = f"/api/conversations/{conversation}/messages"
    async with ann.request("POST", path, None, **options) as response:
        start, *_ = events(await response.text())
    assert start["conversationId"] == str(conversation)
    assert start["userMessage"]["text"] == "What is a monsoon?"


def test_nothing_else_stands_before_the_handler(settings: Settings) -> None:
    """A guard or hook of Litestar's before a question would be passed by: it has to be called on
    this way, too."""
    app = build_app(Container(settings))
    handlers = [
        handler
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if handler.fn is send_message.fn
    ]
    assert len(handlers) == 1
    assert not handlers[0].guards
    assert not handlers[0].middleware
    assert handlers[0].before_request is None
    assert handlers[0].after_request is None


def _logged(lines: list[Any]) -> list[Any]:
    """The lines of questions."""
    return [one for one in lines if str(one.get("route")).startswith("/api/conversations")]
