"""The whole API against its own OpenAPI document, with requests that schemathesis generates.

Valid and invalid requests go to a real server process: no response is a server error, and each has
a status, a type and a body that the document lists.
"""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as laws
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.identity.init_data import sign
from backend.uuid7 import uuid7
from tests.conftest import BOT_TOKEN
from tests.fixtures.app import SIMULATED, events
from tests.fixtures.process import ServerProcess, server_process

EXAMPLES = 4
"""Of each operation, valid and invalid each; `make test-slow` tries ten times as many."""
REQUESTS_EACH = 64
"""After about this many requests another person is used, because of the rate limit."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDLESS = "GET /api/events"
"""Its response ends only with the server; test_events.py tests it."""
QUICKLY = laws(
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Person:
    """A person with a session, a conversation, an answer and a file, whose ids are used in
    paths."""

    def __init__(self, origin: str, user_id: int) -> None:
        self._origin = origin
        fields = {"auth_date": str(int(time.time())), "user": json.dumps({"id": user_id,
                  "first_name": "Ann"})}  # fmt: skip
        self.headers: dict[str, str] = {}
        session = self._post("/api/session", {"initData": sign(fields, BOT_TOKEN)}).json()
        self.headers = {"Authorization": f"Bearer {session['token']}"}
        self.ids: dict[str, str] = {}

    def make_ids(self) -> None:
        """Ask something and upload a file."""
        conversation = str(uuid7())
        body = {"id": str(uuid7()), "text": "Hello", "create": True, "modelId": SIMULATED}
        answer = self._post(f"/api/conversations/{conversation}/messages", body)
        start = events(answer.text)[0]
        file = requests.post(
            self._origin + "/api/files",
            files={"file": ("note.txt", b"A note.", "text/plain")},
            headers=self.headers,
            timeout=30,
        ).json()
        self.ids = {
            "conversation_id": conversation,
            "run_id": start["runId"],
            "message_id": start["message"]["id"],
            "file_id": file["id"],
        }

    def _post(self, path: str, body: dict[str, Any]) -> requests.Response:
        response = requests.post(self._origin + path, json=body, headers=self.headers, timeout=30)
        assert response.ok, response.text
        return response


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server of its own."""
    with server_process(
        tmp_path_factory.mktemp("server"), LOG_LEVEL="error", BOT_TOKEN=BOT_TOKEN
    ) as running:
        yield running


def failures(operation: Any, person: Person, mode: GenerationMode, examples: int) -> list[str]:
    """What the checks find in the responses to generated requests of one kind."""
    found: list[str] = []
    ids = iter([person.ids, {}] * examples * 10)

    @seed(1)
    @laws(QUICKLY, max_examples=examples)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        known = next(ids)
        for name in case.path_parameters or {}:
            if name in known:
                case.path_parameters[name] = known[name]
        response = case.call(headers=person.headers, timeout=30)
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as group:
            found.extend(f"{operation.label}: {one}" for one in group.exceptions)

    with suppress(Unsatisfiable):  # without parameters no request can be invalid
        ask()
    return found


@pytest.mark.parametrize(
    "examples", [EXAMPLES, pytest.param(10 * EXAMPLES, marks=pytest.mark.slow)]
)
def test_every_response_is_as_documented(server: ServerProcess, examples: int) -> None:
    """For every operation, with valid and invalid values, on objects that exist and that do not."""
    origin = f"http://127.0.0.1:{server.port}"
    schema = schemathesis.openapi.from_url(f"{origin}/openapi/openapi.json")
    found: list[str] = []
    operations = [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr]
    for number, operation in enumerate(operations):
        if operation.label == ENDLESS:
            continue
        if number % max(1, REQUESTS_EACH // (2 * examples)) == 0:
            person = Person(origin, 800_000_000 + number)
            person.make_ids()
        for mode in GenerationMode:
            found += failures(operation, person, mode, examples)
    assert "GET /api/runs/{run_id}/events" in {operation.label for operation in operations}
    assert not found, "\n\n".join(sorted(set(found)))


def test_a_run_that_exists_is_followed_as_documented(server: ServerProcess) -> None:
    """The stream of a finished run, from its start, its middle and past its end."""
    origin = f"http://127.0.0.1:{server.port}"
    person = Person(origin, 900_000_000)
    person.make_ids()
    operation = schemathesis.openapi.from_url(f"{origin}/openapi/openapi.json")[
        "/api/runs/{run_id}/events"
    ]["GET"]
    assert UUID(person.ids["run_id"])
    for after in (0, 1, 10_000):
        case = operation.Case(
            path_parameters={"run_id": person.ids["run_id"]}, query={"after": after}
        )
        response = case.call(headers=person.headers, timeout=30)
        assert response.status_code == 200
        case.validate_response(response, checks=CHECKS)
