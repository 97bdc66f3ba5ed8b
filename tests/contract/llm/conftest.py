"""Fixtures: the real HTTP client, and the mock provider over a real socket."""

from collections.abc import AsyncIterator

import pytest

from backend.llm.http.client import Http
from backend.llm.simulation.mock_provider import MockProvider


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """The client, opened."""
    async with Http() as opened:
        yield opened


@pytest.fixture
async def mock() -> AsyncIterator[MockProvider]:
    """A mock provider that answers as fast as it can."""
    provider = await MockProvider().start()
    yield provider
    await provider.close()
