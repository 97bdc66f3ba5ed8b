"""Fixtures of the contract tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram import Bot

from telegram_emulator.actions import PressStart
from telegram_emulator.testing import ANN, Phone, served


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    """A served emulator in its initial state."""
    async with served(tmp_path) as phone:
        yield phone


@pytest.fixture
async def ann(phone: Phone) -> int:
    """Ann, who has pressed Start; the bot has received the update."""
    await phone.act(PressStart(ANN))
    await phone.call("getUpdates", offset=-1)
    await phone.call("getUpdates", offset=2_000_000_000)
    return ANN


@pytest.fixture
async def bot(phone: Phone) -> AsyncIterator[Bot]:
    """aiogram's real bot."""
    bot = phone.bot()
    yield bot
    await bot.session.close()
