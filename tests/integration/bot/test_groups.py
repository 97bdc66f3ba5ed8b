"""Groups: off until an admin turns Tanya on; asking, stopping, whose quota and consent apply, and
changes to the group itself. Played by the emulator with Ann, the group's creator, and Ivan.

Exercises backend/bot/chats/groups.py, backend/bot/answering/group_answers.py,
backend/bot/answering/group_words.py, backend/bot/handlers/groups.py,
backend/bot/handlers/group_ask.py.
"""

from typing import Any

import sqlalchemy as sa

from backend.bot.tables import bot_group_answers, bot_groups, bot_updates
from backend.generation.tables import runs
from backend.i18n import translator
from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import MockProvider
from backend.llm.simulation.mock_provider import simulation as simulated_model
from backend.settings import Settings
from telegram_emulator.actions import (
    CreateGroup,
    CreateTopic,
    GroupCreated,
    PressButton,
    RemoveMember,
    SendText,
    SetAdmin,
    TopicCreated,
    UpgradeGroup,
)
from telegram_emulator.control import act
from telegram_emulator.testing import IVAN
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting, text_of
from tests.fixtures.generation import until
from tests.integration.web.test_consents import MODELS

EN, RU = translator("en"), translator("ru")
WORDS = " ".join(f"word{number}" for number in range(60))
ASK = "/ask@tanya_local_bot "


class Group:
    """A group with the bot in it."""

    def __init__(self, chat: BotChat, chat_id: int) -> None:
        self.chat, self.id = chat, chat_id

    def messages(self) -> list[dict[str, Any]]:
        """The messages in the group."""
        record = self.chat.phone.emulator.hub.chats.record(self.id)
        return [stored.message for stored in record.messages]

    def of_bot(self) -> list[dict[str, Any]]:
        """What the bot has written there."""
        bot_id = self.chat.phone.emulator.hub.profile.bot_id
        return [one for one in self.messages() if one.get("from", {}).get("id") == bot_id]

    def said(self) -> list[str]:
        """The texts of the bot's messages in the group."""
        return [text_of(message) for message in self.of_bot()]

    def whispers(self) -> list[dict[str, Any]]:
        """Messages that only one member sees."""
        return [one.message for one in self.chat.phone.emulator.hub.world.ephemerals.values()]

    async def say(self, text: str, person: int = ANN, **more: Any) -> dict[str, Any]:
        """Somebody writes a message; returns it."""
        await self.chat.act(SendText(person, text, chat_id=self.id, **more))
        return next(one for one in reversed(self.messages()) if one["from"]["id"] == person)

    async def press(self, message: dict[str, Any], place: int, person: int = ANN) -> None:
        """Somebody presses a button under a message."""
        data = buttons_of(message)[place]["callback_data"]
        pressed = PressButton(person, message["message_id"], data, chat_id=self.id)
        await self.chat.act(pressed)

    async def decide(self, place: int, person: int = ANN) -> str:
        """Press a button of the message that only this member sees; returns the message's text."""
        await until(lambda: bool(self.whispers()))
        shown = self.whispers()[-1]
        assert shown["receiver_user"]["id"] == person
        data = buttons_of(shown)[place]["callback_data"]
        number = shown["ephemeral_message_id"]
        await self.chat.act(PressButton(person, number, data, chat_id=self.id, ephemeral=True))
        return text_of(shown)

    async def until_said(self, words: str) -> None:
        """Wait until the bot's newest message contains these words."""
        await until(lambda: bool(self.said()) and words in self.said()[-1])

    async def enable(self, place: int = 1) -> None:
        """Ann turns the bot on, with replied-to messages (1) or without (0)."""
        await self.say("/enable@tanya_local_bot")
        await self.until_said("Choose what I may do here")
        await self.press(self.of_bot()[-1], place)
        await self.until_said("I’m on")


async def made(chat: BotChat, **more: Any) -> Group:
    """A group of Ann's with Ivan and the bot."""
    hub = chat.phone.emulator.hub
    members = (IVAN, hub.profile.bot_id)
    created = await act(hub, CreateGroup(ANN, "Friends", member_ids=members, **more))
    assert isinstance(created, GroupCreated)
    group = Group(chat, created.chat_id)
    await group.until_said("off here until an admin")
    return group


async def rows(chat: BotChat, table: sa.Table) -> list[Any]:
    """All rows of a table."""
    async with chat.app.container.database.snapshot() as db:
        return list((await db.execute(sa.select(table))).all())


async def asked_by(chat: BotChat, person: int) -> list[str]:
    """The questions of somebody's conversations, newest conversation first."""
    client = await chat.app.sign_in(person)
    _, page = await client.call("GET", "/api/conversations")
    paths = [f"/api/conversations/{item['id']}/messages" for item in page["items"]]
    trees = [(await client.call("GET", path))[1]["items"] for path in paths]
    return [one["text"] for tree in trees for one in tree if one["role"] == "user"]


async def test_it_is_off_until_an_admin_turns_it_on(ann: BotChat) -> None:
    """Members who are no admins cannot turn it on; before that nobody is answered; /disable ends
    it."""
    group = await made(ann)
    await group.say(ASK + "why?", IVAN)
    await until(lambda: len(group.said()) == 2)
    assert group.said()[1] == RU("bot.group.hello")
    await group.say("/enable@tanya_local_bot", IVAN)
    await until(lambda: len(group.said()) == 3)
    await group.say("/enable@tanya_local_bot")
    await group.until_said("Choose what I may do here")
    await group.press(group.of_bot()[-1], 1, IVAN)
    await ann.quiet()
    assert await rows(ann, bot_groups) == []
    await group.press(group.of_bot()[-1], 1)
    await group.until_said("I’m on")
    await group.say("/disable@tanya_local_bot")
    await group.until_said("I’m off here now")
    assert await rows(ann, bot_groups) == []
    assert await rows(ann, runs) == []


async def test_an_answer_replies_in_its_topic_and_is_the_askers(ann: BotChat) -> None:
    """The answer is edited in place; question, answer and quota are the asker's, and a reply to it
    continues their conversation."""
    group = await made(ann, forum=True)
    topic = await act(ann.phone.emulator.hub, CreateTopic(ANN, group.id, "Mountains"))
    assert isinstance(topic, TopicCreated)
    await group.enable()
    ann.answers("**K2** is lower.")
    question = await group.say(ASK + "How high is K2?", IVAN, thread_id=topic.thread_id)
    await group.until_said("K2 is lower.")
    answer = group.of_bot()[-1]
    assert answer["reply_to_message"]["message_id"] == question["message_id"]
    assert answer["message_thread_id"] == topic.thread_id
    assert buttons_of(answer) == []
    await group.say("And Everest?", IVAN, thread_id=topic.thread_id, reply_to=answer["message_id"])
    await until(lambda: len(group.of_bot()) == 4)
    await ann.quiet()
    assert await asked_by(ann, IVAN) == ["How high is K2?", "And Everest?"]
    assert await asked_by(ann, ANN) == []
    assert {run.user_id for run in await rows(ann, runs)} == {IVAN}


async def test_people_are_letters_and_nothing_else_is_kept(ann: BotChat) -> None:
    """A replied-to message is sent along where admins allow it, without names; other messages are
    not stored, even if the bot is an admin and receives all of them."""
    group = await made(ann)
    await group.enable()
    bot_id = ann.phone.emulator.hub.profile.bot_id
    await ann.act(SetAdmin(ANN, group.id, bot_id, ("can_delete_messages",)))
    await ann.quiet()
    before = len(await rows(ann, bot_updates))
    said = await group.say("@maria_k says that it rains", IVAN)
    await group.say("Between us.", IVAN)
    await ann.quiet()
    assert len(await rows(ann, bot_updates)) == before + 1  # the update that mentions the bot
    await group.say(ASK + "Is it so?", reply_to=said["message_id"])
    assert "Person B says that it rains" in await group.decide(0)
    await group.until_said("An answer.")
    (question,) = await asked_by(ann, ANN)
    assert question == "Person A wrote:\n> Person B says that it rains\n\nIs it so?"
    assert all(row.body is None for row in await rows(ann, bot_updates))


async def test_without_permission_only_own_words_are_sent(ann: BotChat) -> None:
    """Other people's words are left out; a question that has nothing else, and /check of them, are
    refused."""
    group = await made(ann)
    await group.enable(0)
    said = await group.say("It rains", IVAN)
    await group.say(ASK + "Is it so?", reply_to=said["message_id"])
    await group.until_said("An answer.")
    assert await asked_by(ann, ANN) == ["Is it so?"]
    for words in (ASK, "/check@tanya_local_bot"):
        await group.say(words, reply_to=said["message_id"])
        await group.until_said(EN("bot.group.no_quotes"))
        await ann.quiet()


async def test_check_of_a_post(ann: BotChat) -> None:
    """The claims of the replied-to message are listed, as a check that belongs to the asker."""
    group = await made(ann)
    await group.enable()
    said = await group.say("Everest is 8849 metres high.", IVAN)
    await group.say("/check@tanya_local_bot", reply_to=said["message_id"])
    await group.decide(0)
    await until(lambda: bool(buttons_of(group.of_bot()[-1])))
    assert any("check:" in one["callback_data"] for one in buttons_of(group.of_bot()[-1]))


async def test_stop_is_the_askers_and_the_admins(ann: BotChat) -> None:
    """Another member cannot stop it; an admin can, and the text so far stays."""
    group = await made(ann)
    await group.enable()
    ann.answers(WORDS, pace=0.1)
    await group.say(ASK + "Go on", IVAN)
    await group.until_said("word1")
    stop = group.of_bot()[-1]
    await group.press(stop, 0, ANN)  # an admin
    await until(lambda: buttons_of(group.of_bot()[-1]) == [])
    assert "word59" not in group.said()[-1]
    await group.say(ASK + "Go on")
    await until(lambda: len(group.of_bot()) == 4 and "word1" in group.said()[-1])
    await group.press(group.of_bot()[-1], 0, IVAN)
    await ann.quiet()
    assert "word59" in group.said()[-1]


async def test_consent_is_asked_of_the_asker_alone(settings: Settings) -> None:
    """Consent is asked in a message that only the asker sees; then the question is answered."""
    provider = await MockProvider(pace=0.001).start()
    provider._answer = lambda asked: MockAnswer("From abroad.")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(MODELS)
    changes = {"compatible_url": provider.base_url, "models_file": str(models)}
    async with chatting(settings, **changes) as chat:
        await (await chat.app.sign_in(IVAN)).call(
            "PATCH", "/api/me", {"settings": {"modelId": "abroad"}}
        )
        group = await made(chat)
        await group.enable()
        await group.say(ASK + "Why?", IVAN)
        await until(lambda: bool(group.whispers()))
        (asked,) = group.whispers()
        assert asked["receiver_user"]["id"] == IVAN
        assert await rows(chat, runs) == []
        agree = buttons_of(asked)[0]["callback_data"]
        number = asked["ephemeral_message_id"]
        await chat.act(PressButton(IVAN, number, agree, chat_id=group.id, ephemeral=True))
        await group.until_said("From abroad.")
        assert group.whispers() == []
    await provider.close()


async def test_anonymous_senders_are_not_answered(ann: BotChat) -> None:
    """An anonymous admin has no quota and cannot consent, but can turn the bot on."""
    group = await made(ann)
    await ann.act(SetAdmin(ANN, group.id, ANN, ("is_anonymous",)))
    await ann.act(SendText(ANN, ASK + "why?", chat_id=group.id))
    await group.until_said("off here until")
    await ann.act(SendText(ANN, "/enable@tanya_local_bot", chat_id=group.id))
    await group.until_said("Choose what I may do here")
    await group.press(group.of_bot()[-1], 1)
    await group.until_said("I’m on")
    await ann.act(SendText(ANN, ASK + "why?", chat_id=group.id))
    await group.until_said("Write as yourself")
    assert await rows(ann, runs) == []


async def test_what_admins_chose_moves_with_the_group(ann: BotChat) -> None:
    """When a group becomes a supergroup its settings move to the new id."""
    group = await made(ann, kind="group")
    await group.enable()
    created = await act(ann.phone.emulator.hub, UpgradeGroup(ANN, group.id))
    assert isinstance(created, GroupCreated)
    await ann.quiet()
    assert [row.chat_id for row in await rows(ann, bot_groups)] == [created.chat_id]


async def test_removed_in_the_middle_of_an_answer(ann: BotChat) -> None:
    """Removed from the group during an answer, nothing fails or is retried: the asker keeps the
    answer, and the group's settings are deleted."""
    group = await made(ann)
    await group.enable()
    ann.answers(WORDS, pace=0.05)
    await group.say(ASK + "Go on")
    await group.until_said("word1")
    bot_id = ann.phone.emulator.hub.profile.bot_id
    await ann.act(RemoveMember(ANN, group.id, bot_id))
    await ann.quiet()
    assert await rows(ann, bot_groups) == []
    (run,) = await rows(ann, runs)
    assert run.state == "complete"
    assert all(row.attempts == 0 for row in await rows(ann, bot_updates))
    assert len(await rows(ann, bot_group_answers)) == 1


async def test_others_words_are_previewed_by_the_asker(ann: BotChat) -> None:
    """The asker alone sees what would be sent, with placeholders for a number and an address;
    nothing is sent before they decide. The answer shows the original words, which the group could
    read anyway."""
    group = await made(ann)
    await group.enable()
    ann.answers("Call [phone 1].")
    said = await group.say("Call me: +49 170 1234567, or write ivan@example.org", IVAN)
    await group.say(ASK + "What does he want?", reply_to=said["message_id"])
    await until(lambda: bool(group.whispers()))
    assert await rows(ann, runs) == []
    assert "Call me: [phone 1], or write [email 1]" in await group.decide(0)
    await group.until_said("Call +49 170 1234567.")
    (question,) = await asked_by(ann, ANN)
    assert "[phone 1]" in question
    simulation = ann.app.container.models.simulation
    assert simulation is not None
    assert not [one for one in simulation.received if b"1234567" in one.body]


async def test_declining_sends_nothing(ann: BotChat) -> None:
    """Another member's press decides nothing."""
    group = await made(ann)
    await group.enable()
    said = await group.say("Call me: +49 170 1234567", IVAN)
    await group.say(ASK + "What does he want?", reply_to=said["message_id"])
    await group.decide(2)
    await ann.quiet()
    assert await rows(ann, runs) == []
    assert all(row.body is None for row in await rows(ann, bot_updates))


async def test_a_check_in_a_group_sends_placeholders(ann: BotChat) -> None:
    """The asker sees the number in the claim; the model gets a placeholder."""
    simulation = ann.app.container.models.simulation
    assert simulation is not None
    simulation._answer = simulated_model
    group = await made(ann)
    await group.enable()
    said = await group.say("The number of the town is +49 170 1234567.", IVAN)
    await group.say("/check@tanya_local_bot", reply_to=said["message_id"])
    await group.decide(0)
    await until(lambda: bool(buttons_of(group.of_bot()[-1])))
    assert "+49 170 1234567" in group.said()[-1]
    assert simulation.received
    assert not [one for one in simulation.received if b"1234567" in one.body]
