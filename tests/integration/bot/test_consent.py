"""Consent in the chat: asked with buttons; the held question is answered afterwards.

Exercises backend/bot/answering/consent.py, backend/bot/handlers/consent.py.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from backend.generation.tables import runs
from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import MockProvider
from backend.settings import Settings
from telegram_emulator.actions import ChooseInlineResult, InlineQuery, PressButton
from telegram_emulator.control import act
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting
from tests.fixtures.generation import until
from tests.integration.bot.test_chat import most_attempts
from tests.integration.web.test_consents import MODELS

AGREE, DECLINE = 0, 1


@pytest.fixture
async def abroad() -> AsyncIterator[MockProvider]:
    """A remote provider that writes a few words a second."""
    provider = await MockProvider(pace=0.02).start()
    provider._answer = lambda asked: MockAnswer("From abroad.")
    yield provider
    await provider.close()


@pytest.fixture
async def ann(settings: Settings, abroad: MockProvider) -> AsyncIterator[BotChat]:
    """Ann's chat; she has chosen a remote model and asked it something."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(MODELS)
    changes = {"compatible_url": abroad.base_url, "models_file": str(models)}
    async with chatting(settings, **changes) as chat:
        await chat.start()
        client = await chat.app.sign_in()
        await client.call("PATCH", "/api/me", {"settings": {"modelId": "abroad"}})
        await chat.ask("Well?")
        yield chat


def asked_with(chat: BotChat) -> dict[str, Any]:
    """The message that asks for consent."""
    return chat.sent()[1]


async def press(chat: BotChat, which: int) -> None:
    """Press one of its buttons."""
    message = asked_with(chat)
    data = buttons_of(message)[which]["callback_data"]
    await chat.act(PressButton(ANN, message["message_id"], data))


def pressed(chat: BotChat, which: int) -> bytes:
    """A press after Telegram's time for answering it has passed."""
    message = asked_with(chat)
    data = buttons_of(message)[which]["callback_data"]
    person = {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    query = {"id": "long-gone", "from": person, "message": message, "chat_instance": "1"}
    return json.dumps({"update_id": 900_000_001, "callback_query": query | {"data": data}}).encode()


async def test_after_agreeing_the_question_is_answered(ann: BotChat, abroad: MockProvider) -> None:
    """The question need not be sent again; the buttons disappear, and the next question is sent
    directly."""
    assert "Abroad" in ann.said()[1] or "compatible" in ann.said()[1].lower()
    before = len(abroad.received)
    await press(ann, AGREE)
    await ann.until(3)
    assert ann.said()[2] == "From abroad."
    assert len(abroad.received) > before
    assert buttons_of(asked_with(ann)) == []
    await ann.ask("And now?")
    await ann.quiet()
    assert ann.said()[2:] == ["From abroad."] * 2


async def test_pressed_twice_it_is_answered_once(ann: BotChat) -> None:
    """A second press asks no second question and raises no error."""
    again = pressed(ann, AGREE)
    await press(ann, AGREE)
    assert await ann.deliver(again) == 200
    await ann.until(3)
    await ann.quiet()
    assert ann.said()[2:] == ["From abroad."]
    assert await most_attempts(ann) == 0


async def test_declined_twice_it_is_said_once(ann: BotChat, abroad: MockProvider) -> None:
    """After declining, nothing is sent."""
    again = pressed(ann, DECLINE)
    await press(ann, DECLINE)
    assert await ann.deliver(again) == 200
    await ann.quiet()
    assert len(ann.sent()) == 3
    assert await most_attempts(ann) == 0
    assert "Nothing was sent" in ann.said()[2]
    assert [one for one in abroad.received if one.path != "/v1/models"] == []


async def test_a_press_that_comes_late_counts(ann: BotChat) -> None:
    """A late press counts: its spinner has stopped, but the person agreed and waits."""
    assert await ann.deliver(pressed(ann, AGREE)) == 200
    await ann.until(3)
    await ann.quiet()
    assert ann.said()[2:] == ["From abroad."]


async def test_agreeing_after_all_asks_for_the_question(ann: BotChat) -> None:
    """After declining or a restart the question is no longer held; the consent counts, and the
    question is asked for."""
    agreed = pressed(ann, AGREE)
    await press(ann, DECLINE)
    await ann.until(3)
    assert await ann.deliver(agreed) == 200
    await ann.until(4)
    assert "send your question again" in ann.said()[3]


async def test_the_next_question_waits_and_other_buttons_do_not(
    ann: BotChat, abroad: MockProvider
) -> None:
    """The held question is answered in order; the buttons of /premium respond at once."""
    abroad._answer = lambda asked: MockAnswer("- " + "word " * 50)
    await ann.say("/premium")
    await ann.until(3)
    premium = ann.sent()[2]
    await press(ann, AGREE)
    await until(lambda: ann.drafts)
    await ann.say("Second?")
    data = buttons_of(premium)[0]["callback_data"]
    await ann.act(PressButton(ANN, premium["message_id"], data))
    await until(lambda: len(ann.calls("answerCallbackQuery")) == 2)
    await ann.quiet()
    assert ann.calls("answerCallbackQuery")[1].id < ann.calls("sendRichMessage")[0].id
    async with ann.app.container.database.snapshot() as db:
        first, second = (await db.execute(sa.select(runs).order_by(runs.c.started_at))).all()
    assert first.ended_at <= second.started_at
    assert first.conversation_id == second.conversation_id


async def test_every_question_before_agreeing_is_answered_in_order(
    ann: BotChat, abroad: MockProvider
) -> None:
    """Two questions wait for one consent: both are answered, the first one first."""
    abroad._answer = lambda asked: MockAnswer(f"To {asked['messages'][-1]['content']}")
    await ann.ask("And the second?")
    await press(ann, AGREE)
    await ann.until(5)
    await ann.quiet()
    assert ann.said()[3:] == ["To Well?", "To And the second?"]


async def test_agreeing_in_the_app_answers_what_was_asked_in_the_chat(ann: BotChat) -> None:
    """Consent given in the app releases questions asked in the chat."""
    client = await ann.app.sign_in()
    provider = buttons_of(asked_with(ann))[AGREE]["callback_data"].rpartition(":")[2]
    await client.call("PUT", f"/api/consents/{provider}")
    await ann.until(3)
    assert ann.said()[2] == "From abroad."


async def test_elsewhere_nothing_is_sent_before_the_chat_was_asked(
    ann: BotChat, abroad: MockProvider
) -> None:
    """A chosen inline result links to the chat with the bot; after consent there, the next one is
    answered."""
    hub = ann.phone.emulator.hub
    before = len(abroad.received)

    async def asked(said: str) -> dict[str, Any]:
        await act(hub, InlineQuery(ANN, "why"))
        await act(hub, ChooseInlineResult(ANN, "why", "ask", to="Friends"))
        await until(lambda: said in list(hub.world.shared.values())[-1].text)
        return list(hub.world.shared.values())[-1].result

    rows = (await asked("Before I can answer here"))["reply_markup"]["inline_keyboard"]
    assert rows[0][0]["url"].startswith("https://t.me/")
    assert len(abroad.received) == before
    await press(ann, AGREE)
    await ann.until(3)
    await asked("From abroad.")
