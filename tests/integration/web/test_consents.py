"""Consent over HTTP: nothing is sent to a provider that a person has not agreed to.

Exercises backend/web/api/consents.py, backend/privacy/consent.py,
backend/privacy/consent_version.py, backend/web/api/models.py.
"""

from collections.abc import AsyncIterator

import pytest

from backend.llm.simulation.mock_provider import MockProvider
from backend.settings import Settings
from backend.uuid7 import uuid7
from tests.fixtures.app import ANN, EVE, SIMULATED, Client, Running, running

ABROAD = "compatible"
MODELS = f"""
[[model]]
id = "abroad"
provider = "{ABROAD}"
wire_name = "any"
name = "Abroad"
context_tokens = 8000
max_output_tokens = 1000
price = {{ input = 0, output = 0 }}
price_class = "free"
"""


@pytest.fixture
async def abroad() -> AsyncIterator[MockProvider]:
    """A remote provider."""
    provider = await MockProvider().start()
    yield provider
    await provider.close()


@pytest.fixture
async def app(settings: Settings, abroad: MockProvider) -> AsyncIterator[Running]:
    """The application with that provider beside the simulated ones."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(MODELS)
    async with running(settings, compatible_url=abroad.base_url, models_file=str(models)) as app:
        yield app


async def refused(client: Client) -> dict[str, object]:
    """The problem with a question to the remote provider."""
    body = {"id": str(uuid7()), "text": "Hello", "create": True, "modelId": "abroad"}
    status, problem = await client.call("POST", f"/api/conversations/{uuid7()}/messages", body)
    assert status == 403
    return dict(problem)


def chats(abroad: MockProvider) -> int:
    """How many questions and titles the provider got."""
    return sum(1 for one in abroad.received if one.path != "/v1/models")


async def test_nothing_is_sent_before_consent(app: Running, abroad: MockProvider) -> None:
    """The refusal names the provider; nothing was sent, stored or counted."""
    ann = await app.sign_in()
    problem = await refused(ann)
    assert (problem["code"], problem["provider"]) == ("consent_needed", ABROAD)
    assert "Abroad" in str(problem["detail"])
    assert chats(abroad) == 0
    assert (await ann.call("GET", "/api/conversations"))[1]["items"] == []
    assert (await ann.call("GET", "/api/me"))[1]["quota"]["used"] == 0


async def test_consent_allows_and_withdrawing_refuses(app: Running, abroad: MockProvider) -> None:
    """Consent is for one person and one provider, lasts until withdrawn, and can be repeated."""
    ann, eve = await app.sign_in(ANN), await app.sign_in(EVE)
    for _ in range(2):
        status, agreed = await ann.call("PUT", f"/api/consents/{ABROAD}")
        assert (status, agreed["provider"]) == (200, ABROAD)
    found = await ann.ask("Hello", modelId="abroad")
    assert found[-1]["state"] == "complete"
    assert chats(abroad) > 0
    assert (await refused(eve))["code"] == "consent_needed"
    assert (await ann.call("DELETE", f"/api/consents/{ABROAD}"))[0] == 204
    assert (await refused(ann))["code"] == "consent_needed"


async def test_no_title_from_a_provider_without_consent(app: Running, abroad: MockProvider) -> None:
    """A conversation with one provider's model gets its title from no other provider."""
    ann = await app.sign_in()
    await ann.ask("Hello", modelId=SIMULATED)
    await app.container.generation.drain(5)
    assert chats(abroad) == 0


async def test_what_is_listed(app: Running) -> None:
    """Providers with their declarations; the local ones need no consent and cannot be agreed to."""
    ann = await app.sign_in()
    _, listed = await ann.call("GET", "/api/consents")
    (item,) = [one for one in listed["items"] if one["provider"] == ABROAD]
    assert item["agreedAt"] is None
    assert set(item["policy"]) == {"region", "retentionDays", "trains"}
    assert (item["changed"], item["stale"], item["readOn"]) == (False, False, None)
    assert not {"local", "simulation"} & {one["provider"] for one in listed["items"]}
    for name in ("simulation", "nobody"):
        status, problem = await ann.call("PUT", f"/api/consents/{name}")
        assert (status, problem["code"]) == (404, "provider_not_found")
