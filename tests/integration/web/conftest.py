"""The running application, started for each test that asks for it."""

from collections.abc import AsyncIterator

import pytest

from backend.settings import Settings
from tests.fixtures.app import Running, running


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """Everything except the local model; simulated providers answer."""
    async with running(settings) as app:
        yield app
