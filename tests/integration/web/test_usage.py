"""What one's answers have cost, over HTTP."""

from collections.abc import AsyncIterator

import pytest

from backend.llm.mock_provider import MockProvider
from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Running, running

PRICED = """
[[model]]
id = "priced"
provider = "compatible"
wire_name = "any"
name = "Priced"
context_tokens = 8000
max_output_tokens = 1000
price = { input = 2, output = 10 }
price_class = "low"

[[model]]
id = "declines"
provider = "compatible"
wire_name = "fault:refused"
name = "Declines"
context_tokens = 8000
max_output_tokens = 1000
price = { input = 2, output = 10 }
price_class = "low"
"""


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """The application with a model that costs something."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / "models.toml"
    path.write_text(PRICED)
    provider = await MockProvider().start()
    address = provider.base_url
    async with running(settings, models_file=str(path), compatible_url=address) as app:
        yield app
    await provider.close()


async def test_sums_are_those_of_the_answers(app: Running) -> None:
    """By day, model and conversation the same total, which the ends of the answers told; what
    failed is no part of it, and nobody else sees it."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    await ann.call("PUT", "/api/consents/compatible")
    assert (await ann.ask("Hello", modelId="declines"))[-1]["state"] == "failed"
    conversation = uuid7()
    cost = 0
    for model, where in (("priced", conversation), ("priced", uuid7()), (SIMULATED, uuid7())):
        end = (await ann.ask("Hello", modelId=model, conversation=where))[-1]
        cost += end.get("costMicroDollars", 0)
    assert cost > 0
    _, usage = await ann.call("GET", "/api/usage")
    assert usage.pop("spending")["capMicroDollars"] is None
    for sums in usage.values():
        assert sum(one["costMicroDollars"] for one in sums) == cost
        assert sum(one["answers"] for one in sums) == 3
    assert [one["key"] for one in usage["byModel"]] == ["priced", SIMULATED]
    assert usage["byDay"][0]["key"] == app.house.clock().date().isoformat()
    assert str(conversation) in [one["key"] for one in usage["byConversation"]]
    _, none = await eve.call("GET", "/api/usage")
    assert none.pop("spending")["spentMicroDollars"] == 0
    assert none == {"byDay": [], "byModel": [], "byConversation": []}


async def test_the_days_are_bounded(app: Running) -> None:
    """A year is the most that is summed."""
    ann = await app.sign_in()
    assert (await ann.call("GET", "/api/usage?days=366"))[0] == 200
    status, problem = await ann.call("GET", "/api/usage?days=367")
    assert (status, problem["code"]) == (400, "invalid_field")
