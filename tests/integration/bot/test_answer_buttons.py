"""The buttons under an answer, in the emulator: continue, another model, longer, sources, check,
and back.

Exercises backend/bot/answering/answer_buttons.py and backend/bot/handlers/answer_buttons.py.
"""

import json
from typing import Any

from backend.i18n import translator
from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import simulation
from telegram_emulator.actions import PressButton
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until

EN = translator("en")


async def tree(chat: BotChat) -> list[dict[str, Any]]:
    """The messages of Ann's newest conversation."""
    client = await chat.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    path = f"/api/conversations/{page['items'][0]['id']}/messages"
    items: list[dict[str, Any]] = (await client.call("GET", path))[1]["items"]
    return items


def labels(message: dict[str, Any]) -> list[str]:
    """The labels of the buttons below a message."""
    return [one["text"] for one in buttons_of(message)]


async def press(chat: BotChat, place: int, label: str) -> None:
    """Press the button with this label under the bot's message at this place."""
    message = chat.sent()[place]
    data = next(one["callback_data"] for one in buttons_of(message) if label in one["text"])
    assert len(data.encode()) <= 64
    await chat.act(PressButton(chat.person_id, message["message_id"], data))


async def more(chat: BotChat, place: int) -> None:
    """Show all buttons under the bot's message at this place."""
    await press(chat, place, "More")
    await until(lambda: any("Back" in one for one in labels(chat.sent()[place])))


async def test_continue_extends_the_same_answer(ann: BotChat) -> None:
    """An answer cut at its length limit has a Continue button, also after More and Back. The added
    text comes as a new message; in the conversation both are one answer."""
    ann.answers("The first half", end="length")
    await ann.ask("Tell me all.")
    await ann.until(3)  # the answer, and the note that it was cut
    place = next(n for n, one in enumerate(ann.sent()) if text_of(one) == "The first half")
    assert EN("bot.answer.continue") in labels(ann.sent()[place])
    await more(ann, place)
    assert EN("bot.answer.continue") in labels(ann.sent()[place])
    await press(ann, place, "Back")
    await until(lambda: len(labels(ann.sent()[place])) == 3)
    assert EN("bot.answer.continue") in labels(ann.sent()[place])
    ann.answers(" and the second.")
    await press(ann, place, "Continue")
    await ann.until(4)
    await ann.quiet()
    assert text_of(ann.sent()[3]).strip() == "and the second."
    assert labels(ann.sent()[place]) == []
    _, answer = await tree(ann)
    assert answer["text"] == "The first half and the second."
    assert answer["state"] == "complete"


async def test_the_sources_are_listed_once_each(ann: BotChat) -> None:
    """Sources are numbered, with addresses and without a link preview that would fetch one. An
    answer without sources has no such button."""
    await ann.ask("Plain?")
    await more(ann, 1)
    assert not any("ources" in one for one in labels(ann.sent()[1]))
    server = ann.app.container.models.simulation
    assert server is not None
    mark = "[[1]](https://a.invalid/x)"
    text = f"It rains {mark} and {mark} [[2]](https://b.invalid/)."
    server._answer = lambda asked: MockAnswer(text, search="rain")
    await ann.ask("Does it rain?")
    await more(ann, 2)
    await press(ann, 2, "ources")
    await ann.until(4)
    said = text_of(ann.sent()[3])
    assert said.startswith(EN("bot.answer.sources.heading"))
    assert said.count("https://a.invalid/x") == 1
    assert said.count("https://b.invalid/") == 1
    assert ann.sent()[3]["link_preview_options"]["is_disabled"] is True
    assert any("Back" in one for one in labels(ann.sent()[2]))  # the buttons stay


async def test_longer_and_another_model_are_branches(ann: BotChat) -> None:
    """Longer asks for a longer version as a new question; another model answers the same question
    again, and the answer names it."""
    await ann.ask("Well?")
    await more(ann, 1)
    await press(ann, 1, "Longer")
    await ann.until(3)
    await more(ann, 2)
    await press(ann, 2, "Other model")
    await until(lambda: any("Grok" in one for one in labels(ann.sent()[2])))
    await press(ann, 2, buttons_of(ann.sent()[2])[0]["text"])
    await ann.until(4)
    await ann.quiet()
    found = await tree(ann)
    assert found[2]["text"] == EN("bot.answer.longer.request")
    again = [one for one in found if one["parentId"] == found[2]["id"]]
    assert {one["modelId"] for one in again} == {"simulated-grok"}


async def test_check_lists_the_claims_of_the_answer(ann: BotChat) -> None:
    """Nothing is checked before Check is pressed; Cancel leaves the quota unchanged."""
    ann.answers("K2 is 8,611 metres high. It was first climbed in 1954.")
    await ann.ask("K2?")
    server = ann.app.container.models.simulation
    assert server is not None
    server._answer = simulation
    client = await ann.app.sign_in()
    used = (await client.call("GET", "/api/me"))[1]["quota"]["used"]
    await more(ann, 1)
    await press(ann, 1, "Check")
    await ann.until(3)
    assert "1. K2 is 8,611 metres high." in text_of(ann.sent()[2])
    assert labels(ann.sent()[2]) == ["✓ 1", "✓ 2", "Check (2)", "Cancel"]
    await press(ann, 2, "Cancel")
    await ann.quiet()
    assert (await client.call("GET", "/api/me"))[1]["quota"]["used"] == used


async def test_unknown_button_data_is_no_failure(ann: BotChat) -> None:
    """A client can send any data as a button press: the person is told that there is nothing, and
    the update is not retried."""
    sent = len(ann.sent())
    sent_by_a_client = ("answer:more", "ask:again:zz", "answer:::::", "ask:zzz:" + "0" * 32)
    for number, data in enumerate(sent_by_a_client):
        person = {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        chat = {"id": ANN, "type": "private", "first_name": "Ann"}
        message = {"message_id": 5, "date": 1, "chat": chat, "text": "x"}
        query = {"id": str(number), "from": person, "chat_instance": "1", "data": data}
        update = {"update_id": 900_000_300 + number, "callback_query": query | {"message": message}}
        assert await ann.deliver(json.dumps(update).encode()) == 200
    await ann.quiet()
    assert len(ann.sent()) == sent
