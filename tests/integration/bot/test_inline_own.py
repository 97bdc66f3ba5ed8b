"""What a person has kept, offered at once in any chat: their newest answers and saved prompts.

Exercises backend/bot/handlers/inline.py, backend/bot/handlers/saved.py,
backend/bot/chats/saved_prompts.py, backend/bot/sending/results.py,
backend/conversations/newest_answers.py.
"""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from backend.bot.account import own_account
from backend.bot.chats.chats import erase
from backend.bot.chats.saved_prompts import LONGEST_PROMPT, MOST_PROMPTS
from backend.bot.tables import bot_saved_prompts
from backend.conversations import sealing
from backend.db import Cipher
from backend.generation.tables import runs
from backend.i18n import translator
from backend.uuid7 import uuid7
from telegram_emulator.actions import ChooseInlineResult, InlineQuery, PressButton
from telegram_emulator.control import act
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN, SIMULATED
from tests.fixtures.chat import BotChat, buttons_of, text_of
from tests.fixtures.generation import until
from tests.integration.bot.test_groups import rows
from tests.integration.bot.test_placed import a_group, last_in, typed
from tests.unit.bot.test_cards import QUIZ

EN = translator("en")
PROMPT = "Answer politely in Portuguese:"


def offered(answer: Any, kind: str) -> list[dict[str, Any]]:
    """The results of a kind."""
    return [one for one in answer.results if one["id"].startswith(kind)]


async def test_own_answers_are_offered_and_sent_as_they_are(ann: BotChat) -> None:
    """The newest first, with their form; those with the typed words in them. Choosing one asks no
    model, and the message stays what it is."""
    group = await a_group(ann)
    ann.answers("K2 has **8,611** metres.")
    await ann.ask("How high is K2?")
    ann.answers("It rains in autumn.")
    await ann.ask("When does it rain?")
    await ann.quiet()
    asked = len(await rows(ann, runs))
    both = offered(await typed(ann, "", group), "answer:")
    assert [one["title"] for one in both] == ["It rains in autumn.", "K2 has 8,611 metres."]
    (one,) = offered(await typed(ann, "k2", group), "answer:")
    assert one["input_message_content"]["entities"][0]["type"] == "bold"
    call = ann.calls("answerInlineQuery")[-1]
    assert (call.request["is_personal"], call.request["cache_time"]) == ("true", "0")
    await ann.act(ChooseInlineResult(ANN, "k2", one["id"], chat_id=group))
    await ann.quiet()
    assert text_of(last_in(ann, group)) == "K2 has 8,611 metres."
    assert len(await rows(ann, runs)) == asked


async def test_typing_opens_each_answer_once(ann: BotChat, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many letters are typed; a new answer is found all the same, a deleted one no more,
    and after a minute nothing stays open."""
    opened: list[UUID] = []
    really_open = sealing.open_text

    def counting(cipher: Cipher, message_id: UUID, sealed: bytes) -> str:
        opened.append(message_id)
        return really_open(cipher, message_id, sealed)

    of = ann.app.container
    account = own_account.OwnAccount(of.database, of.vault, of.models, of.clock)
    monkeypatch.setattr(own_account, "TYPING_SECONDS", 0.0)
    for name in ("K2", "Nanga Parbat", "Annapurna"):
        ann.answers(f"{name} is high.")
        await ann.ask(f"How high is {name}?")
    await ann.quiet()
    assert len(await account.answers(ANN, "", 5)) == 3
    await asyncio.sleep(0.01)
    assert account._opened == {}
    monkeypatch.setattr(own_account, "TYPING_SECONDS", 60.0)
    monkeypatch.setattr(sealing, "open_text", counting)
    for words in ("k", "k2", "k2 i", "k2 is"):
        assert len(await account.answers(ANN, words, 5)) == 1
    assert len(opened) == len(set(opened)) == 3
    monkeypatch.setattr(sealing, "open_text", really_open)
    ann.answers("K2 is steep.")
    await ann.ask("And how steep?")
    await ann.quiet()
    assert len(await account.answers(ANN, "k2 is", 5)) == 2
    client = await ann.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    for item in page["items"]:
        await client.call("DELETE", f"/api/conversations/{item['id']}")
    assert await account.answers(ANN, "", 5) == {}
    assert account._opened == {ANN: {}}
    account.close_answers(ANN)
    assert account._opened == {}


async def test_nothing_else_is_offered(ann: BotChat) -> None:
    """Not to another person; no quiz, which tells what is right; and nothing of a conversation that
    is temporary, deleted or stays on this server."""
    group = await a_group(ann)
    ann.answers("The lasting one.")
    await ann.ask("A lasting question")
    ann.answers(QUIZ)
    await ann.ask("/quiz planets")
    ann.answers("The temporary one.")
    await ann.ask("/temporary")
    await ann.ask("A temporary question")
    await ann.quiet()
    client = await ann.app.sign_in()
    ann.answers("The one that stays here.")
    here = uuid7()
    await client.ask("A local question", conversation=here, modelId=SIMULATED, serverOnly=True)
    found = offered(await typed(ann, "", group), "answer:")
    assert [one["title"] for one in found] == ["The lasting one."]
    other = await act(ann.phone.emulator.hub, InlineQuery(IVAN, "", chat_id=group))
    assert offered(other, "answer:") == []
    _, page = await client.call("GET", "/api/conversations")
    for item in page["items"]:
        await client.call("DELETE", f"/api/conversations/{item['id']}")
    assert offered(await typed(ann, "", group), "answer:") == []


async def test_a_saved_prompt_is_asked_with_what_is_typed(ann: BotChat) -> None:
    """Kept by /saved, offered in any chat; the message shows both, and becomes the answer."""
    group = await a_group(ann)
    assert text_of(await ann.ask("/saved")) == EN("bot.saved.none")
    kept = await ann.ask(f"/saved {PROMPT}")
    assert text_of(kept) == EN("bot.saved.kept")
    assert buttons_of(kept)[-1]["switch_inline_query"] == ""
    (alone,) = offered(await typed(ann, "", group), "prompt:")
    assert alone["description"] == PROMPT
    (one,) = offered(await typed(ann, "we come at nine", group), "prompt:")
    assert one["input_message_content"]["message_text"] == f"{PROMPT}\n\nwe come at nine"
    ann.answers("Chegamos às nove.")
    await ann.act(ChooseInlineResult(ANN, "we come at nine", one["id"], chat_id=group))
    await until(lambda: text_of(last_in(ann, group)) == "Chegamos às nove.")
    await ann.quiet()
    client = await ann.app.sign_in()
    (head,) = (await client.call("GET", "/api/conversations"))[1]["items"]
    items = (await client.call("GET", f"/api/conversations/{head['id']}/messages"))[1]["items"]
    assert items[0]["text"] == f"{PROMPT}\n\nwe come at nine"
    stranger = await act(ann.phone.emulator.hub, InlineQuery(IVAN, "", chat_id=group))
    assert offered(stranger, "prompt:") == []


async def test_prompts_are_listed_and_removed(ann: BotChat) -> None:
    """Each has a button; what is kept twice is kept once; sealed, in the person's copy, and gone
    with them."""
    await ann.ask(f"/saved {PROMPT}")
    await ann.ask(f"/saved {PROMPT}")
    shown = await ann.ask("/saved Sum up in three points:")
    assert [one["text"] for one in buttons_of(shown)][:2] == [
        "✕ Sum up in three points:",
        f"✕ {PROMPT}",
    ]
    stored = await rows(ann, bot_saved_prompts)
    assert len(stored) == 2
    assert PROMPT.encode() not in stored[0].body + stored[1].body
    data = buttons_of(shown)[1]["callback_data"]
    await ann.act(PressButton(ANN, shown["message_id"], data))
    await ann.quiet()
    assert [one["text"] for one in buttons_of(ann.sent()[-1])][:1] == ["✕ Sum up in three points:"]
    async with ann.app.container.database.unit_of_work() as db:
        await erase(db, ANN)
    assert await rows(ann, bot_saved_prompts) == []


async def test_prompts_have_bounds(ann: BotChat) -> None:
    """Too long a one and one too many are refused in words; others' words are not kept."""
    answer = await ann.ask(f"/saved {'x' * (LONGEST_PROMPT + 1)}")
    assert text_of(answer) == EN("bot.saved.too_long", limit=EN.number(LONGEST_PROMPT))
    for number in range(MOST_PROMPTS):
        await ann.ask(f"/saved Prompt {number}")
    answer = await ann.ask("/saved One more")
    assert text_of(answer) == EN("bot.saved.full", limit=EN.number(MOST_PROMPTS))
    assert len(await rows(ann, bot_saved_prompts)) == MOST_PROMPTS
