"""The running application, and a chat with its bot."""

from collections.abc import AsyncIterator

import pytest

from backend.settings import Settings
from tests.fixtures.app import Running, running
from tests.fixtures.chat import BotChat, chatting
from tests.fixtures.valkey import valkey_shared

__all__ = ["valkey_shared"]


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """Everything except the local model; simulated providers answer."""
    async with running(settings) as app:
        yield app


@pytest.fixture
async def chat(settings: Settings) -> AsyncIterator[BotChat]:
    """Ann's chat with the bot, not started yet."""
    async with chatting(settings) as chat:
        yield chat
