"""The webhook: who may call it, what it responds, and that an update is stored before the
response.

Exercises backend/web/webhook.py.
"""

import json
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from backend.bot.inbox.stored import StoredUpdates
from backend.bot.inbox.webhook import WEBHOOK_PATH, is_from_telegram, webhook_secret
from backend.bot.tables import bot_updates
from backend.errors import StorageBusy
from backend.settings import Settings
from telegram_emulator.actions import SendText
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, text_of


def said(number: int, text: str) -> bytes:
    """Ann's message, as Telegram would deliver it."""
    person = {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    chat = {"id": ANN, "type": "private", "first_name": "Ann"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


async def stored(chat: BotChat, *, over: int = 900_000_000) -> dict[int, Any]:
    """The updates delivered by the test."""
    async with chat.app.container.database.snapshot() as db:
        rows = (await db.execute(sa.select(bot_updates))).all()
    return {row.update_id: row for row in rows if row.update_id > over}


async def test_only_telegram_may_bring_updates(chat: BotChat) -> None:
    """A wrong, missing or malformed secret is 403, and nothing is stored or handled."""
    await chat.start()
    right = webhook_secret(chat.app.container.settings)
    for secret in ("wrong", "", right[:-1], right + "x", right.swapcase(), "s\u00e9cret"):
        assert await chat.deliver(said(900_000_001, "/help"), secret) == 403
    async with chat.app.http.post(chat.app.origin + WEBHOOK_PATH, data=b"{}") as response:
        assert response.status == 403
    assert await stored(chat) == {}
    assert await chat.deliver(said(900_000_001, "/help")) == 200
    await chat.until(2)
    await chat.quiet()
    assert set(await stored(chat)) == {900_000_001}


async def test_a_repeated_update_is_acknowledged_and_handled_once(chat: BotChat) -> None:
    """Telegram repeats until it gets 200; each repeat gets 200, and the answer comes once."""
    await chat.start()
    for _ in range(3):
        assert await chat.deliver(said(900_000_001, "/help")) == 200
    await chat.quiet()
    assert await chat.deliver(said(900_000_001, "/help")) == 200
    await chat.quiet()
    assert len(chat.sent()) == 2


async def test_malformed_requests_are_refused(chat: BotChat) -> None:
    """Malformed JSON is 400, too large a body 413; nothing is stored."""
    for body in (b"", b"{", b"[]", b'"x"', b'{"update_id":"1"}', b'{"update_id":1,"x":"\xff"}'):
        assert await chat.deliver(body) == 400
    assert await chat.deliver(b'{"update_id":900000001,"x":"' + b"y" * 2**20 + b'"}') == 413
    assert await stored(chat) == {}


async def test_unknown_kinds_of_updates_are_acknowledged(chat: BotChat) -> None:
    """An update of a later Bot API or of an unknown shape gets 200 and is marked as done; its words
    are not logged."""
    kinds: list[dict[str, Any]] = [
        {"telepathy": {"from": {"id": ANN}, "thought": "my secret"}},
        {"message": {"text": "my secret"}},
        {"message": "my secret"},
        {},
    ]
    with capture_logs() as logged:
        for number, content in enumerate(kinds, start=900_000_001):
            body = json.dumps({"update_id": number, **content}).encode()
            assert await chat.deliver(body) == 200
        await chat.quiet()
    rows = await stored(chat)
    assert len(rows) == 4
    assert all(row.attempts == 0 and row.body is None for row in rows.values())
    assert "update_malformed" in [line["event"] for line in logged]
    assert "my secret" not in str(logged)


async def test_an_update_that_cannot_be_stored_is_not_acknowledged(
    chat: BotChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database refuses writes, Telegram is told to retry."""
    await chat.start()

    async def refuse(self: StoredUpdates, number: int, lane: str, body: bytes) -> bool:
        raise StorageBusy(retry_after=1)

    with monkeypatch.context() as patch:
        patch.setattr(StoredUpdates, "put", refuse)
        assert await chat.deliver(said(900_000_001, "/help")) == 503
    assert await chat.deliver(said(900_000_001, "/help")) == 200
    await chat.until(2)


async def test_telegram_delivers_and_the_chat_works(chat: BotChat) -> None:
    """With a webhook set everything works as with polling, and polling stops."""
    await chat.start()
    bot = chat.phone.bot()
    secret = webhook_secret(chat.app.container.settings)
    await bot.set_webhook(chat.app.origin + WEBHOOK_PATH, secret_token=secret)
    assert text_of(await chat.ask("How high is K2?")) == "An answer."
    await chat.act(SendText(ANN, "/help"))
    await chat.until(3)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (0, None)
    await bot.delete_webhook()
    await bot.session.close()


def test_secrets(settings: Settings) -> None:
    """The secret is derived from the master key unless one is set, in a form that Telegram
    accepts."""
    made = webhook_secret(settings)
    assert 32 <= len(made) <= 256
    assert set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    assert is_from_telegram(settings, made)
    assert not is_from_telegram(settings, None)
    chosen = msgspec.structs.replace(settings, webhook_secret="chosen_by_hand")
    assert webhook_secret(chosen) == "chosen_by_hand"
    assert not is_from_telegram(chosen, made)
