"""Several bots in one emulator, and several emulators at the same time."""

import asyncio
import urllib.request
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramConflictError, TelegramUnauthorizedError

from telegram_emulator.client import running
from tests.contract.test_command import fails

ONE, TWO = "111:first", "222:second"


def page_at(origin: str) -> str:
    """The page of an emulator, or of one of its bots."""
    with urllib.request.urlopen(f"{origin}/") as answer:
        return str(answer.read().decode())


async def test_each_bot_has_its_token_its_people_and_its_page(tmp_path: Path) -> None:
    """The token selects the bot, as with Telegram; updates and files of one bot never reach
    another."""
    with (
        running(tmp_path / "a", "--token", TWO, token=ONE) as first,
        running(tmp_path / "b", token=ONE) as elsewhere,
    ):
        second = first.bot(TWO)
        names = [t.call("getMe")["result"]["username"] for t in (first.bot(ONE), second)]
        assert names == ["local_bot", "local_2_bot"]
        await asyncio.to_thread(second.person().start)
        api = AiohttpSession(api=TelegramAPIServer.from_base(first.origin))
        one, two, stranger = Bot(ONE, api), Bot(TWO, api), Bot("333:third", api)
        assert await one.get_updates() == []
        [update] = await two.get_updates()
        assert update.message is not None
        assert update.message.text == "/start"
        waiting = asyncio.create_task(one.get_updates(timeout=20))
        await asyncio.sleep(0.3)
        assert await one.get_updates(offset=1) == []
        with pytest.raises(TelegramConflictError):
            await waiting
        with pytest.raises(TelegramUnauthorizedError):
            await stranger.get_me()
        assert elsewhere.call("getUpdates")["result"] == []
        await api.close()
        assert 'href="/bots/111/"' in await asyncio.to_thread(page_at, first.origin)
        assert 'id="emulator"' in await asyncio.to_thread(page_at, second.origin)
    assert (tmp_path / "a/111/world.json").exists()
    assert (tmp_path / "a/222/world.json").exists()


def test_one_bot_twice_is_refused(tmp_path: Path) -> None:
    """Two tokens with one id would be two states of one bot."""
    options = ("--token", ONE, "--token", "111:other", "--state", str(tmp_path))
    assert "the same bot's" in fails(*options)
