"""A client library in another language runs unmodified: the emulator implements Telegram's
protocol, not aiogram's reading of it."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hatch_build import find_node, install_packages
from telegram_emulator.actions import PayInvoice, PressButton, PressStart, SendFile, SendText
from telegram_emulator.testing import IVAN, Phone

HERE = Path(__file__).parent / "grammy"


class Grammy:
    """The running bot and the events that it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def hears(self, event: str) -> dict[str, Any]:
        """Wait for its next event, which must be `event`."""
        assert self._process.stdout is not None
        async with asyncio.timeout(20):
            line = await self._process.stdout.readline()
        said: dict[str, Any] = json.loads(line)
        assert said.pop("event") == event, said
        return said


@pytest.fixture(scope="module")
def node() -> str:
    """Node, with grammY installed from the lock file."""
    node = find_node()
    install_packages(node, HERE)
    return node.program


@contextlib.asynccontextmanager
async def running(node: str, phone: Phone) -> AsyncIterator[Grammy]:
    """grammY's bot polls the emulator meanwhile."""
    api = {"BOT_TOKEN": phone.token, "API_ROOT": phone.origin}
    process = await asyncio.create_subprocess_exec(
        node, "bot.mjs", cwd=HERE, env={**os.environ, **api}, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Grammy(process)
    finally:
        process.terminate()
        await process.wait()


async def test_grammy_works_throughout(phone: Phone, node: str) -> None:
    """Start, button, draft and rich message, refusals, files in both directions, payment and
    refund."""
    async with running(node, phone) as grammy:
        assert await grammy.hears("ready") == {"username": "local_bot"}
        await phone.act(PressStart(IVAN, "deep"))
        assert await grammy.hears("started") == {"language": "ru"}
        greeting = (await phone.messages(IVAN))[-1]
        assert greeting["entities"] == [{"type": "italic", "offset": 0, "length": 4}]
        await phone.act(PressButton(IVAN, greeting["message_id"], "go"))
        await grammy.hears("pressed")
        await phone.act(SendText(IVAN, "stream"))
        streamed = await grammy.hears("streamed")
        assert streamed["blocks"] == [{"type": "heading", "text": "Hello", "size": 1}]
        await phone.act(SendText(IVAN, "wrong"))
        assert (await grammy.hears("refused"))["refusals"] == [
            "400 Bad Request: can't parse entities: "
            'Can\'t find end tag corresponding to start tag "b"',
            "400 Bad Request: chat not found",
            "400 Bad Request: INVOICE_TITLE_TOO_LONG",
            "400 Bad Request: STARS_INVOICE_INVALID",
            "400 Bad Request: query is too old and response timeout expired or query ID is invalid",
        ]
        await phone.act(SendFile(IVAN, "document", "a.txt", "text/plain", b"there"))
        assert await grammy.hears("file") == {"bytes": "there", "size": 4}
        await _buys(phone, grammy)


async def _buys(phone: Phone, grammy: Grammy) -> None:
    await phone.act(SendText(IVAN, "buy"))
    link = (await grammy.hears("link"))["link"]
    poor = await phone.act(PayInvoice(IVAN, link, "pay"))
    assert getattr(poor, "error", None) == "BALANCE_TOO_LOW"
    phone.emulator.hub.ledger.top_up(IVAN, 100)
    closed = await phone.act(PayInvoice(IVAN, link, "pay"))
    assert getattr(closed, "status", None) == "paid"
    paid = await grammy.hears("paid")
    assert paid["first"] is True
    assert paid["again"] == "400 Bad Request: CHARGE_ALREADY_REFUNDED"
    assert paid["ids"] == [paid["charge"]] * 2
    await grammy.hears("refund")
    assert phone.emulator.hub.ledger.wallet(IVAN).balance == 350
