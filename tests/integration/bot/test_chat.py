"""Questions in the chat: the draft, the answer, Stop, and Telegram's failures.

Exercises backend/bot/handlers/ask.py.
"""

import asyncio
from datetime import UTC, datetime
from itertools import product

import pytest
import sqlalchemy as sa

from backend.bot.answering.answers import question_id
from backend.bot.sending import drafts, messages, retries
from backend.bot.tables import bot_updates
from backend.generation.tables import outbox, runs
from backend.uuid7 import is_uuid7, uuid7
from telegram_emulator.actions import (
    BlockBot,
    ClearFaults,
    SendText,
    SetApiFault,
    SetUpdateFault,
    StopDraft,
)
from telegram_emulator.schemas import ApiFaultKind
from tests.fixtures.app import ANN, Client
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until

WORDS = " ".join(f"word{number}" for number in range(60))


async def undelivered(chat: BotChat) -> int:
    """How many answers wait to be handed off."""
    await chat.app.container.generation.parts.late_readers.settle(float("inf"))
    async with chat.app.container.database.snapshot() as db:
        return int((await db.execute(sa.select(sa.func.count()).select_from(outbox))).scalar_one())


async def most_attempts(chat: BotChat) -> int:
    """The number of attempts of the update that failed most."""
    async with chat.app.container.database.snapshot() as db:
        return int((await db.execute(sa.select(sa.func.max(bot_updates.c.attempts)))).scalar_one())


async def test_a_question_gets_a_draft_then_a_rich_message_with_a_button(ann: BotChat) -> None:
    """The draft is shown while the answer is written, goes with it, and the answer is one
    message."""
    ann.answers("**Bold** words, and `code`.\n\n- one\n- two " + WORDS, pace=0.03)
    await ann.say("Tell me")
    await until(lambda: any("word" in str(draft) for draft in ann.drafts))
    await ann.until(2)
    answer = ann.sent()[1]
    assert "word59" in text_of(answer)
    assert "Bold words" in text_of(answer)
    *_, button = buttons_of(answer)
    async with ann.app.container.database.snapshot() as db:
        run = (await db.execute(sa.select(runs))).one()
    assert button["web_app"]["url"].endswith(f"/app?conversation={run.conversation_id}")
    assert ann.drafts == []
    await ann.quiet()
    assert await undelivered(ann) == 0
    assert len(ann.sent()) == 2


async def test_a_chat_is_one_conversation_until_new(ann: BotChat) -> None:
    """Earlier messages are sent along; /new starts another conversation, and both are in the
    app."""
    for question in ("One?", "Two?", "/new", "Three?"):
        await ann.ask(question)
        await ann.quiet()
    client = await ann.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    trees = [
        (await client.call("GET", f"/api/conversations/{item['id']}/messages"))[1]["items"]
        for item in page["items"]
    ]
    assert sorted(len(tree) for tree in trees) == [2, 4]
    (longer,) = (tree for tree in trees if len(tree) == 4)
    assert longer[2]["parentId"] == longer[1]["id"]


async def test_the_chat_follows_the_app_and_survives_deletion_there(ann: BotChat) -> None:
    """The next question follows what was said in the app; if the conversation was deleted there, it
    starts another."""
    await ann.ask("In the chat?")
    await ann.quiet()
    client = await ann.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    conversation = page["items"][0]["id"]
    path = f"/api/conversations/{conversation}"
    _, tree = await client.call("GET", f"{path}/messages")
    found = await client.ask("In the app?", conversation=conversation, parentId=tree["leafId"])
    await ann.ask("In the chat again?")
    await ann.quiet()
    _, tree = await client.call("GET", f"{path}/messages")
    assert tree["items"][4]["parentId"] == found[0]["message"]["id"]
    assert (await client.call("DELETE", path))[0] == 204
    assert "An answer." in text_of(await ann.ask("And now?"))
    _, page = await client.call("GET", "/api/conversations")
    assert [item["id"] for item in page["items"]] != [conversation]


async def test_two_questions_at_once_are_answered_in_order(ann: BotChat) -> None:
    """The second question waits for the first, and its answer knows the first."""
    ann.answers(WORDS, pace=0.01)
    await ann.say("First?")
    await ann.say("Second?")
    await ann.until(3)
    await ann.quiet()
    async with ann.app.container.database.snapshot() as db:
        first, second = (await db.execute(sa.select(runs).order_by(runs.c.started_at))).all()
    assert first.ended_at <= second.started_at
    assert first.conversation_id == second.conversation_id


async def test_stop_sends_what_there_is(ann: BotChat) -> None:
    """Stop on the draft ends the run; the text so far becomes the message, and no draft remains."""
    ann.answers(WORDS, pace=0.2)
    await ann.say("Go on for long")
    await until(lambda: any("word1" in str(draft) for draft in ann.drafts))
    await ann.act(StopDraft(ANN, ann.drafts[0].draft_id))
    await ann.until(2)
    assert "word1" in ann.said()[1]
    assert "word59" not in ann.said()[1]
    await ann.quiet()
    assert (len(ann.sent()), ann.drafts) == (2, [])


async def test_stop_before_the_first_word(ann: BotChat) -> None:
    """Stopped before any text, nothing is sent, and the chat continues."""
    ann.answers(WORDS, pace=1.0)
    await ann.say("Go on for long")
    await until(lambda: ann.drafts)
    await ann.act(StopDraft(ANN, ann.drafts[0].draft_id))
    await ann.quiet()
    ann.answers("Here.")
    assert "Here." in text_of(await ann.ask("Still there?"))


async def test_incomplete_answers_are_explained(ann: BotChat) -> None:
    """An answer that breaks off, reaches its limit, or does not start at all is followed by an
    explanation."""
    client = await ann.app.sign_in()
    ends = {
        "simulated-interruption": "was cut off",
        "simulated-outage": "can’t be reached",
        "simulated-grok": "length limit",
    }
    for model, words in ends.items():
        await client.call("PATCH", "/api/me", {"settings": {"modelId": model}})
        ann.answers(WORDS, end="length")
        await ann.say("Well?")
        await ann.quiet()
        assert words in ann.said()[-1]
    assert len(ann.sent()) == 1 + 2 + 1 + 2
    assert await undelivered(ann) == 0


async def test_refusals_are_told_and_the_chat_continues(
    ann: BotChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the day's messages are used up, the person is told."""
    for _ in range(20):
        await ann.ask("Again?")
    refused = await ann.ask("And again?")
    assert "today" in text_of(refused).lower()
    assert buttons_of(refused)[0]["web_app"]["url"].endswith("/app")
    assert "Your plan" in text_of(await ann.ask("/premium"))


async def test_updates_twice_late_and_out_of_order(ann: BotChat) -> None:
    """Each question is answered once, even if Telegram repeats or reorders updates."""
    await ann.act(SetUpdateFault("twice"))
    await ann.act(SetUpdateFault("late", seconds=1))
    await ann.act(SetUpdateFault("outOfOrder"))
    for text in ("twice?", "late?", "overtaken?", "overtaker?"):
        await ann.say(text)
    await ann.until(5)
    await asyncio.sleep(0.5)
    await ann.quiet()
    assert len(ann.sent()) == 5
    async with ann.app.container.database.snapshot() as db:
        assert len((await db.execute(sa.select(runs))).all()) == 4


async def test_telegram_fails_while_it_is_sent(
    ann: BotChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that Telegram asks to delay is repeated later; each answer comes once, and the
    inbox retries nothing."""
    monkeypatch.setattr(retries, "RETRY_DELAYS", (0.05, 0.1, 0.2))
    monkeypatch.setattr(drafts, "PAUSE_SECONDS", 0.2)
    ann.answers("- " + WORDS, pace=0.01)
    faults: tuple[ApiFaultKind, ...] = ("tooManyRequests", "serverError")
    methods = ("sendRichMessage", "sendRichMessageDraft", "sendMessageDraft")
    for kind, method in product(faults, methods):
        await ann.act(SetApiFault(kind, count=2, method=method, retry_after=1))
        assert "word59" in text_of(await ann.ask("Well?"))
        await ann.act(ClearFaults())
    await ann.quiet()
    assert len(ann.sent()) == 7
    assert await most_attempts(ann) == 0


async def test_no_answer_from_telegram(ann: BotChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call without a response is repeated: a duplicate is better than a lost answer. Drafts are
    not repeated."""
    monkeypatch.setattr(messages, "SECONDS", 1)
    monkeypatch.setattr(drafts, "SECONDS", 1)
    ann.answers("- An answer.")
    await ann.act(SetApiFault("timeout", count=1, method="sendRichMessage"))
    await ann.act(SetApiFault("timeout", count=1, method="sendMessageDraft"))
    assert "An answer." in text_of(await ann.ask("Well?"))
    await ann.quiet()
    assert ann.said()[1:] == ["An answer."] * 2


async def test_telegram_is_away_for_longer(ann: BotChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """When those retries are used up, the inbox retries later, and the next message is not
    delayed."""
    monkeypatch.setattr(retries, "RETRY_DELAYS", (0.01,))
    ann.app.container.bot.inbox.handling.pauses = (3.0,)
    ann.answers("- An answer.")
    await ann.act(SetApiFault("serverError", count=2, method="sendRichMessage"))
    await ann.say("Well?")
    await until(lambda: len(ann.calls("sendRichMessage")) == 2)
    assert "Your plan" in text_of(await ann.ask("/premium"))
    await ann.until(3)
    await ann.quiet()
    assert ann.said()[2:] == ["An answer."]
    async with ann.app.container.database.snapshot() as db:
        assert len((await db.execute(sa.select(runs))).all()) == 1


async def test_a_retry_joins_its_run_though_the_chat_has_continued(
    ann: BotChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question whose answer failed is retried after the next one was answered, and still gets its
    own answer."""
    monkeypatch.setattr(retries, "RETRY_DELAYS", ())
    ann.app.container.bot.inbox.handling.pauses = (2.0,)
    await ann.act(SetApiFault("serverError", method="sendRichMessage"))
    ann.answers("- The first.")
    await ann.say("First?")
    await until(lambda: len(ann.calls("sendRichMessage")) == 1)
    ann.answers("The second.")
    assert text_of(await ann.ask("Second?")) == "The second."
    await ann.until(3)
    assert ann.said()[1:] == ["The second.", "The first."]


async def test_blocking_the_bot_during_an_answer(ann: BotChat) -> None:
    """If the person blocks the bot during an answer, nothing fails and nothing is retried."""
    ann.answers(WORDS, pace=0.03)
    await ann.say("Well?")
    await until(lambda: ann.drafts)
    await ann.act(BlockBot(ANN, True))
    await ann.quiet()
    assert await most_attempts(ann) == 0
    async with ann.app.container.database.snapshot() as db:
        assert (await db.execute(sa.select(runs))).one().state == "complete"


async def test_long_answers_come_in_pieces_with_their_buttons(ann: BotChat) -> None:
    """A long answer comes in several messages without loss, with the buttons below the last."""
    text = "\n\n".join(f"Paragraph {number}: " + "words " * 30 for number in range(260))
    ann.answers(text, pace=0)
    await ann.say("At length, please")
    await ann.until(3)
    await ann.quiet()
    pieces = ann.sent()[1:]
    assert len(pieces) == 2
    assert [len(buttons_of(piece)) for piece in pieces] == [0, 3]
    said = " ".join(map(text_of, pieces))
    assert all(f"Paragraph {number}:" in said for number in range(260))


async def test_what_telegram_does_not_accept_has_another_form(ann: BotChat) -> None:
    """A table with too many columns comes as code, with every cell."""
    row = "|" + "|".join(f" c{number} " for number in range(25)) + "|"
    line = "|" + "---|" * 25
    ann.answers(f"See https://example.org/\n\n{row}\n{line}\n{row}")
    answer = await ann.ask("A wide table")
    assert [block["type"] for block in answer["rich_message"]["blocks"]] == ["paragraph", "pre"]
    assert "c24" in text_of(answer)
    assert buttons_of(answer)


async def test_an_arabic_answer_reads_from_right_to_left(ann: BotChat) -> None:
    """The direction of an answer follows its own letters, not the language of Telegram."""
    ann.answers("الجواب هو K2، وارتفاعه 8611 مترا.")
    assert (await ann.ask("?"))["rich_message"].get("is_rtl") is True
    ann.answers("- The answer is K2 (بالعربية).")
    assert (await ann.ask("?"))["rich_message"].get("is_rtl") is None


async def test_nothing_in_an_answer_is_loaded(ann: BotChat) -> None:
    """Neither Markdown nor HTML makes Telegram load an image, in drafts or answers, since that
    would tell the image's server what was asked."""
    ann.answers(
        "Look: ![x](https://evil.example/?q=secret)\n\n"
        '<img src="https://evil.example/a.png"/>\n\n<video src="https://evil.example/b.mp4"/>\n\n'
        "```html\n<img src=x>\n```\n\n" + WORDS,
        pace=0.03,
    )
    message = await ann.ask("Show me")
    kinds = str(message["rich_message"])
    assert "'photo'" not in kinds
    assert "'video'" not in kinds
    assert "<img src=x>" in text_of(message)
    for call in ann.calls("sendRichMessageDraft") + ann.calls("sendRichMessage"):
        assert call.ok


async def test_the_draft_keeps_within_telegrams_rate(ann: BotChat) -> None:
    """Drafts take about one call a second, however fast the model writes, and stop with the
    answer."""
    ann.answers("- " + " ".join([WORDS] * 5), pace=0.01)
    started = datetime.now(UTC)
    await ann.ask("Well?")
    seconds = (datetime.now(UTC) - started).total_seconds()
    calls = ann.calls("sendMessageDraft") + ann.calls("sendRichMessageDraft")
    assert 2 <= len(calls) <= seconds / drafts.PAUSE_SECONDS + 2
    assert all(call.ok for call in calls)
    last = max(call.id for call in calls)
    assert last < ann.calls("sendRichMessage")[-1].id


async def test_hand_off_is_for_the_app_only(ann: BotChat) -> None:
    """An answer asked for in the app that nobody watched comes to the chat once, with a button,
    unless the person turned that off."""
    container = ann.app.container
    ann.answers(WORDS, pace=0.02)
    for wanted in (True, False):
        client = await ann.app.sign_in()
        await client.call("PATCH", "/api/me", {"settings": {"handOff": wanted}})
        await leave_after_first_event(client)
        await until(lambda: container.generation.running == 0)
        await container.generation.parts.late_readers.settle(float("inf"))
        await container.hand_off.deliver_due()
        await container.hand_off.deliver_due()
    assert len(ann.sent()) == 2
    assert "word59" in ann.said()[1]
    assert buttons_of(ann.sent()[1])


async def test_a_reply_continues_the_answers_conversation(ann: BotChat) -> None:
    """A reply in the chat to a handed-off answer continues that answer's conversation, and so does
    what follows."""
    container = ann.app.container
    await ann.ask("In the chat?")
    ann.answers(WORDS, pace=0.02)
    await leave_after_first_event(await ann.app.sign_in())
    await until(lambda: container.generation.running == 0)
    await container.generation.parts.late_readers.settle(float("inf"))
    await container.hand_off.deliver_due()
    handed_off = ann.sent()[-1]
    ann.answers("And more.")
    before = len(ann.sent())
    await ann.act(SendText(ANN, "More?", reply_to=handed_off["message_id"]))
    await ann.until(before + 1)
    await ann.ask("Still more?")
    async with container.database.snapshot() as db:
        rows = (await db.execute(sa.select(runs).order_by(runs.c.started_at))).all()
    chat, app, reply, later = [row.conversation_id for row in rows]
    assert chat != app
    assert reply == later == app


async def leave_after_first_event(client: Client) -> None:
    """Ask in the app and close it."""
    body = {"id": str(uuid7()), "text": "Well?", "create": True}
    path = f"/api/conversations/{uuid7()}/messages"
    async with client.request("POST", path, body) as response:
        await response.content.readuntil(b"\n\n")


async def test_a_blocked_bot_hands_nothing_off(ann: BotChat) -> None:
    """When the chat is closed the answer stays in the app, and delivery is not retried."""
    container = ann.app.container
    ann.answers(WORDS, pace=0.02)
    await leave_after_first_event(await ann.app.sign_in())
    await ann.act(BlockBot(ANN, True))
    await until(lambda: container.generation.running == 0)
    await container.generation.parts.late_readers.settle(float("inf"))
    await container.hand_off.deliver_due()
    async with container.database.snapshot() as db:
        row = (await db.execute(sa.select(outbox))).one()
    assert (row.state, row.last_error) == ("gone", "courier_gone")


def test_the_id_of_a_question_is_derived_from_its_message() -> None:
    """The same message gives the same UUIDv7; another chat, message or time gives another."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    ids = {
        question_id(1, 1, at),
        question_id(1, 1, at),
        question_id(2, 1, at),
        question_id(1, 2, at),
        question_id(1, 1, at.replace(second=1)),
        question_id(-1, 1, at),
    }
    assert len(ids) == 5
    assert all(map(is_uuid7, ids))


async def test_texts_that_look_like_commands_are_questions(ann: BotChat) -> None:
    """A question that starts with a slash or mentions a command is still a question."""
    await ann.act(SendText(ANN, "/etc/passwd: what is it?"))
    await ann.until(2)
    assert ann.said()[1] == "An answer."
