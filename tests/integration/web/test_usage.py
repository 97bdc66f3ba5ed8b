"""What a person's answers have cost, over HTTP.

Exercises backend/generation/usage_report.py, backend/web/api/usage.py.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from backend.conversations.tables import conversations
from backend.llm.simulation.mock_provider import MockProvider
from backend.metering import provider_calls
from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running
from tests.fixtures.generation import until

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
def catalog(settings: Settings) -> Path:
    """A model with a price."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / "models.toml"
    path.write_text(PRICED)
    return path


@pytest.fixture
async def app(settings: Settings, catalog: Path) -> AsyncIterator[Running]:
    """The application with that model."""
    provider = await MockProvider().start()
    address = provider.base_url
    async with running(settings, models_file=str(catalog), compatible_url=address) as app:
        yield app
    await provider.close()


async def test_sums_match_the_answers(app: Running) -> None:
    """By day, model and conversation the total is that of the answers' end events; failed answers
    are not included, and nobody else sees it."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    await ann.call("PUT", "/api/consents/compatible")
    assert (await ann.ask("Hello", modelId="declines"))[-1]["state"] == "failed"
    conversation = uuid7()
    cost = 0
    for model, where in (("priced", conversation), ("priced", uuid7()), (SIMULATED, uuid7())):
        end = (await ann.ask("Hello", modelId=model, conversation=where))[-1]
        cost += end.get("costMicroDollars", 0)
    assert cost > 0
    await until(lambda: _titles(app, 3))
    async with app.container.database.snapshot() as db:
        titles = await provider_calls.call_costs(db, ANN, datetime(2020, 1, 1, tzinfo=UTC))
    cost += sum(one.cost_micro_dollars for one in titles)
    _, usage = await ann.call("GET", "/api/usage")
    month = usage.pop("spending")
    assert month["capMicroDollars"] is None
    assert (month["spentMicroDollars"], month["reservedMicroDollars"]) == (cost, 0)
    for sums in usage.values():
        assert sum(one["costMicroDollars"] for one in sums) == cost
        assert sum(one["answers"] for one in sums) == 3
    assert [one["key"] for one in usage["byModel"]] == ["priced", SIMULATED]
    assert usage["byDay"][0]["key"] == app.container.clock().date().isoformat()
    assert str(conversation) in [one["key"] for one in usage["byConversation"]]
    _, none = await eve.call("GET", "/api/usage")
    assert none.pop("spending")["spentMicroDollars"] == 0
    assert none == {"byDay": [], "byModel": [], "byConversation": []}


async def _titles(app: Running, count: int) -> bool:
    """Whether this many conversations have a title."""
    async with app.container.database.snapshot() as db:
        named = conversations.c.title.is_not(None)
        return await db.scalar(sa.select(sa.func.count()).where(named)) == count


async def ask(client: Client, model: str) -> tuple[int, dict[str, Any], str | None]:
    """How a question is refused: status, problem and Retry-After."""
    body = {"id": str(uuid7()), "text": "Hello", "create": True, "modelId": model}
    path = f"/api/conversations/{uuid7()}/messages"
    async with client.request("POST", path, body) as response:
        return response.status, await response.json(), response.headers.get("Retry-After")


async def test_a_persons_cap(app: Running) -> None:
    """It can be set, is reported, enforced with figures, shown with the usage, and removed."""
    ann = await app.sign_in(ANN)
    await ann.call("PUT", "/api/consents/compatible")
    change = {"settings": {"spendingCapMicroDollars": 9_000}}
    _, me = await ann.call("PATCH", "/api/me", change)
    assert me["settings"]["spendingCapMicroDollars"] == 9_000
    status, problem, _ = await ask(ann, "priced")
    assert (status, problem["code"]) == (402, "spending_cap_reached")
    assert "$0.00 of $0.01" in problem["detail"]
    assert problem["renewsOn"] in problem["detail"]
    assert (await ann.ask("Hello", modelId=SIMULATED))[-1]["state"] == "complete"
    _, usage = await ann.call("GET", "/api/usage")
    assert usage["spending"]["capMicroDollars"] == 9_000
    assert usage["spending"]["renewsAt"].startswith(problem["renewsOn"])
    await ann.call("PATCH", "/api/me", {"settings": {"spendingCapMicroDollars": None}})
    assert (await ann.ask("Hello", modelId="priced"))[-1]["state"] == "complete"


@pytest.mark.parametrize("cap", [-1, 10_000_000_001, 0.5, "much"])
async def test_valid_caps(app: Running, cap: object) -> None:
    """Whole micro-dollars up to ten thousand dollars."""
    ann = await app.sign_in(ANN)
    body = {"settings": {"spendingCapMicroDollars": cap}}
    assert (await ann.call("PATCH", "/api/me", body))[0] == 400


async def test_the_operators_cap(settings: Settings, catalog: Path) -> None:
    """The person is told when to return and nothing about money; free models continue."""
    options = {"models_file": str(catalog), "compatible_url": "http://127.0.0.1:9/v1"}
    cap: dict[str, Any] = {"operator_daily_cap_dollars": Decimal("0.005")}
    async with running(settings, **options, **cap) as app:
        ann = await app.sign_in(ANN)
        await ann.call("PUT", "/api/consents/compatible")
        status, problem, wait = await ask(ann, "priced")
        assert (status, problem["code"]) == (503, "operator_cap_reached")
        assert "$" not in problem["detail"]
        assert 0 < int(wait or 0) <= 86_400
        assert (await ann.ask("Hello", modelId=SIMULATED))[-1]["state"] == "complete"


async def test_the_number_of_days_is_limited(app: Running) -> None:
    """At most a year is summed."""
    ann = await app.sign_in()
    assert (await ann.call("GET", "/api/usage?days=366"))[0] == 200
    status, problem = await ann.call("GET", "/api/usage?days=367")
    assert (status, problem["code"]) == (400, "invalid_field")
