"""Updates delivered over HTTP: secret, order, retries, Retry-After, a method in the response."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiohttp import web

from telegram_emulator.actions import (
    ClearFaults,
    PressStart,
    SendText,
    SetUpdateFault,
    SetWebhookDown,
)
from telegram_emulator.testing import ANN, IVAN, Phone
from tests.contract.test_aiogram_polling import until


class Hook:
    """A webhook whose responses the test sets, 200 by default."""

    def __init__(self) -> None:
        self.url = ""
        self.texts: list[str] = []
        self.ids: list[int] = []
        self.secrets: set[str | None] = set()
        self.answers: list[web.Response] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def receive(self, request: web.Request) -> web.Response:
        """Receive a delivery."""
        update = await request.json()
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        await self.gate.wait()
        self.texts.append(update["message"]["text"])
        self.ids.append(update["update_id"])
        return self.answers.pop(0) if self.answers else web.Response()


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Hook]:
    """A webhook on a loopback port."""
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    hook.url = f"http://127.0.0.1:{port}/hook"
    yield hook
    await runner.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """A running webhook."""
    async with listening() as hook:
        yield hook


async def test_out_of_order_means_a_lower_id_after_a_higher_one(
    phone: Phone, bot: Bot, hook: Hook, ann: int
) -> None:
    """Deliveries overtake each other, ids show the true order; a held update can be repeated."""
    await bot.set_webhook(hook.url)
    await phone.act(SetUpdateFault("outOfOrder"))
    await phone.act(SendText(ann, "overtaken"))
    await phone.act(SendText(ann, "overtaker"))
    await until(lambda: hook.texts == ["overtaker", "overtaken"])
    assert hook.ids[0] == hook.ids[1] + 1
    await phone.act(SetUpdateFault("outOfOrder"))
    await phone.act(SetUpdateFault("twice", count=2))
    await phone.act(SendText(ann, "second"))
    await phone.act(SendText(ann, "first"))
    await until(lambda: hook.texts[2:] == ["first", "first", "second", "second"])
    assert len(set(hook.ids)) == 4


async def test_updates_are_delivered_once_with_the_secret(
    phone: Phone, bot: Bot, hook: Hook, ann: int
) -> None:
    """Each update is delivered once with the secret header; then the queue is empty."""
    await bot.set_webhook(hook.url, secret_token="s3cret")
    await phone.act(SendText(ann, "one"))
    await phone.act(SendText(ann, "two"))
    await until(lambda: hook.texts == ["one", "two"])
    assert hook.secrets == {"s3cret"}
    await until(lambda: not phone.emulator.hub.world.queue)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.last_error_message) == (hook.url, 0, None)


async def test_a_failure_is_retried_in_order(phone: Phone, bot: Bot, hook: Hook, ann: int) -> None:
    """A refused update is repeated, at once the first time, then after Retry-After; later updates
    of the same chat wait for it, other chats do not."""
    await phone.act(PressStart(IVAN))
    await bot.get_updates(offset=-1)
    await bot.get_updates(offset=2_000_000_000)
    hook.answers = [
        web.Response(status=503),
        web.Response(status=429, headers={"Retry-After": "1"}),
    ]
    await bot.set_webhook(hook.url)
    await phone.act(SendText(ann, "first"))
    await until(lambda: hook.texts == ["first", "first"])
    await phone.act(SendText(ann, "second"))
    await phone.act(SendText(IVAN, "other"))
    await until(lambda: len(hook.texts) == 5)
    assert hook.texts == ["first", "first", "other", "first", "second"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 429 Too Many Requests"


async def test_a_redirect_is_a_failure_and_nothing_is_lost(
    phone: Phone, bot: Bot, hook: Hook, ann: int
) -> None:
    """The redirect is not followed; the update is repeated, and `getWebhookInfo` has the error."""
    hook.answers = [web.Response(status=302, headers={"Location": hook.url})]
    await bot.set_webhook(hook.url)
    await phone.act(SendText(ann, "first"))
    await until(lambda: hook.texts == ["first", "first"])
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"


async def test_a_slow_webhook_only_delays_its_own_chat(
    phone: Phone, bot: Bot, hook: Hook, ann: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update stays in the queue; other people's are delivered meanwhile."""
    await phone.act(PressStart(IVAN))
    await bot.get_updates(offset=2_000_000_000)
    await bot.set_webhook(hook.url)
    hook.gate.clear()
    await phone.act(SendText(ann, "stuck"))
    await until(lambda: bool(hook.secrets))
    monkeypatch.setattr(hook, "gate", asyncio.Event())
    hook.gate.set()
    await phone.act(SendText(IVAN, "other"))
    await until(lambda: hook.texts == ["other"])
    info = await bot.get_webhook_info()
    assert info.pending_update_count == 1


async def test_updates_wait_while_the_webhook_is_unreachable(
    phone: Phone, bot: Bot, hook: Hook, ann: int
) -> None:
    """Nothing is lost: all updates arrive when it is reachable again."""
    await bot.set_webhook(hook.url)
    await phone.act(SetWebhookDown(True))
    await phone.act(SendText(ann, "waiting"))
    await until(lambda: phone.emulator.hub.world.webhook.last_error is not None)
    assert hook.texts == []
    await phone.act(ClearFaults())
    await until(lambda: hook.texts == ["waiting"])


async def test_a_response_may_contain_a_method(phone: Phone, bot: Bot, hook: Hook) -> None:
    """The method is called, and its result is discarded."""
    call = {"method": "sendMessage", "chat_id": ANN, "text": "from the answer"}
    hook.answers = [web.json_response(call)]
    await bot.set_webhook(hook.url)
    await phone.act(PressStart(ANN))
    record = phone.emulator.hub.chats.record(ANN)
    await until(lambda: len(record.messages) == 2)
    assert record.messages[1].message["text"] == "from the answer"


async def test_pending_updates_can_be_dropped(phone: Phone, bot: Bot, hook: Hook, ann: int) -> None:
    """drop_pending_updates drops the waiting updates."""
    await phone.act(SendText(ann, "dropped"))
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await phone.act(SendText(ann, "kept"))
    await until(lambda: hook.texts == ["kept"])
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
