"""The models of Telegram's responses are built once.

Exercises backend/bot/account/client.py.
"""

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import EditMessageText

from backend.bot.account.client import make_bot
from backend.settings import Settings
from tests.conftest import BOT_TOKEN


@pytest.fixture
def read_a_response(tmp_path: Path) -> "weakref.ref[Any]":
    """The model that a response was read with."""
    bot = make_bot(Settings(data_dir=tmp_path, bot_token=BOT_TOKEN))
    method = EditMessageText(text="Hello", chat_id=1, message_id=1)
    read = bot.session.check_response(bot, method, 200, '{"ok": true, "result": true}')
    assert read.result is True
    return weakref.ref(type(read))


def test_a_model_outlives_its_response(
    read_a_response: "weakref.ref[Any]",
) -> None:
    """pydantic forgets what nobody holds, and building this one again takes 60 ms."""
    gc.collect()
    assert read_a_response() is not None
