"""A chat with the bot of a running server."""

from collections.abc import AsyncIterator

import pytest

from backend.settings import Settings
from tests.fixtures.chat import BotChat, chatting


@pytest.fixture
async def chat(settings: Settings) -> AsyncIterator[BotChat]:
    """Ann's chat, not started yet."""
    async with chatting(settings) as chat:
        yield chat
