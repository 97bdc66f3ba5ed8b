"""Moderation by a group's own rules: a model proposes, admins decide, members appeal. Played by the
emulator with Ann, the group's creator, and Ivan.

Exercises backend/bot/chats/group_acts.py, backend/bot/answering/group_decisions.py,
backend/bot/handlers/group_rules.py, backend/bot/handlers/group_acts.py.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.bot.answering import placed
from backend.bot.chats import chats, group_memory
from backend.bot.handlers.group_rules import read_verdict
from backend.bot.tables import bot_group_acts, bot_groups
from backend.conversations.tables import conversations
from backend.i18n import translator
from backend.settings import Settings
from telegram_emulator.actions import SetAdmin, UpgradeGroup
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting
from tests.fixtures.generation import until
from tests.integration.bot.test_group_summary import record_questions
from tests.integration.bot.test_groups import Group, made, rows

EN, RU = translator("en"), translator("ru")
BOT = "@tanya_local_bot"
RIGHTS = ("can_delete_messages", "can_restrict_members")
PROPOSAL = "ACT: mute\nREASON: Rule 1: no advertising, see https://evil.invalid @somebody"


@pytest.fixture
async def ann(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotChat]:
    """Ann's chat, started."""
    monkeypatch.setattr(placed, "PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(group_memory, "KNOWN_SECONDS", 0.0)
    async with chatting(settings) as chat:
        await chat.start()
        yield chat


async def ruled(chat: BotChat, place: int = 1, rights: tuple[str, ...] = RIGHTS) -> Group:
    """A group with one rule, in which the bot has the rights that admins' decisions need."""
    group = await made(chat)
    await group.enable(place)
    if rights:
        bot_id = chat.phone.emulator.hub.profile.bot_id
        await chat.act(SetAdmin(ANN, group.id, bot_id, rights))
    await group.say(f"/rules{BOT} 1. No advertising.")
    await group.until_said(EN("bot.rules.on"))
    return group


async def reported(chat: BotChat, group: Group) -> dict[str, Any]:
    """Ivan posts an advertisement and Ann reports it; returns the report."""
    post = await group.say("Buy my @great_coins!", IVAN)
    before = len(group.of_bot())
    await group.say(f"/report{BOT}", reply_to=post["message_id"])
    await until(lambda: len(group.of_bot()) > before)
    await chat.quiet()
    return group.of_bot()[-1]


def alert(chat: BotChat) -> str:
    """The text that the last button press was answered with."""
    return str(chat.calls("answerCallbackQuery")[-1].request.get("text"))


async def press(chat: BotChat, group: Group, message: dict[str, Any], label: str, who: int) -> None:
    """Press the button with this label and wait until the update is handled."""
    place = next(n for n, one in enumerate(buttons_of(message)) if label in one["text"])
    assert len(buttons_of(message)[place]["callback_data"].encode()) <= 64
    await group.press(message, place, who)
    await chat.quiet()


async def test_a_model_proposes_and_an_admin_decides(ann: BotChat) -> None:
    """The proposal is a ticked button and a reason without links; members cannot press it. What was
    done is announced once with its reason and is in the log; the model's question is not stored."""
    group = await ruled(ann)
    ann.answers(PROPOSAL)
    asked = record_questions(ann)
    report = await reported(ann, group)
    sent = next(one for one in asked if "No advertising" in one and "Buy my" in one)
    assert "great_coins" not in sent
    assert "Rule 1: no advertising, see … …" in group.said()[-1]
    assert [one["text"] for one in buttons_of(report) if "✓" in one["text"]] == [
        "✓ " + EN("bot.act.mute")
    ]
    assert await rows(ann, conversations) == []
    await press(ann, group, report, "Mute", IVAN)
    assert alert(ann) == RU("bot.group.admins_only")
    assert ann.calls("restrictChatMember") == []
    await press(ann, group, report, "Mute", ANN)
    assert len(ann.calls("restrictChatMember")) == 1
    assert EN("bot.act.done.mute") in group.said()[-1]
    (row,) = await rows(ann, bot_group_acts)
    assert (row.act, row.state, row.admin_id, row.user_id) == ("mute", "done", ANN, IVAN)
    assert b"advertising" not in row.reason
    await group.say(f"/log{BOT}")
    await until(lambda: bool(group.whispers()))
    assert "no advertising" in group.whispers()[-1]["text"]


async def test_the_person_appeals_and_an_admin_undoes_it(ann: BotChat) -> None:
    """Only the person concerned can appeal, once; when an admin undoes the act, the person may
    write again."""
    group = await ruled(ann)
    ann.answers(PROPOSAL)
    report = await reported(ann, group)
    await press(ann, group, report, "Mute", ANN)
    told = group.of_bot()[-1]
    await press(ann, group, told, EN("bot.appeal.button"), ANN)
    assert alert(ann) == EN("bot.appeal.not_yours")
    await press(ann, group, told, EN("bot.appeal.button"), IVAN)
    await group.until_said(RU("bot.report.decide"))
    await press(ann, group, told, EN("bot.appeal.button"), IVAN)
    assert alert(ann) == RU("bot.appeal.made_before")
    await press(ann, group, group.of_bot()[-1], RU("bot.judge.undo"), ANN)
    assert len(ann.calls("restrictChatMember")) == 2
    (row,) = await rows(ann, bot_group_acts)
    assert row.state == "undone"
    async with ann.app.container.database.snapshot() as db:
        copy = b"".join([c async for _, c in chats.chat_copy(db, ann.app.container.vault, IVAN)])
    assert b"no advertising" in copy
    async with ann.app.container.database.unit_of_work() as db:
        await chats.erase(db, IVAN)
    assert await rows(ann, bot_group_acts) == []


async def test_without_the_right_it_can_be_decided_again(ann: BotChat) -> None:
    """What Telegram refuses is not logged as done; a ban also deletes the post."""
    group = await ruled(ann, rights=("can_pin_messages",))
    ann.answers("nothing of the kind")
    report = await reported(ann, group)
    await press(ann, group, report, "Ban", ANN)
    assert alert(ann) == EN("bot.report.no_right")
    (row,) = await rows(ann, bot_group_acts)
    assert (row.act, row.state) == (None, "open")
    bot_id = ann.phone.emulator.hub.profile.bot_id
    await ann.act(SetAdmin(ANN, group.id, bot_id, RIGHTS))
    await press(ann, group, report, "Ban", ANN)
    assert len(ann.calls("deleteMessage")) == 1
    assert EN("bot.act.done.ban") in group.said()


async def test_without_permission_no_post_reaches_a_model(ann: BotChat) -> None:
    """Where admins did not allow replied-to messages, the report has no proposal and no model is
    asked."""
    group = await ruled(ann, place=0)
    asked = record_questions(ann)
    report = await reported(ann, group)
    assert asked == []
    assert len(buttons_of(report)) == 5
    await press(ann, group, report, EN("bot.act.none"), ANN)
    assert group.said()[-1] == EN("bot.act.done.none")


async def test_rules_belong_to_admins_and_move_with_the_group(ann: BotChat) -> None:
    """Rules are sealed, written by admins, shown to everybody, and readable after the group becomes
    a supergroup."""
    group = await made(ann, kind="group")
    await group.enable()
    await group.say(f"/rules{BOT} Be kind.", IVAN)
    await group.until_said(RU("bot.group.admins_only"))
    await group.say(f"/rules{BOT} Be kind.")
    await group.until_said(EN("bot.rules.on"))
    (row,) = await rows(ann, bot_groups)
    assert b"kind" not in row.rules
    created = await ann.act(UpgradeGroup(ANN, group.id))
    await ann.quiet()
    moved = Group(ann, created.chat_id)
    await moved.say(f"/rules{BOT}", IVAN)
    await moved.until_said("Be kind.")


def test_an_unreadable_verdict_proposes_nothing() -> None:
    """Whatever the model returns, an unknown act proposes nothing."""
    assert read_verdict("**ACT:** warn\n**REASON:** Be kind.") == ("warn", "Be kind.")
    assert read_verdict("ACT: destroy\nREASON: x") == ("none", "x")
    assert read_verdict("I think it is fine.") == ("none", "")
    assert len(read_verdict("ACT: ban\nREASON: " + "x" * 900)[1]) == 200
