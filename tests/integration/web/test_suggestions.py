"""Suggested replies over HTTP: whose they are, who makes them, and when there are none.

Exercises backend/web/api/suggestions.py.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import FOLLOW_UPS, MockProvider, simulation
from backend.settings import Settings
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running

ABROAD = "compatible"
ENTRY = """
[[model]]
id = "{id}"
provider = "compatible"
wire_name = "{id}"
name = "{id}"
context_tokens = 8000
max_output_tokens = 1000
price = {{ input = {price}, output = {price} }}
price_class = "low"
"""
MODELS = ENTRY.format(id="dear", price=9) + ENTRY.format(id="cheap", price=1)
REPLIES = ["Why is that?", "Give me an example", "And what then?"]


class Abroad:
    """A provider with two models that suggests what the test says."""

    def __init__(self) -> None:
        self.says = "\n".join(f"- {reply}" for reply in REPLIES)
        self.server = MockProvider(answer=self._answer)

    def _answer(self, asked: dict[str, Any]) -> MockAnswer:
        if _is_suggesting(asked):
            return MockAnswer(self.says)
        return simulation(asked)

    def asked(self) -> list[str]:
        """The bodies of the requests for suggestions."""
        bodies = (one.body.decode() for one in self.server.received)
        return [body for body in bodies if _is_suggesting({"": body})]


def _is_suggesting(asked: dict[str, Any]) -> bool:
    return FOLLOW_UPS in str(asked)


@pytest.fixture
async def abroad() -> AsyncIterator[Abroad]:
    """The provider, listening."""
    provider = Abroad()
    await provider.server.start()
    yield provider
    await provider.server.close()


@pytest.fixture
async def app(settings: Settings, abroad: Abroad) -> AsyncIterator[Running]:
    """The application with that provider beside the simulated ones."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(MODELS)
    address = abroad.server.base_url
    async with running(settings, compatible_url=address, models_file=str(models)) as app:
        yield app


async def answered(client: Client, model: str = "dear") -> str:
    """The id of an answer that has just completed."""
    await client.call("PUT", f"/api/consents/{ABROAD}")
    events = await client.ask("What is a monsoon?", modelId=model)
    assert events[-1]["state"] == "complete"
    return str(events[0]["message"]["id"])


async def suggested(client: Client, message: str) -> list[str]:
    """The suggestions for a message."""
    status, found = await client.call("GET", f"/api/messages/{message}/suggestions")
    assert status == 200, found
    return list(found["items"])


async def test_replies_are_made_once_and_cost_no_message(app: Running, abroad: Abroad) -> None:
    """A cheaper model of the answer's provider writes the suggestions; asking again returns the
    stored ones."""
    ann = await app.sign_in()
    message = await answered(ann)
    used = (await ann.call("GET", "/api/me"))[1]["quota"]["used"]
    assert [await suggested(ann, message) for _ in range(3)] == [REPLIES] * 3
    (body,) = abroad.asked()
    assert '"dear"' not in body
    assert "What is a monsoon?" in body
    assert str(ANN) not in body
    assert (await ann.call("GET", "/api/me"))[1]["quota"]["used"] == used


async def test_suggestions_belong_to_the_answers_owner(app: Running, abroad: Abroad) -> None:
    """For anybody else the message does not exist, before and after suggestions are made."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    message = await answered(ann)
    for _ in range(2):
        status, problem = await eve.call("GET", f"/api/messages/{message}/suggestions")
        assert (status, problem["code"]) == (404, "message_not_found")
        assert await suggested(ann, message) == REPLIES


async def test_nothing_is_sent_after_consent_was_withdrawn(app: Running, abroad: Abroad) -> None:
    """No other provider than the answer's gets the conversation."""
    ann = await app.sign_in()
    message = await answered(ann)
    simulated = await answered(ann, SIMULATED)
    await suggested(ann, simulated)
    await ann.call("DELETE", f"/api/consents/{ABROAD}")
    assert await suggested(ann, message) == []
    assert abroad.asked() == []


async def test_suggestions_can_be_turned_off(app: Running, abroad: Abroad) -> None:
    """Turned off, no model is asked; turned on again, it is."""
    ann = await app.sign_in()
    message = await answered(ann)
    for wanted, found in ((False, []), (True, REPLIES)):
        _, me = await ann.call("PATCH", "/api/me", {"settings": {"suggestions": wanted}})
        assert me["settings"]["suggestions"] is wanted
        assert await suggested(ann, message) == found


async def test_deleted_suggestions_are_not_served_from_memory(app: Running) -> None:
    """Suggestions are deleted with their conversation."""
    ann = await app.sign_in()
    await ann.call("PUT", f"/api/consents/{ABROAD}")
    start = (await ann.ask("What is a monsoon?", modelId="dear"))[0]
    message = start["message"]["id"]
    assert await suggested(ann, message) == REPLIES
    await ann.call("DELETE", f"/api/conversations/{start['conversationId']}")
    status, problem = await ann.call("GET", f"/api/messages/{message}/suggestions")
    assert (status, problem["code"]) == (404, "message_not_found")


async def test_unusable_suggestions_are_dropped(app: Running, abroad: Abroad) -> None:
    """A reply that is no list of suggestions is not shown, and is not requested again."""
    ann = await app.sign_in()
    message = await answered(ann)
    abroad.says = "I am a large language model."
    assert await suggested(ann, message) == []
    later = await answered(ann)
    await abroad.server.close()
    assert await suggested(ann, later) == []


async def test_only_finished_answers_have_replies(app: Running, abroad: Abroad) -> None:
    """Questions and unfinished answers have no suggestions."""
    ann = await app.sign_in()
    await answered(ann)
    events = await ann.ask("Hello", modelId="simulated-interruption")
    assert events[-1]["state"] == "interrupted"
    for part in ("message", "userMessage"):
        assert await suggested(ann, events[0][part]["id"]) == []
    assert abroad.asked() == []


async def test_too_many_requests_are_refused(app: Running) -> None:
    """A rate limit of their own bounds what suggestions may cost."""
    ann = await app.sign_in()
    message = await answered(ann, SIMULATED)
    codes = []
    for _ in range(12):
        status, _ = await ann.call("GET", f"/api/messages/{message}/suggestions")
        codes.append(status)
    assert codes[:10] == [200] * 10
    assert 429 in codes
