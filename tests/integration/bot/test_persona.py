"""/persona in the chat: who answers, chosen with buttons, for the app as well.

Exercises backend/bot/handlers/persona.py, backend/bot/sending/buttons.py.
"""

import msgspec

from backend.i18n import translator
from backend.llm.prompts import prompting
from backend.llm.prompts.personas import PERSONAS, find
from telegram_emulator.actions import PressButton
from telegram_emulator.testing import LAYLA
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.integration.bot.test_tasks import questions


def instructions(chat: BotChat) -> str:
    """The last system prompt that a model was given."""
    assert chat.app.container.models.simulation is not None
    bodies = [
        msgspec.json.decode(one.body) for one in chat.app.container.models.simulation.received
    ]
    return str([b["instructions"] for b in bodies if b.get("instructions")][-1])


async def press(chat: BotChat, data: str) -> None:
    """Press a button of the offer."""
    await chat.act(PressButton(chat.person_id, chat.sent()[1]["message_id"], data))
    await chat.quiet()


def ticked(chat: BotChat) -> list[str]:
    """The buttons with a tick."""
    return [b["callback_data"] for b in buttons_of(chat.sent()[1]) if b["text"].startswith("✓")]


async def test_a_button_chooses_who_answers(chat: BotChat) -> None:
    """All personas are listed and one is ticked; the next answer uses the chosen one, in the app
    too."""
    await chat.start()
    offer = await chat.ask("/persona")
    t = translator("en")
    assert all(t(one.word_key) in text_of(offer) for one in PERSONAS)
    assert ticked(chat) == ["persona:tanya"]
    await press(chat, "persona:teacher")
    assert ticked(chat) == ["persona:teacher"]
    assert "Answering now: Teacher" in chat.said()[1]
    await chat.ask("Why is the sky blue?")
    assert find("teacher").manner in instructions(chat)
    ann = await chat.app.sign_in()
    _, me = await ann.call("GET", "/api/me")
    assert me["settings"]["personaId"] == "teacher"


async def test_late_repeated_and_unknown_presses(chat: BotChat) -> None:
    """A repeated press changes nothing; an unknown persona is refused in words, and the choice
    stays."""
    await chat.start()
    await chat.ask("/persona")
    await press(chat, "persona:critic")
    await press(chat, "persona:critic")
    query = {
        "id": "1",
        "from": {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"},
        "message": chat.sent()[1],
        "chat_instance": "1",
        "data": "persona:pirate",
    }
    update = {"update_id": 900_000_001, "callback_query": query}
    assert await chat.deliver(msgspec.json.encode(update)) == 200
    await chat.quiet()
    told = [call.request.get("text", "") for call in chat.calls("answerCallbackQuery")]
    assert "pirate" in told[-1]
    assert ticked(chat) == ["persona:critic"]
    assert len(chat.sent()) == 2


async def test_it_is_offered_in_their_language(chat: BotChat) -> None:
    """The list is in the person's language (Arabic)."""
    layla = BotChat(chat.app, LAYLA)
    await layla.start()
    offer = await layla.ask("/persona")
    assert translator("ar")(PERSONAS[1].word_key) in text_of(offer)


async def test_writing_and_replying_are_commands(chat: BotChat) -> None:
    """The model gets the template around the person's words; without words the command explains
    itself."""
    await chat.start()
    for command, task in (("write", "write"), ("reply", "reply_suggestions")):
        assert f"/{command}" in text_of(await chat.ask(f"/{command}"))
        await chat.ask(f"/{command} Dinner at eight?")
        assert questions(chat.app)[-1] == prompting.task(task, "Dinner at eight?").text
