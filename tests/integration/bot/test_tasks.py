"""/translate and the other task commands in the chat, through the emulated Telegram."""

from typing import Any

import msgspec

from backend.llm.prompts import prompting
from backend.settings import Settings
from telegram_emulator.actions import SendFile, SendText
from tests.fixtures.app import ANN, Running, running
from tests.fixtures.chat import BotChat
from tests.fixtures.generation import until


async def act(app: Running, action: str, **values: Any) -> None:
    """One action of Ann's in the emulator."""
    body = {"type": action, "personId": ANN, **values}
    status, told = await app.stranger.call("POST", "/emulator/actions", body)
    assert status == 200, told


def received(app: Running) -> list[str]:
    """All messages that a model was sent last, except for titles."""
    assert app.container.models.simulation is not None
    bodies = [msgspec.json.decode(one.body) for one in app.container.models.simulation.received]
    return [str(body["input"][-1]["content"]) for body in bodies if body.get("instructions")]


def questions(app: Running) -> list[str]:
    """The questions that a model was asked, except for titles."""
    assert app.container.models.simulation is not None
    bodies = [msgspec.json.decode(one.body) for one in app.container.models.simulation.received]
    contents = [b["input"][-1]["content"] for b in bodies if b.get("instructions")]
    return [c if isinstance(c, str) else c[0]["text"] for c in contents]


async def test_a_command_is_a_task(settings: Settings) -> None:
    """The model gets the template with the text after the command; without text the command
    explains itself, and nothing is asked."""
    async with running(settings) as app:
        await app.sign_in()
        await act(app, "pressStart")
        await act(app, "sendText", text="/rewrite")
        await act(app, "sendText", text="/translate French: Good morning!")
        await until(lambda: questions(app), 60)
        wanted = prompting.task("translate", "Good morning!", target="French").text
        assert questions(app) == [wanted]
        _, state = await app.stranger.call("GET", "/emulator/state")
        assert "/rewrite formal" in str(state)


async def test_a_reply_names_the_text_of_a_task(chat: BotChat) -> None:
    """The replied-to text may be the bot's own answer, which Telegram sends as blocks; its
    formatting is kept."""
    await chat.start()
    chat.answers("**Good** morning!\n\n- one\n- two")
    answer = await chat.ask("Say good morning")
    await chat.act(SendText(ANN, "/translate French", reply_to=answer["message_id"]))
    await chat.until(3)
    wanted = prompting.task("translate", "**Good** morning!\n\n- one\n- two", target="French").text
    assert questions(chat.app)[-1] == wanted


async def test_a_long_text_is_one_question(chat: BotChat) -> None:
    """A text that the app split into several messages is one question."""
    await chat.start()
    text = "\n".join(f"Line {number} of a long story." for number in range(300))
    await chat.ask(f"/summarise {text}")
    await chat.quiet()
    (asked,) = questions(chat.app)
    assert asked.split() == prompting.task("summarise", text).text.split()
    assert len(chat.sent()) == 2


async def test_a_file_with_a_command_is_the_text(chat: BotChat) -> None:
    """The file's caption is the command; the file's name takes the place of the text."""
    await chat.start()
    await chat.act(SendFile(ANN, "document", "a.txt", "text/plain", b"K2 is high.", "/summarise"))
    await chat.until(2)
    (asked,) = received(chat.app)
    assert "K2 is high." in asked
    assert "Summarise the text below" in asked
    assert "a.txt" in asked
    await chat.act(SendFile(ANN, "document", "a.bin", "text/plain", b"\x7fELF\0", "/summarise"))
    await chat.until(3)
    assert "Can’t read this kind of file" in chat.said()[2]
