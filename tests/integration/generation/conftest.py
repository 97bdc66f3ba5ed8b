"""A generation room over the test's database."""

from collections.abc import AsyncIterator

import pytest

from backend.db import Database, Vault
from backend.llm.simulation.mock_provider import MockProvider
from backend.settings import Settings
from tests.fixtures.app import ANN, Client, Running, running
from tests.fixtures.generation import MakeRoom, rooms
from tests.fixtures.titles import titled
from tests.fixtures.valkey import valkey_server, valkey_shared
from tests.integration.web.test_consents import ABROAD, MODELS

PAID = MODELS.replace("input = 0, output = 0", "input = 1, output = 2")

__all__ = ["valkey_server", "valkey_shared"]


@pytest.fixture
async def make_room(database: Database, vault: Vault) -> AsyncIterator[MakeRoom]:
    """Makes a generation room with a scripted adapter."""
    async with rooms(database, vault) as make:
        yield make


@pytest.fixture
async def abroad() -> AsyncIterator[MockProvider]:
    """A remote provider, so that titles are written by a model."""
    provider = await MockProvider().start()
    yield provider
    await provider.close()


@pytest.fixture
async def app(settings: Settings, abroad: MockProvider) -> AsyncIterator[Running]:
    """The application with that provider beside the simulated ones."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(PAID)
    async with running(settings, compatible_url=abroad.base_url, models_file=str(models)) as app:
        yield app


@pytest.fixture
async def ann(app: Running) -> Client:
    """Ann, who has agreed to the provider and asked once."""
    client = await app.sign_in(ANN)
    await client.call("PUT", f"/api/consents/{ABROAD}")
    await client.ask("Hello", modelId="abroad")
    await titled(client)
    return client
