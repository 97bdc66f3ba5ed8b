"""Answers outside the chat with the bot: inline results and mentions of a guest, played by the
emulator in a group of Ann and Ivan."""

import asyncio
from typing import Any

import sqlalchemy as sa

from backend.bot.answering import placed
from backend.conversations.tables import conversations
from backend.generation.tables import runs
from backend.i18n import translator
from telegram_emulator.actions import (
    ChooseInlineResult,
    CreateGroup,
    GroupCreated,
    InlineAnswer,
    InlineQuery,
    PressShared,
    SendGuestMessage,
    SendText,
)
from telegram_emulator.control import act
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until

LONG = " ".join(f"word{number}" for number in range(400))


async def a_group(chat: BotChat) -> int:
    """A group of Ann and Ivan without the bot."""
    created = await act(chat.phone.emulator.hub, CreateGroup(ANN, "Friends", member_ids=(IVAN,)))
    assert isinstance(created, GroupCreated)
    return created.chat_id


def last_in(chat: BotChat, group: int) -> dict[str, Any]:
    """The group's newest message."""
    return chat.phone.emulator.hub.chats.record(group).messages[-1].message


async def count(chat: BotChat, table: sa.Table) -> int:
    """How many rows there are."""
    async with chat.app.container.database.snapshot() as db:
        counting = sa.select(sa.func.count()).select_from(table)
        return int((await db.execute(counting)).scalar_one())


async def typed(chat: BotChat, words: str, group: int) -> InlineAnswer:
    """The results offered for words typed after the bot's name."""
    answer = await act(chat.phone.emulator.hub, InlineQuery(ANN, words, chat_id=group))
    assert isinstance(answer, InlineAnswer)
    return answer


async def test_typing_offers_results_without_a_model(ann: BotChat) -> None:
    """Results come at once, for that person only, and start nothing; without words only the button
    to the private chat is offered."""
    group = await a_group(ann)
    answer = await typed(ann, "why is the sky blue", group)
    assert [result["id"] for result in answer.results][:2] == ["ask", "rewrite_shorter"]
    assert "translate" in [result["id"] for result in answer.results]
    assert answer.button == {"text": "Ask in private", "start_parameter": "ask"}
    assert (await typed(ann, "", group)).results == []
    (call, _) = ann.calls("answerInlineQuery")
    assert call.request["is_personal"] == "true"
    assert await count(ann, runs) == 0


async def test_the_chosen_result_becomes_the_answer(ann: BotChat) -> None:
    """The sent message itself becomes the answer; the conversation is the asker's, separate from
    the chat's."""
    group = await a_group(ann)
    ann.answers("Because of **scattering**.")
    await typed(ann, "why is the sky blue", group)
    await ann.act(ChooseInlineResult(ANN, "why is the sky blue", "ask", chat_id=group))
    await until(lambda: "scattering" in text_of(last_in(ann, group)))
    message = last_in(ann, group)
    assert message["from"]["id"] == ANN
    (button,) = buttons_of(message)
    assert button["url"].startswith("https://t.me/")
    await ann.quiet()
    assert await count(ann, conversations) == 1
    assert len(ann.sent()) == 1  # the greeting: the answer does not go here too


async def test_a_task_rewords_what_was_typed(ann: BotChat) -> None:
    """The model is asked for the task of the chosen result."""
    group = await a_group(ann)
    ann.answers("Shorter.")
    await typed(ann, "A rather long text", group)
    await ann.act(ChooseInlineResult(ANN, "A rather long text", "rewrite_shorter", chat_id=group))
    await until(lambda: text_of(last_in(ann, group)) == "Shorter.")


async def test_only_the_asker_stops_the_answer(ann: BotChat) -> None:
    """Another member who presses Stop is told so; the text so far stays."""
    group = await a_group(ann)
    ann.answers(LONG, pace=0.02)
    await typed(ann, "go on", group)
    shared = await ann.act(ChooseInlineResult(ANN, "go on", "ask", chat_id=group))
    number = shared.inline_message_id

    def stop() -> str | None:
        data = [button.get("callback_data", "") for button in buttons_of(last_in(ann, group))]
        return next((one for one in data if one.startswith(placed.STOP)), None)

    await until(lambda: stop() is not None)
    data = stop()
    assert data is not None
    await ann.act(PressShared(IVAN, number, data))
    await until(lambda: ann.calls("answerCallbackQuery"))
    refused = ann.calls("answerCallbackQuery")[0].request
    assert refused["text"] == translator("ru")("bot.placed.not_yours")
    await ann.act(PressShared(ANN, number, data))
    await until(lambda: stop() is None)
    assert text_of(last_in(ann, group)).startswith("word0")
    assert "word399" not in text_of(last_in(ann, group))


async def test_a_mention_is_answered_once_with_what_it_replies_to(ann: BotChat) -> None:
    """The replied-to words are part of the question, as somebody else's, without their author's
    name and a phone number; the group's id is not stored."""
    group = await a_group(ann)
    asked: list[str] = []
    simulation = ann.app.container.models.simulation
    assert simulation is not None
    answer = simulation._answer

    def listening(request: Any) -> Any:
        asked.append(str(request))
        return answer(request)

    simulation._answer = listening
    await ann.act(SendText(IVAN, "The moon is made of cheese, call +49 170 1234567", chat_id=group))
    said = last_in(ann, group)["message_id"]
    mention = SendGuestMessage(ANN, "", "@tanya_local_bot is that so?", group, reply_to=said)
    await ann.act(mention)
    await until(lambda: "An answer." in text_of(last_in(ann, group)))
    assert last_in(ann, group)["guest_bot_caller_user"]["id"] == ANN
    await ann.quiet()
    assert "About what someone else wrote:" in asked[0]
    assert "moon is made of cheese" in asked[0]
    assert "is that so?" in asked[0]
    assert "Иван" not in asked[0]
    assert "1234567" not in asked[0]
    assert str(group) not in asked[0]
    assert len(ann.calls("answerGuestQuery")) == 1
    assert await count(ann, runs) >= 1


async def test_results_do_not_wait_for_an_answer_in_the_chat(ann: BotChat) -> None:
    """Inline results are offered while a long answer is being written."""
    group = await a_group(ann)
    ann.answers(LONG, pace=0.05)
    await ann.say("A long one")
    await until(lambda: ann.drafts)
    async with asyncio.timeout(30):
        assert (await typed(ann, "short", group)).results
    assert ann.drafts
