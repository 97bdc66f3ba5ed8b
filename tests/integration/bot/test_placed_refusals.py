"""Refusals by moderation in other chats and appealing them there: in an inline message, in guest
mode and in a group, played by the emulator.

Exercises backend/bot/answering/placed.py, backend/bot/answering/group_answers.py,
backend/bot/handlers/appeal.py.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from backend.bot.answering import placed
from backend.bot.sending.views import APPEAL
from backend.i18n import translator
from backend.safety.tables import refusals
from backend.settings import Settings
from telegram_emulator.actions import (
    ChooseInlineResult,
    PressButton,
    PressShared,
    SendGuestMessage,
)
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting, text_of
from tests.fixtures.generation import until
from tests.integration.bot.test_groups import ASK, made, rows
from tests.integration.bot.test_placed import a_group, last_in, typed

EN, RU = translator("en"), translator("ru")
BAD = "blueprint of doom"


@pytest.fixture
async def ann(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[BotChat]:
    """Ann's chat, started, on a server that refuses texts with the word BAD."""
    monkeypatch.setattr(placed, "PAUSE_SECONDS", 0.05)
    path = tmp_path / "rules.toml"
    path.write_text(f'[[rule]]\ncategory = "weapons"\nphrases = ["{BAD}"]\n')
    async with chatting(settings, moderation="rules", moderation_rules=str(path)) as chat:
        await chat.start()
        yield chat


def told(chat: BotChat) -> str:
    """The text that the last button press was answered with."""
    return str(chat.calls("answerCallbackQuery")[-1].request.get("text"))


def appeal_data(message: dict[str, Any]) -> str | None:
    """The data of the message's appeal button."""
    data = [one.get("callback_data", "") for one in buttons_of(message)]
    return next((one for one in data if one.startswith(APPEAL)), None)


async def appealed(chat: BotChat) -> int:
    """How many refusals have an appeal."""
    return sum(row.appealed_at is not None for row in await rows(chat, refusals))


async def pressed(chat: BotChat, action: Any) -> str:
    """Press the button; returns what the person is told."""
    before = len(chat.calls("answerCallbackQuery"))
    await chat.act(action)
    await until(lambda: len(chat.calls("answerCallbackQuery")) > before)
    await chat.quiet()
    return told(chat)


async def test_a_refused_inline_answer_is_appealed_in_place(ann: BotChat) -> None:
    """The asker can appeal and nobody else; the message stays as it is."""
    group = await a_group(ann)
    await typed(ann, BAD, group)
    shared = await ann.act(ChooseInlineResult(ANN, BAD, "ask", chat_id=group))
    await until(lambda: appeal_data(last_in(ann, group)) is not None)
    assert EN("error.question_refused.title") in text_of(last_in(ann, group))
    data = appeal_data(last_in(ann, group))
    assert data is not None
    number = shared.inline_message_id
    assert await pressed(ann, PressShared(IVAN, number, data)) != RU("bot.appeal.waiting")
    assert await appealed(ann) == 0
    assert await pressed(ann, PressShared(ANN, number, data)) == EN("bot.appeal.waiting")
    assert await appealed(ann) == 1
    assert appeal_data(last_in(ann, group)) == data


async def test_a_refused_guest_answer_has_the_button(ann: BotChat) -> None:
    """In guest mode the appeal belongs to the person who mentioned the bot."""
    group = await a_group(ann)
    await ann.act(SendGuestMessage(ANN, "", f"@tanya_local_bot {BAD}", group))
    await until(lambda: appeal_data(last_in(ann, group)) is not None)


async def test_a_refused_answer_in_a_group_is_the_askers_to_appeal(ann: BotChat) -> None:
    """Another member who presses the button is told that it is not theirs."""
    group = await made(ann)
    await group.enable()
    await group.say(ASK + BAD)
    await until(lambda: appeal_data(group.of_bot()[-1]) is not None)
    message = group.of_bot()[-1]
    data, number = appeal_data(message), message["message_id"]
    assert data is not None
    press = PressButton(IVAN, number, data, chat_id=group.id)
    assert await pressed(ann, press) != RU("bot.appeal.waiting")
    press = PressButton(ANN, number, data, chat_id=group.id)
    assert await pressed(ann, press) == EN("bot.appeal.waiting")
    assert await appealed(ann) == 1
