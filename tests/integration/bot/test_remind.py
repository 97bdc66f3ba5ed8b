"""Reminders in the chat with the bot.

Exercises backend/bot/handlers/remind.py, backend/bot/chats/reminders.py,
backend/bot/chats/owned_rows.py,
backend/bot/ports/reminder_sender.py, backend/tasks/reminders.py.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.bot.chats.chats import erase
from backend.bot.chats.reminders import LONGEST_REMINDER, MOST_REMINDERS, TRIED_AGAIN
from backend.bot.handlers.remind import time_until
from backend.bot.tables import bot_reminders
from backend.i18n import languages, translator
from backend.privacy.tables import receipts
from backend.uuid7 import uuid7
from telegram_emulator.actions import AdvanceClock, ClearFaults, SendText, SetApiFault
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until
from tests.integration.bot.test_groups import rows
from tests.integration.bot.test_steering import press

EN = translator("en")


async def later(chat: BotChat, **time: int) -> int:
    """Let time pass, and send what is due; returns how many that were."""
    await chat.act(AdvanceClock(**time))
    return await chat.app.container.bot.reminder_sender.work()


async def test_a_reminder_comes_once_at_its_time(ann: BotChat) -> None:
    """Not before, and no second time; its words are sealed until then; no model is asked."""
    told = await ann.ask("/remind 2h put the kettle on")
    assert text_of(told) == EN("bot.remind.set", when="in 2 hours")
    (row,) = await rows(ann, bot_reminders)
    assert b"kettle" not in row.body
    assert await later(ann, seconds=7_000) == 0
    assert await later(ann, seconds=300) == 1
    assert ann.said()[-1] == "⏰ put the kettle on"
    assert await later(ann, days=1) == 0
    assert await rows(ann, bot_reminders) == []
    assert await rows(ann, receipts) == []


async def test_a_reminder_replies_to_what_it_is_about(ann: BotChat) -> None:
    """In reply to a message the time alone is enough; put off by a button, it still replies."""
    answer = await ann.ask("Which train?")
    await ann.quiet()
    await ann.act(SendText(ANN, "/remind 45m", reply_to=answer["message_id"]))
    await until(lambda: EN("bot.remind.set", when="in 45 minutes") in ann.said())
    await later(ann, seconds=45 * 60 + 1)
    due = ann.sent()[-1]
    assert text_of(due) == "⏰ " + EN("bot.remind.this")
    assert due["reply_to_message"]["message_id"] == answer["message_id"]
    await press(ann, due, EN("bot.remind.hour"))
    await until(lambda: bool(ann.calls("answerCallbackQuery")))
    await ann.quiet()
    assert await later(ann, seconds=3_700) == 1
    assert ann.sent()[-1]["reply_to_message"]["message_id"] == answer["message_id"]


async def test_a_clocks_time_is_the_persons(ann: BotChat) -> None:
    """Of the zone of their last schedule; before there is one, they are told so."""
    assert text_of(await ann.ask("/remind 18:30 tea")) == EN("bot.remind.zone")
    client = await ann.app.sign_in()
    when = {"minute": 480, "weekdays": [1], "timeZone": "Asia/Tokyo"}
    body = {"id": str(uuid7(ann.app.container.clock())), "question": "News?", "when": when}
    assert (await client.call("POST", "/api/schedules", body))[0] == 200
    await ann.ask("/remind 18:30 tea")
    (row,) = await rows(ann, bot_reminders)
    assert (row.due_at.hour, row.due_at.minute) == (9, 30)
    assert row.due_at - ann.app.container.clock() <= timedelta(days=1)


@pytest.mark.parametrize(
    "said", ["soon tea", "0m tea", "9999d tea", "25:00 tea", "8:75 tea", "2h", "2hours tea"]
)
async def test_what_names_no_time_is_explained(ann: BotChat, said: str) -> None:
    """Nothing is set."""
    assert text_of(await ann.ask(f"/remind {said}")) == EN("bot.remind.usage")
    assert await rows(ann, bot_reminders) == []


async def test_reminders_are_listed_and_removed(ann: BotChat) -> None:
    """The next one first, each with a button; too long a one and one too many are refused."""
    assert text_of(await ann.ask("/remind")) == EN("bot.remind.usage")
    await ann.ask("/remind 3d ferry")
    await ann.ask("/remind 2h kettle")
    shown = await ann.ask("/remind")
    labels = [one["text"] for one in buttons_of(shown)]
    assert labels == ["✕ in 2 hours: kettle", "✕ in 3 days: ferry"]
    await press(ann, shown, "kettle")
    await ann.quiet()
    left: list[Any] = await rows(ann, bot_reminders)
    assert len(left) == 1
    long = await ann.ask(f"/remind 1h {'x' * (LONGEST_REMINDER + 1)}")
    assert text_of(long) == EN("bot.remind.too_long", limit=EN.number(LONGEST_REMINDER))
    for number in range(MOST_REMINDERS - 1):
        await ann.ask(f"/remind 1h number {number}")
    full = await ann.ask("/remind 1h one more")
    assert text_of(full) == EN("bot.remind.full", limit=EN.number(MOST_REMINDERS))


async def test_a_failure_loses_no_reminder(ann: BotChat) -> None:
    """Telegram asks for hours of silence: it comes afterwards, once."""
    await ann.ask("/remind 1h kettle")
    hours = SetApiFault("tooManyRequests", method="sendMessage", retry_after=3600, count=9)
    await ann.act(hours)
    assert await later(ann, seconds=3_601) == 1
    assert len(await rows(ann, bot_reminders)) == 1
    await ann.act(ClearFaults())
    assert await later(ann, seconds=1) == 0
    assert await later(ann, seconds=int(TRIED_AGAIN.total_seconds())) == 1
    assert ann.said().count("⏰ kettle") == 1


async def test_reminders_go_with_the_person(ann: BotChat) -> None:
    """They are in the person's copy until they are erased."""
    await ann.ask("/remind 1h kettle")
    container = ann.app.container
    async with container.database.unit_of_work() as db:
        parts = [part async for _, part in container.bot.chat_copy(db, container.vault, ANN)]
        assert b"kettle" in b"".join(parts)
        await erase(db, ANN)
    assert await rows(ann, bot_reminders) == []


@pytest.mark.parametrize("language", languages())
def test_times_are_told_in_every_language(language: str) -> None:
    """How long until then, whole and never rounded up from ninety minutes to two hours."""
    t, now = translator(language), datetime(2026, 12, 1, tzinfo=UTC)
    told = {
        minutes: time_until(now + timedelta(minutes=minutes), now, t) for minutes in (1, 90, 120)
    }
    assert len(set(told.values())) == 3
    assert t("bot.remind.set", when=told[90]).count(told[90]) == 1
