"""/schedule in the chat, scheduled answers, and pausing under the answer.

Exercises backend/bot/handlers/schedule.py, backend/bot/handlers/digest.py,
backend/bot/ports/schedule_chat.py, backend/tasks/scheduled_questions.py,
backend/web/api/schedules.py.
"""

from typing import Any

from backend.files import links_to_read
from backend.i18n import languages, translator
from backend.schedules import ScheduleChange
from backend.uuid7 import uuid7
from telegram_emulator.actions import AdvanceClock, PressButton
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until
from tests.integration.files.conftest import open_premium

say = translator("en")
QUESTION = "What should I know today?"


async def schedule(chat: BotChat) -> dict[str, Any]:
    """Create a schedule in the app, which knows the time zone."""
    body = {
        "id": str(uuid7()),
        "question": QUESTION,
        "when": {"minute": 8 * 60, "weekdays": [1, 2, 3, 4, 5, 6, 7], "timeZone": "Asia/Tokyo"},
    }
    made: dict[str, Any]
    status, made = await (await chat.app.sign_in()).call("POST", "/api/schedules", body)
    assert status == 200, made
    return made


async def listed(chat: BotChat) -> list[dict[str, Any]]:
    """The schedules as the app lists them."""
    _, found = await (await chat.app.sign_in()).call("GET", "/api/schedules")
    items: list[dict[str, Any]] = found["items"]
    return items


async def press(chat: BotChat, message: dict[str, Any], data: str) -> None:
    """Press the button of a message whose data starts with this."""
    (found,) = [b for b in buttons_of(message) if b.get("callback_data", "").startswith(data)]
    await chat.act(PressButton(chat.person_id, message["message_id"], found["callback_data"]))
    await chat.quiet()


async def test_without_a_time_zone_the_person_is_sent_to_the_app(chat: BotChat) -> None:
    """Telegram does not tell the bot a time zone, so the person is sent to the app instead of
    guessing."""
    await chat.start()
    assert say("bot.schedule.none") in text_of(await chat.ask("/schedule"))
    answer = await chat.ask(f"/schedule 8:00 {QUESTION}")
    assert text_of(answer) == say("bot.schedule.zone")
    assert await listed(chat) == []


async def test_it_is_listed_paused_and_deleted(chat: BotChat) -> None:
    """Schedules are listed, paused and deleted by buttons; reaching the plan's limit is
    explained."""
    await chat.start()
    await schedule(chat)
    shown = await chat.ask("/schedule")
    assert f"08:00 – {QUESTION}" in text_of(shown)
    await press(chat, shown, "schedule:turn:")
    assert (await listed(chat))[0]["paused"]
    refused = text_of(await chat.ask("/schedule 9:30 And what else?"))
    assert say("error.too_many_schedules.title") in refused
    await press(chat, shown, "schedule:delete:")
    assert await listed(chat) == []


async def test_the_answer_comes_to_the_chat_and_can_be_paused_there(chat: BotChat) -> None:
    """The worker asks at the set time, the hand-off delivers the answer even if hand-off is off
    otherwise, and its button pauses the schedule."""
    await chat.start()
    made = await schedule(chat)
    container = chat.app.container
    client = await chat.app.sign_in()
    await client.call("PATCH", "/api/me", {"settings": {"handOff": False}})
    await chat.act(AdvanceClock(days=1))
    before = len(chat.sent())
    assert await container.schedule_runner.work() == 1
    await until(lambda: container.generation.running == 0)
    await container.generation.parts.late_readers.settle(float("inf"))
    await container.hand_off.deliver_due()
    assert len(chat.sent()) == before + 1
    answer = chat.sent()[-1]
    await press(chat, answer, "schedule:pause:")
    (one,) = await listed(chat)
    assert (one["id"], one["paused"], one["nextAt"]) == (made["id"], True, None)
    assert await container.schedule_runner.work() == 0


async def test_a_question_that_could_not_be_asked_is_reported(chat: BotChat) -> None:
    """The person is told the reason once."""
    await chat.start()
    await schedule(chat)
    container = chat.app.container
    (one,) = await container.schedules.list_all(chat.person_id)
    await container.bot.schedule_chat.tell_refused(chat.person_id, "en", one, "quota_exhausted")
    said = chat.said()[-1]
    assert QUESTION in said
    assert say("error.quota_exhausted.title") in said
    await container.schedules.change(chat.person_id, one.id, ScheduleChange(question="Another?"))
    assert (await listed(chat))[0]["question"] == "Another?"


async def test_a_digest_is_a_schedule_of_addresses(chat: BotChat) -> None:
    """A digest is listed and stopped like any schedule; without an address the command explains
    itself. Its question is short enough in every language that the pages are still read."""
    await chat.start()
    await open_premium(chat.app)
    await schedule(chat)
    how = f"{say('bot.digest.how')}\n\n{say('bot.digest.how_posts')}"
    assert text_of(await chat.ask("/digest 8:00 news")) == how
    shown = await chat.ask("/digest 7:30 https://news.invalid/today and https://b.invalid")
    assert "07:30" in text_of(shown)
    questions = [one["question"] for one in await listed(chat)]
    made = next(one for one in questions if "news.invalid" in one)
    pages = ("https://news.invalid/today", "https://b.invalid")
    assert links_to_read(made, about_links=False) == pages
    for language in languages():
        asked = f"{translator(language)('bot.digest.request')}\nhttps://a.invalid/x"
        assert links_to_read(asked, about_links=False), language
