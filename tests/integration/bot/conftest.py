"""A chat with the bot of a running server."""

from collections.abc import AsyncIterator

import pytest

from backend.bot.answering import placed
from backend.settings import Settings
from tests.fixtures.chat import BotChat, chatting


@pytest.fixture
async def chat(settings: Settings) -> AsyncIterator[BotChat]:
    """Ann's chat, not started yet."""
    async with chatting(settings) as chat:
        yield chat


@pytest.fixture
async def ann(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotChat]:
    """Ann's chat, started, on a server that edits messages quickly."""
    monkeypatch.setattr(placed, "PAUSE_SECONDS", 0.05)
    async with chatting(settings) as chat:
        await chat.start()
        yield chat
