"""Steering the chat: replies, buttons under an answer, edits, topics, commands during an answer.

Exercises backend/bot/sending/places.py, backend/bot/answering/answer_buttons.py,
backend/bot/inbox/queue_notes.py, backend/bot/account/own_account.py,
backend/bot/handlers/answer_buttons.py, backend/bot/handlers/edited.py,
backend/bot/handlers/stop.py, backend/bot/handlers/model.py, backend/bot/handlers/language.py,
backend/bot/handlers/settings.py, backend/bot/handlers/history.py, backend/bot/handlers/delete.py.
"""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.bot.inbox import queue_notes
from backend.i18n import translator
from backend.settings import Settings
from telegram_emulator.actions import EditText, PressButton, SendText
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting, text_of
from tests.fixtures.generation import until

WORDS = " ".join(f"word{number}" for number in range(60))


@pytest.fixture
async def ann(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotChat]:
    """Ann's chat, started."""
    monkeypatch.setattr(queue_notes, "LOOK_SECONDS", 0.05)
    async with chatting(settings) as chat:
        await chat.start()
        yield chat


async def trees(chat: BotChat) -> list[list[dict[str, Any]]]:
    """The messages of each of Ann's conversations, the newest conversation first."""
    client = await chat.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    paths = [f"/api/conversations/{item['id']}/messages" for item in page["items"]]
    return [(await client.call("GET", path))[1]["items"] for path in paths]


async def questions(chat: BotChat) -> list[str]:
    """The questions of the newest conversation, oldest first."""
    return [one["text"] for one in (await trees(chat))[0] if one["role"] == "user"]


async def press(chat: BotChat, message: dict[str, Any], label: str) -> None:
    """Press a button by what it says."""
    data = next(one["callback_data"] for one in buttons_of(message) if label in one["text"])
    await chat.act(PressButton(chat.person_id, message["message_id"], data))


async def mine(chat: BotChat) -> list[dict[str, Any]]:
    """What the person has written, oldest first."""
    found = await chat.phone.messages(chat.person_id)
    return [one for one in found if one["from"]["id"] == chat.person_id]


async def test_a_replied_to_message_reaches_the_model_with_its_author(ann: BotChat) -> None:
    """Replies to an older answer, a part of one, or one's own words are quoted to the model; the
    newest answer is not. Answers reply to their questions, and a reply continues that conversation
    after /new."""
    ann.answers("Everest is the highest.")
    first = await ann.ask("Which is highest?")
    asked = (await mine(ann))[-1]
    assert first["reply_to_message"]["message_id"] == asked["message_id"]
    await ann.act(SendText(ANN, "Sure?", reply_to=first["message_id"]))
    await ann.until(3)
    assert await questions(ann) == ["Which is highest?", "Sure?"]
    await ann.ask("/new")
    await ann.act(SendText(ANN, "And now?", reply_to=first["message_id"]))
    await ann.until(5)
    await ann.act(SendText(ANN, "How?", reply_to=first["message_id"], quote="highest"))
    await ann.until(6)
    await ann.act(SendText(ANN, "Reword", reply_to=asked["message_id"]))
    await ann.until(7)
    (tree,) = await trees(ann)
    assert [one["text"] for one in tree if one["role"] == "user"][2:] == [
        "About your answer:\n> Everest is the highest.\n\nAnd now?",
        "About your answer:\n> highest\n\nHow?",
        "About what I wrote:\n> Which is highest?\n\nReword",
    ]


async def test_the_buttons_of_an_answer(ann: BotChat) -> None:
    """More buttons replace the first ones; another answer is a branch; a newer answer removes older
    buttons."""
    first = await ann.ask("Well?")
    assert [one["text"] for one in buttons_of(first)][:2] == ["↻ Again", "⋯ More"]
    await press(ann, first, "More")
    await until(lambda: len(buttons_of(ann.sent()[1])) > 3)
    await press(ann, ann.sent()[1], "Other model")
    await until(lambda: any("Grok" in one["text"] for one in buttons_of(ann.sent()[1])))
    await press(ann, ann.sent()[1], "Back")
    await until(lambda: len(buttons_of(ann.sent()[1])) == 3)
    await press(ann, ann.sent()[1], "Again")
    await ann.until(3)
    await ann.quiet()
    assert buttons_of(ann.sent()[1]) == []
    await press(ann, ann.sent()[2], "More")
    await until(lambda: len(buttons_of(ann.sent()[2])) > 3)
    await press(ann, ann.sent()[2], "Shorter")
    await ann.until(4)
    (tree,) = await trees(ann)
    roots = [one for one in tree if one["parentId"] == tree[0]["id"]]
    assert len(roots) == 2
    assert tree[-2]["text"] == "Say it shorter, please."
    assert tree[-2]["parentId"] == roots[1]["id"]


async def test_an_edited_question_is_asked_again(ann: BotChat) -> None:
    """The new answer is a branch beside the first; unchanged edits and edits of commands are
    ignored."""
    await ann.ask("How high is K2?")
    asked = (await mine(ann))[-1]["message_id"]
    await ann.act(EditText(ANN, asked, "How deep is it?"))
    await ann.until(3)
    await ann.ask("/stop")
    await ann.act(EditText(ANN, (await mine(ann))[-1]["message_id"], "/model"))
    await ann.quiet()
    assert len(ann.sent()) == 4
    (tree,) = await trees(ann)
    assert [(one["text"], one["parentId"]) for one in tree if one["role"] == "user"] == [
        ("How high is K2?", None),
        ("How deep is it?", None),
    ]


async def test_edited_while_it_is_answered(ann: BotChat) -> None:
    """The answer that is being written is finished; then the new words are asked, as a branch."""
    ann.answers(" ".join(["word"] * 60), pace=0.02)
    await ann.say("How high is K2?")
    await until(lambda: ann.drafts)
    await ann.act(EditText(ANN, (await mine(ann))[-1]["message_id"], "How deep is it?"))
    await ann.until(3)
    await ann.quiet()
    (tree,) = await trees(ann)
    asked = [one for one in tree if one["role"] == "user"]
    assert [one["text"] for one in asked] == ["How high is K2?", "How deep is it?"]
    assert [one["state"] for one in tree if one["role"] == "assistant"] == ["complete"] * 2


async def test_commands_do_not_wait_and_waiting_is_told_once(ann: BotChat) -> None:
    """While an answer is written, commands are answered at once; questions are answered in order
    and told once that they wait; /stop ends the answer."""
    ann.answers(WORDS, pace=0.1)
    await ann.say("First?")
    await until(lambda: any("word1" in str(draft) for draft in ann.drafts))
    await ann.say("Second?")
    await ann.say("Third?")
    queued = translator("en")("bot.ask.queued")
    await until(lambda: queued in ann.said())
    assert "Your plan" in text_of(await ann.ask("/PREMIUM"))
    ann.answers("Quick.")
    await ann.say("/stop")
    await ann.until(7)
    await ann.quiet()
    said = ann.said()[1:]
    assert said.count(queued) == 1
    assert [text for text in said if text == "Quick."] == ["Quick."] * 2
    assert any(text.startswith("word0") and "word59" not in text for text in said)
    assert await questions(ann) == ["First?", "Second?", "Third?"]


async def test_new_counts_from_where_it_was_written(ann: BotChat) -> None:
    """Questions sent before /new belong to the old conversation and later ones to the new, though
    /new did not wait."""
    ann.answers(WORDS, pace=0.02)
    for text in ("One?", "Two?", "/new", "Three?"):
        await ann.say(text)
    await ann.quiet()
    asked = [[one["text"] for one in tree if one["role"] == "user"] for tree in await trees(ann)]
    assert sorted(asked) == [["One?", "Two?"], ["Three?"]]


async def test_a_temporary_conversation_and_deletion(ann: BotChat) -> None:
    """/temporary starts one that is in no export; /delete asks for confirmation and deletes it."""
    await ann.ask("/temporary")
    await ann.ask("Between us?")
    client = await ann.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    assert page["items"][0]["expiresAt"]
    await press(ann, await ann.ask("/delete"), "Delete")
    await until(lambda: "Deleted." in ann.said()[-1])
    _, page = await client.call("GET", "/api/conversations")
    assert page["items"] == []


async def test_history_continues_an_earlier_conversation(ann: BotChat) -> None:
    """The chosen conversation continues in the chat."""
    await ann.ask("One?")
    await ann.ask("/new")
    await ann.ask("Two?")
    listed = await ann.ask("/history")
    before = len(ann.sent())
    await ann.act(PressButton(ANN, listed["message_id"], buttons_of(listed)[1]["callback_data"]))
    await ann.until(before + 1)
    await ann.ask("Three?")
    assert await questions(ann) == ["One?", "Three?"]


async def test_settings_by_buttons(ann: BotChat) -> None:
    """/model and /language store a choice; the language takes precedence over Telegram's."""
    listed = await ann.ask("/model")
    chosen = buttons_of(listed)[-1]
    await ann.act(PressButton(ANN, listed["message_id"], chosen["callback_data"]))
    name = chosen["text"].removeprefix("✓ ")
    await until(lambda: name in ann.said()[-1])
    assert f"Model: {name}" in text_of(await ann.ask("/settings"))
    await press(ann, await ann.ask("/language"), "Русский")
    await until(lambda: "по-русски" in ann.said()[-1])
    assert "Такой" in text_of(await ann.ask("/xyzzy")) or "Я не знаю" in ann.said()[-1]
    assert await ann.app.container.languages.language_of(ANN) == "ru"


async def test_each_topic_is_a_conversation(ann: BotChat) -> None:
    """In a chat with topics, answers, drafts and commands stay in their topic."""
    ann.phone.emulator.hub.world.bot.settings["has_topics_enabled"] = True
    for thread, text in ((11, "Of cats?"), (12, "Of dogs?"), (11, "More?")):
        await ann.act(SendText(ANN, text, thread_id=thread))
    await ann.quiet()
    sent = [*ann.calls("sendMessage"), *ann.calls("sendRichMessage")]
    threads = [call.request.get("message_thread_id") for call in sent]
    assert threads.count(None) == 1  # the greeting, before
    assert set(filter(None, threads)) == {"11", "12"}
    drafts = {call.request.get("message_thread_id") for call in ann.calls("sendMessageDraft")}
    assert drafts <= {"11", "12"}
    asked = [[one["text"] for one in tree if one["role"] == "user"] for tree in await trees(ann)]
    assert sorted(asked) == [["Of cats?", "More?"], ["Of dogs?"]]


async def test_other_peoples_buttons_do_nothing(ann: BotChat) -> None:
    """Another person who sends a button's data finds nothing."""
    answer = await ann.ask("Mine?")
    data = buttons_of(answer)[0]["callback_data"]
    ivan = {"id": IVAN, "is_bot": False, "first_name": "Ivan", "language_code": "en"}
    query = {"id": "77", "from": ivan, "chat_instance": "1", "data": data}
    query["message"] = {
        "message_id": 5,
        "date": 1,
        "chat": {"id": IVAN, "type": "private", "first_name": "Ivan"},
        "text": "x",
    }
    update = {"update_id": 900_000_200, "callback_query": query}
    assert await ann.deliver(json.dumps(update).encode()) == 200
    await ann.quiet()
    assert len((await trees(ann))[0]) == 2
