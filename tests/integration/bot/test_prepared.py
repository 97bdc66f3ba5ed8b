"""An answer sent on to another chat: Telegram keeps it for the person, who chooses where.

Exercises backend/bot/ports/prepared.py, backend/conversations/sending_on.py,
backend/files/jpeg.py.
"""

import re
from typing import Any

import pytest

from backend.conversations import Asked, start_turn
from backend.conversations.path import everything
from backend.files.ai_mark import SOURCE_TYPE
from backend.uuid7 import uuid7
from telegram_emulator.actions import ReadPreparedMessage, SendPreparedMessage
from tests.fixtures.app import ANN, EVE, SIMULATED, Client
from tests.fixtures.chat import BotChat
from tests.integration.files.conftest import open_premium
from tests.integration.privacy.test_temporary import temporary_id


async def prepared(client: Client, message_id: Any) -> tuple[int, Any]:
    """Prepare the answer as the app does when its button is pressed."""
    return await client.call("POST", f"/api/messages/{message_id}/prepared")


async def test_an_answer_goes_to_the_chat_that_is_chosen(chat: BotChat) -> None:
    """Telegram gets the answer with its formatting, prepared for this person only."""
    await chat.start()
    chat.answers("It **rains** for months.")
    ann = await chat.app.sign_in()
    found = await ann.ask("What is a monsoon?", modelId=SIMULATED)
    status, made = await prepared(ann, found[0]["message"]["id"])
    assert status == 201
    shown = await chat.act(ReadPreparedMessage(ANN, made["id"]))
    assert "It rains for months." in str(shown)
    assert "bold" in str(shown)
    await chat.act(SendPreparedMessage(ANN, made["id"], "Ben"))
    assert len(chat.calls("savePreparedInlineMessage")) == 1


@pytest.mark.parametrize("kind", ["another's", "temporary", "unknown"])
async def test_messages_that_cannot_be_sent_on(chat: BotChat, kind: str) -> None:
    """Each refusal has its own code, and Telegram is not called."""
    ann, eve = await chat.app.sign_in(), await chat.app.sign_in(EVE)
    where = {"conversation": temporary_id()} if kind == "temporary" else {}
    found = await ann.ask("Between us", modelId=SIMULATED, **where)
    answer = uuid7() if kind == "unknown" else found[0]["message"]["id"]
    status, problem = await prepared(eve if kind == "another's" else ann, answer)
    code = "share_of_temporary" if kind == "temporary" else "message_not_found"
    assert (status < 500, problem["code"]) == (True, code)
    assert chat.calls("savePreparedInlineMessage") == []


async def test_names_are_put_back_in_what_is_sent_on(chat: BotChat) -> None:
    """The message contains the names that the person sees, not placeholders."""
    await chat.start()
    container, question = chat.app.container, uuid7()
    async with container.database.unit_of_work() as db:
        await start_turn(
            db, container.vault, ANN, conversation_id=uuid7(), message_id=question, parent_id=None,
            text="[name 1] asks", answer_id=uuid7(), run_id=uuid7(), now=container.clock(),
            create=True, asked=Asked(placeholders={"[name 1]": "Ben"}), takes=everything,
        )  # fmt: skip
    ann = await chat.app.sign_in()
    _, made = await prepared(ann, question)
    shown = await chat.act(ReadPreparedMessage(ANN, made["id"]))
    assert "Ben asks" in str(shown)


async def test_telegram_may_refuse_to_prepare_it(chat: BotChat) -> None:
    """A person unknown to Telegram here is told what else to do; it is not reported as an
    outage."""
    stranger = await chat.app.sign_in(800_000_123)
    found = await stranger.ask("What is a monsoon?", modelId=SIMULATED)
    status, problem = await prepared(stranger, found[0]["message"]["id"])
    assert (status, problem["code"]) == (409, "not_sent_on")


async def test_a_picture_goes_as_a_picture(chat: BotChat) -> None:
    """Telegram gets a JPEG at a signed address that is valid for a day, marked as made by a model.
    Nobody else can prepare it."""
    await chat.start()
    await open_premium(chat.app)
    ann, eve = await chat.app.sign_in(), await chat.app.sign_in(EVE)
    found = await ann.ask("A red fox", task="image")
    answer = found[0]["message"]["id"]
    assert (await prepared(eve, answer))[0] == 404
    status, made = await prepared(ann, answer)
    assert status == 201
    (call,) = chat.calls("savePreparedInlineMessage")
    address = re.search(r"/picture/[A-Za-z0-9_-]+", str(call))
    assert address is not None
    async with chat.app.stranger.request("GET", address.group()) as response:
        content = await response.read()
        assert (response.status, response.content_type) == (200, "image/jpeg")
    assert content.startswith(b"\xff\xd8\xff")
    assert SOURCE_TYPE.encode() in content
    await chat.act(SendPreparedMessage(ANN, made["id"], "Ben"))
