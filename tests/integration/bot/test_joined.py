"""Questions in a row that are joined into one, for people who chose that.

Exercises backend/bot/answering/joining.py, backend/bot/handlers/ask_joined.py,
backend/bot/inbox/questions.py, backend/bot/chats/question_parts.py,
backend/bot/chats/chat_rows.py, backend/bot/handlers/edited.py,
backend/bot/handlers/settings.py.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from backend.bot.answering import joining
from backend.bot.chats.chats import erase
from backend.bot.inbox import queue_notes
from backend.bot.tables import bot_question_parts
from backend.i18n import translator
from backend.identity import SettingsChange, change_settings
from backend.settings import Settings
from telegram_emulator.actions import EditText, SendText
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, chatting
from tests.fixtures.generation import until
from tests.integration.bot.test_groups import rows
from tests.integration.bot.test_others import deliver, from_ben, message
from tests.integration.bot.test_steering import mine, press, questions, trees

EN = translator("en")
WORDS = " ".join(f"word{number}" for number in range(60))
PICTURE = {"file_id": "x", "file_unique_id": "x", "width": 1, "height": 1, "file_size": 9}


@pytest.fixture
async def ann(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotChat]:
    """Ann's chat; she has her questions joined."""
    monkeypatch.setattr(queue_notes, "LOOK_SECONDS", 0.05)
    async with chatting(settings) as chat:
        await chat.start()
        await join_questions(chat)
        yield chat


async def join_questions(chat: BotChat, *, on: bool = True) -> None:
    """Choose whether Ann's questions are joined."""
    container = chat.app.container
    async with container.database.unit_of_work() as db:
        await change_settings(db, container.vault, ANN, SettingsChange(join_questions=on))


async def begin_answer(chat: BotChat) -> None:
    """Ask something whose answer takes a while."""
    chat.answers(WORDS, pace=0.05)
    await chat.say("First?")
    await until(lambda: any("word1" in str(draft) for draft in chat.drafts))
    chat.answers("Both.")


async def used(chat: BotChat) -> int:
    """How many of the day's messages are used."""
    client = await chat.app.sign_in()
    count: int = (await client.call("GET", "/api/me"))[1]["quota"]["used"]
    return count


async def test_what_waits_becomes_one_question(ann: BotChat) -> None:
    """What is sent while an answer is written is one question, in order, with what it quotes: one
    reply to the last message, one message of the quota, and one note that it waits."""
    known = await ann.ask("How high is K2?")
    await begin_answer(ann)
    await ann.say("Second?")
    await ann.act(SendText(ANN, "Really?", reply_to=known["message_id"], quote="answer"))
    await ann.say("And third?")
    queued = EN("bot.ask.queued_joined")
    await until(lambda: queued in ann.said())
    await until(lambda: "Both." in ann.said())
    await ann.quiet()
    assert ann.said().count(queued) == ann.said().count("Both.") == 1
    assert (await questions(ann))[2:] == [
        "Second?\n\nAbout your answer:\n> answer\n\nReally?\n\nAnd third?"
    ]
    answer = next(one for one in ann.sent() if one.get("text") == "Both.")
    assert answer["reply_to_message"]["text"] == "And third?"
    assert await used(ann) == 3


async def test_in_order_is_the_default(ann: BotChat) -> None:
    """Who does not choose it has each question answered."""
    await join_questions(ann, on=False)
    await begin_answer(ann)
    await ann.say("Second?")
    await ann.say("Third?")
    await ann.quiet()
    assert await questions(ann) == ["First?", "Second?", "Third?"]


async def test_a_comment_and_its_post_are_one_question(ann: BotChat) -> None:
    """A forwarded post and the comment on it arrive as two messages, one right after the other. The
    person decides once about the words of others, and what comes meanwhile is another question."""
    await deliver(ann, message("Is this true?"))
    await deliver(ann, message("It rains up.", **from_ben()))
    await ann.until(2)
    assert "Is this true?" in ann.said()[1]
    assert "[name 1]" in ann.said()[1]
    await ann.say("Hello?")
    await until(lambda: "An answer." in ann.said())
    shown = ann.sent()[1]
    await press(ann, shown, EN("bot.others.shown"))
    await until(lambda: ann.said().count("An answer.") == 2)
    await ann.quiet()
    assert await questions(ann) == [
        "Hello?",
        "Is this true?\n\nForwarded from a person:\n> [name 1]:\n> It rains up.",
    ]


async def test_an_edited_part_asks_the_whole_again(ann: BotChat) -> None:
    """Each part can be edited, one after the other: the rest stays as it is. The answer is a branch
    beside the first."""
    await begin_answer(ann)
    for text in ("Two?", "Three?", "Four?"):
        await ann.say(text)
    await until(lambda: "Both." in ann.said())
    await ann.quiet()
    numbers = {one["text"]: one["message_id"] for one in await mine(ann)}
    for text, changed in (("Three?", "Three, or more?"), ("Four?", "4?"), ("Two?", "2?")):
        before = len(ann.sent())
        await ann.act(EditText(ANN, numbers[text], changed))
        await ann.until(before + 1)
        await ann.quiet()
    (tree,) = await trees(ann)
    asked = [one for one in tree if one["role"] == "user"][1:]
    assert [one["text"] for one in asked] == [
        "Two?\n\nThree?\n\nFour?",
        "Two?\n\nThree, or more?\n\nFour?",
        "Two?\n\nThree, or more?\n\n4?",
        "2?\n\nThree, or more?\n\n4?",
    ]
    assert len({one["parentId"] for one in asked}) == 1
    before = len(ann.sent())
    await ann.act(EditText(ANN, numbers["First?"], "1st?"))
    await ann.until(before + 1)
    assert "1st?" in [one["text"] for one in (await trees(ann))[0]]


async def test_commands_and_conversations_divide(ann: BotChat) -> None:
    """A task, a message after /new, and one in another topic are questions of their own."""
    await begin_answer(ann)
    for text in ("Two?", "Three?", "/explain tides", "Four?", "/new", "Five?", "Six?"):
        await ann.say(text)
    await ann.quiet()
    asked = [[one["text"] for one in tree if one["role"] == "user"] for tree in await trees(ann)]
    assert sorted(asked) == [
        ["First?", "Two?\n\nThree?", "tides", "Four?"],
        ["Five?\n\nSix?"],
    ]


async def test_what_does_not_fit_is_the_next_question(
    ann: BotChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No question becomes longer than one can be, and nothing is lost."""
    monkeypatch.setattr(joining, "MOST_CHARACTERS", 12)
    await begin_answer(ann)
    for text in ("Two?", "Three?", "Four?", "Five?"):
        await ann.say(text)
    await ann.quiet()
    assert await questions(ann) == ["First?", "Two?\n\nThree?", "Four?\n\nFive?"]


async def test_parts_are_in_the_copy_and_go(ann: BotChat) -> None:
    """Where the words of each message are is stored without them, and goes with the conversation or
    the person."""
    for gone in ("conversation", "person"):
        await begin_answer(ann)
        await ann.say("Two?")
        await ann.say("Three?")
        await until(lambda: "Both." in ann.said()[-1])
        await ann.quiet()
        stored = await rows(ann, bot_question_parts)
        assert [(one.begins, one.length) for one in stored] == [(0, 4), (6, 6)]
        if gone == "conversation":
            client = await ann.app.sign_in()
            _, page = await client.call("GET", "/api/conversations")
            await client.call("DELETE", f"/api/conversations/{page['items'][0]['id']}")
            async with ann.app.container.database.unit_of_work() as db:
                await db.execute(sa.delete(bot_question_parts))
            await ann.say("/new")
        else:
            async with ann.app.container.database.unit_of_work() as db:
                await erase(db, ANN)
            assert await rows(ann, bot_question_parts) == []


async def test_it_is_chosen_in_the_chat(settings: Settings) -> None:
    """/settings says what it is and turns it on and off; it is off until then."""
    async with chatting(settings) as chat:
        await chat.start()
        shown = await chat.ask("/settings")
        assert EN("app.joined.word") in shown["text"]

        def buttons() -> str:
            return str(chat.sent()[-1]["reply_markup"])

        await press(chat, shown, EN("bot.joined.turn_on"))
        await until(lambda: EN("bot.joined.turn_off") in buttons())
        assert EN("bot.cards.turn_on") in buttons()
        assert (await profile(chat))["joinQuestions"]
        await press(chat, chat.sent()[-1], EN("bot.joined.turn_off"))
        await until(lambda: EN("bot.joined.turn_on") in buttons())
        assert not (await profile(chat))["joinQuestions"]


async def profile(chat: BotChat) -> dict[str, Any]:
    """Ann's settings as the app gets them."""
    client = await chat.app.sign_in()
    found: dict[str, Any] = (await client.call("GET", "/api/me"))[1]["settings"]
    return found
