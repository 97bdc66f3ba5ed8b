"""/summary uses only the messages that a group's admins let the bot keep, and only of those who
agreed. Played by the emulator with Ann, the group's creator, and Ivan.

Exercises backend/bot/chats/group_memory.py, backend/bot/answering/closed_questions.py,
backend/bot/handlers/group_keeping.py, backend/bot/handlers/group_summary.py.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from backend.bot.answering import placed
from backend.bot.chats import chats, group_memory
from backend.bot.tables import bot_group_messages, bot_group_sharers, bot_groups, bot_updates
from backend.conversations.tables import conversations
from backend.db.vault import user_keys
from backend.i18n import translator
from backend.privacy.tables import receipts
from backend.settings import Settings
from telegram_emulator.actions import EditText, RemoveMember, SetAdmin
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting, text_of
from tests.fixtures.generation import until
from tests.integration.bot.test_groups import Group, made, rows

EN, RU = translator("en"), translator("ru")
BOT = "@tanya_local_bot"


@pytest.fixture
async def ann(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotChat]:
    """Ann's chat, started; messages are edited quickly, and a group's settings are never cached."""
    monkeypatch.setattr(placed, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(group_memory, "KNOWN_SECONDS", 0.0)
    async with chatting(settings) as chat:
        await chat.start()
        yield chat


async def keeping(chat: BotChat, choice: str) -> Group:
    """A group in which the bot is an admin, receives all messages, and keeps what was chosen."""
    group = await made(chat)
    await group.enable()
    bot_id = chat.phone.emulator.hub.profile.bot_id
    await chat.act(SetAdmin(ANN, group.id, bot_id, ("can_delete_messages",)))
    await group.say(f"/keep{BOT}")
    await group.until_said("Choose what I may keep")
    offered = buttons_of(group.of_bot()[-1])
    place = next(n for n, one in enumerate(offered) if one["callback_data"] == f"keep:{choice}")
    await group.press(group.of_bot()[-1], place)
    await group.until_said(EN(f"bot.keep.on.{choice}"))
    return group


def record_questions(chat: BotChat) -> list[str]:
    """Record what the model is asked from now on."""
    asked: list[str] = []
    simulation = chat.app.container.models.simulation
    assert simulation is not None
    answer = simulation._answer

    def listening(request: Any) -> Any:
        asked.append(str(request))
        return answer(request)

    simulation._answer = listening
    return asked


async def test_only_messages_of_those_who_agreed_are_kept_and_sent(ann: BotChat) -> None:
    """Of others it is only known that they wrote. People are letters, phone numbers and usernames
    are placeholders; the conversation used for asking is deleted with the answer, its receipt
    stays."""
    group = await keeping(ann, "shared")
    share = group.of_bot()[-1]
    await group.press(share, 0, ANN)
    await until(lambda: bool(ann.calls("answerCallbackQuery")[-1].request.get("text")))
    for text in ("We meet at noon.", "Ask @maria_k, +49 170 1234567.", "I bring bread."):
        await group.say(text)
    await group.say("I hate bread", IVAN)
    await ann.quiet()
    kept = await rows(ann, bot_group_messages)
    assert [(row.user_id, row.body is None) for row in kept] == [(ANN, False)] * 3 + [(None, True)]
    assert all(b"bread" not in (row.body or b"") for row in kept)
    asked = record_questions(ann)
    question = await group.say(f"/summary{BOT}", IVAN)
    await until(lambda: any("Человек A" in one for one in asked))
    await ann.quiet()
    sent = next(one for one in asked if "I bring bread" in one)
    assert "[не открыто]" in sent
    assert "I hate bread" not in sent
    assert "maria_k" not in sent
    assert "1234567" not in sent
    assert str(ANN) not in sent
    assert group.of_bot()[-1]["reply_to_message"]["message_id"] == question["message_id"]
    used = [await used_by(ann, person) for person in (ANN, IVAN)]
    assert used == [0, 1]
    assert await rows(ann, conversations) == []
    (receipt,) = await rows(ann, receipts)
    assert receipt.user_id == IVAN
    ivan = await ann.app.sign_in(IVAN)
    _, told = await ivan.call("GET", f"/api/receipts/{receipt.id}")
    assert told["redacted"] == ["[username 1]", "[phone 1]"]
    assert all(row.body is None for row in await rows(ann, bot_updates))


async def used_by(chat: BotChat, person: int) -> int:
    """How many messages of their day somebody has used."""
    client = await chat.app.sign_in(person)
    found: int = (await client.call("GET", "/api/me"))[1]["quota"]["used"]
    return found


async def test_what_is_kept_is_seen_and_erased(ann: BotChat) -> None:
    """Each member sees and erases their own messages, and withdrawing erases them; only an admin
    erases all. Edits change what is kept, and commands are not kept."""
    group = await keeping(ann, "shared")
    share = group.of_bot()[-1]
    for person in (ANN, IVAN):
        await group.press(share, 0, person)
    await until(lambda: len(ann.calls("answerCallbackQuery")) >= 4)
    await ann.quiet()
    first = await group.say("One")
    await group.say("Two", IVAN)
    await ann.act(EditText(ANN, first["message_id"], "One, edited", chat_id=group.id))
    await ann.quiet()
    await group.say(f"/kept{BOT}", IVAN)
    await until(lambda: bool(group.whispers()))
    (whisper,) = group.whispers()
    assert text_of(whisper) == RU("bot.kept", all=2, own=1, sharers=2)
    assert whisper["receiver_user"]["id"] == IVAN
    copy = [part async for part in _copy(ann, ANN)]
    assert b"One, edited" in b"".join(copy)
    memory = group_memory.GroupMemory(
        ann.app.container.database, ann.app.container.vault, ann.app.container.clock, 0
    )
    await memory.share(IVAN, group.id, shares=False)
    assert [row.user_id for row in await rows(ann, bot_group_messages)] == [ANN]
    async with ann.app.container.database.unit_of_work() as db:
        await chats.erase(db, ANN)
    assert await rows(ann, bot_group_messages) == []
    assert await rows(ann, bot_group_sharers) == []


async def _copy(chat: BotChat, person: int) -> AsyncIterator[bytes]:
    async with chat.app.container.database.snapshot() as db:
        async for _, content in chats.chat_copy(db, chat.app.container.vault, person):
            yield content


async def test_a_model_of_this_server_may_read_all(ann: BotChat) -> None:
    """Where admins chose a model of this server, everybody's messages are kept, and no provider
    gets them."""
    group = await keeping(ann, "local")
    await group.say("Let us go to the lake.", IVAN)
    await group.say("Or to the hills?")
    await group.say("The lake.", IVAN)
    await ann.quiet()
    asked = record_questions(ann)
    await group.say(f"/summary{BOT}")
    await until(lambda: any("Person B: Or to the hills?" in one for one in asked))
    await ann.quiet()
    assert {row.user_id for row in await rows(ann, bot_group_messages)} == {ANN, IVAN}
    provider = {row.provider for row in await rows(ann, receipts)}
    assert provider == {"simulation"}


async def test_messages_go_after_a_day_or_when_the_bot_is_removed(ann: BotChat) -> None:
    """Messages older than a day are not read, and are deleted. When the bot is removed from the
    group, everything is deleted with the group's key."""
    group = await keeping(ann, "local")
    await group.say("Old")
    await ann.quiet()
    (row,) = await rows(ann, bot_group_messages)
    async with ann.app.container.database.unit_of_work() as db:
        long_ago = row.sent_at - group_memory.KEPT_FOR
        await db.execute(sa.update(bot_group_messages).values(sent_at=long_ago))
    await group.say(f"/summary{BOT}")
    await group.until_said(EN("bot.summary.little", count=0, all=0))
    await ann.app.container.bot.inbox.clear_old()
    assert await rows(ann, bot_group_messages) == []
    await group.say("New")
    await ann.quiet()
    assert group.id in {row.user_id for row in await rows(ann, user_keys)}
    bot_id = ann.phone.emulator.hub.profile.bot_id
    await ann.act(RemoveMember(ANN, group.id, bot_id))
    await ann.quiet()
    assert await rows(ann, bot_group_messages) == []
    assert await rows(ann, bot_groups) == []
    assert group.id not in {row.user_id for row in await rows(ann, user_keys)}


async def test_only_admins_choose_what_is_kept(ann: BotChat) -> None:
    """Until admins have chosen, nothing is kept and there is nothing to summarise."""
    group = await made(ann)
    await group.enable()
    bot_id = ann.phone.emulator.hub.profile.bot_id
    await ann.act(SetAdmin(ANN, group.id, bot_id, ("can_delete_messages",)))
    await group.say("Between us.", IVAN)
    await group.say(f"/keep{BOT}", IVAN)
    await group.until_said(RU("bot.group.admins_only"))
    await group.say(f"/summary{BOT}", IVAN)
    await group.until_said(RU("bot.summary.off"))
    assert await rows(ann, bot_group_messages) == []


async def test_leaving_politely(ann: BotChat) -> None:
    """/disable offers an admin that the bot leaves: it says goodbye, leaves, and deletes what it
    kept."""
    group = await made(ann)
    await group.enable()
    await group.say(f"/disable{BOT}")
    await group.until_said("I’m off here now")
    await group.press(group.of_bot()[-1], 0, IVAN)
    await ann.quiet()
    assert ann.calls("leaveChat") == []
    await group.press(group.of_bot()[-1], 0, ANN)
    await until(lambda: bool(ann.calls("leaveChat")))
    await ann.quiet()
    assert EN("bot.group.bye") in group.said()
    assert await rows(ann, bot_groups) == []
