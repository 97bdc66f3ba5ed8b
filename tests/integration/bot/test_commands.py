"""Every command in the chat, and messages that are no commands.

Exercises backend/bot/handlers/help.py, backend/bot/handlers/papers.py,
backend/bot/handlers/receipts.py, backend/bot/handlers/paysupport.py,
backend/bot/handlers/gifts.py, backend/bot/handlers/premium.py, backend/bot/handlers/start.py,
backend/bot/handlers/new.py, backend/bot/handlers/groups.py.
"""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from backend.billing.requests import open_requests
from backend.i18n import languages, translator
from backend.identity.tables import users
from backend.settings import Settings
from telegram_emulator.actions import (
    BlockBot,
    DeleteMessages,
    EditText,
    PressButton,
    SendFile,
    SendText,
    ShareContact,
)
from telegram_emulator.testing import IVAN, LAYLA
from tests.fixtures.app import ANN
from tests.fixtures.chat import BotChat, buttons_of, chatting, text_of
from tests.fixtures.generation import until

OPERATOR = IVAN


async def test_start_greets_and_opens_the_app(chat: BotChat) -> None:
    """/start echoes the name, its button opens the Mini App, and the person is stored."""
    await chat.start()
    (greeting,) = chat.sent()
    assert "Hello, Ann!" in text_of(greeting)
    assert buttons_of(greeting)[0]["web_app"]["url"] == f"{chat.app.origin}/app"
    async with chat.app.container.database.snapshot() as db:
        row = (await db.execute(sa.select(users))).one()
    assert (row.user_id, row.language) == (ANN, "en")


@pytest.mark.parametrize("person", [IVAN, LAYLA])
async def test_it_speaks_their_language(chat: BotChat, person: int) -> None:
    """The bot answers in the language of the person's Telegram, and so do later notices."""
    theirs = BotChat(chat.app, person)
    await theirs.start()
    language = {IVAN: "ru", LAYLA: "ar"}[person]
    assert {IVAN: "Здравствуйте", LAYLA: "مرحب"}[person] in theirs.said()[0]
    assert await chat.app.container.languages.language_of(person) == language


ANSWERS = {
    "/help": "/premium – ",
    "/help@tanya_local_bot": "/premium – ",
    "/new": "Started a new conversation.",
    "/privacy": "/privacy",
    "/terms": "/terms",
    "/premium": "Your plan: Free",
    "/paysupport": "write /paysupport",
    "/payments": "You have not paid for anything here.",
    "/helpp": "Did you mean /help?",
    "/xyzzy": "I don’t know that command.",
    "/HELP": "/premium – ",
    "/stop": "Nothing is being written",
    "/model": "answers you. Choose another",
    "/Settings": "Model: ",
    "/history": "Ask something first",
    "/delete": "Nothing to delete",
    "/temporary": "this conversation is temporary",
    "/help@another_bot": "I don’t know that command.",
    "/start gift_nonsense": "gift",
    "/start 0193f2d4-aaaa-7bbb-8ccc-0123456789ab": "Hello, Ann!",
}


async def test_each_command_answers_once(chat: BotChat) -> None:
    """Each of these commands gets one message, and no model is asked."""
    await chat.start()
    for said, heard in ANSWERS.items():
        assert heard in text_of(await chat.ask(said)), said
    await chat.quiet()
    assert len(chat.sent()) == 1 + len(ANSWERS)
    assert chat.calls("sendMessageDraft") == []


async def test_commands_are_listed_in_every_language(settings: Settings) -> None:
    """Telegram gets every command with a description in each language; each is also in /help."""
    async with chatting(settings, introduced_in=languages()) as chat:
        world = chat.phone.emulator.hub.profile
        people = [chat.phone.emulator.hub.chats.person(one) for one in (ANN, IVAN)]
        # One language after the other is sent once the bot has started.
        await until(lambda: world.commands_for(people[0]) != world.commands_for(people[1]))
        lists = [world.commands_for(person) for person in people]
        names = [[command["command"] for command in commands] for commands in lists]
        assert names[0] == names[1]
        assert {"start", "new", "help", "premium", "paysupport", "privacy", "terms"} <= set(
            names[0]
        )
        assert lists[0][0]["description"] != lists[1][0]["description"]
        await chat.start()
        help_ = text_of(await chat.ask("/help"))
        assert all(f"/{name} – " in help_ for name in names[0])


async def test_a_payment_question_reaches_the_operators(settings: Settings) -> None:
    """The request is forwarded with the person's id, and stored whether or not operators can be
    reached."""
    async with chatting(settings, admin_ids=(OPERATOR,)) as chat:
        operator = BotChat(chat.app, OPERATOR)
        await operator.start()
        await chat.start()
        assert "is kept for the operator" in text_of(await chat.ask("/paysupport It is gone!"))
        assert f"{ANN}" in operator.said()[1]
        assert "It is gone!" in operator.said()[1]
        await operator.act(BlockBot(OPERATOR, True))
        await chat.ask("/paysupport Again")
        assert await kept_requests(chat) == ["It is gone!", "Again"]


async def kept_requests(chat: BotChat) -> list[str]:
    """The requests that wait for an operator's answer."""
    container = chat.app.container
    async with container.database.snapshot() as db:
        return [one.text for one in await open_requests(db, container.vault)]


async def test_a_payment_question_is_kept_without_operators(chat: BotChat) -> None:
    """With ADMIN_IDS empty, the request is stored for whoever lists the requests."""
    await chat.start()
    assert "is kept" in text_of(await chat.ask("/paysupport It is gone!"))
    assert await kept_requests(chat) == ["It is gone!"]


async def test_unsupported_messages_are_refused_with_a_reason(chat: BotChat) -> None:
    """A video and a contact are answered with a refusal."""
    await chat.start()
    await chat.act(SendFile(ANN, "video", "a.mp4", "video/mp4", b"\0" * 20))
    await chat.until(2)
    await chat.act(ShareContact(ANN))
    await chat.until(3)
    t = translator("en")
    assert chat.said()[1:] == [t("bot.ask.unsupported"), t("bot.ask.contact")]


async def test_a_forwarded_answer_is_a_question(chat: BotChat) -> None:
    """A rich message has no text field but has words; forwarded from another bot, they are shown
    before they are sent."""
    await chat.start()
    rich = {"blocks": [{"type": "paragraph", "text": ["What of ", {"type": "bold", "text": "it"}]}]}
    body = {"message_id": 9, "date": 1, "chat": {"id": ANN, "type": "private"}, "from": PERSON}
    origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1}
    said = {**body, "forward_origin": origin, "rich_message": rich}
    assert await chat.deliver(update(900_000_005, "message", **said)) == 200
    await chat.until(2)
    shown = chat.sent()[-1]
    await chat.act(PressButton(ANN, shown["message_id"], buttons_of(shown)[0]["callback_data"]))
    await chat.until(3)
    client = await chat.app.sign_in()
    _, page = await client.call("GET", "/api/conversations")
    path = f"/api/conversations/{page['items'][0]['id']}/messages"
    _, tree = await client.call("GET", path)
    assert tree["items"][0]["text"].endswith("> What of **it**")


async def test_edits_deletions_and_blocking_are_no_errors(chat: BotChat) -> None:
    """Updates that need no answer get none, and are marked as done."""
    await chat.start()
    await chat.ask("How high is K2?")
    mine = [m for m in await chat.phone.messages(ANN) if m["from"]["id"] == ANN]
    await chat.act(EditText(ANN, mine[-1]["message_id"], "How deep?"))
    await chat.act(DeleteMessages(ANN))
    await chat.act(BlockBot(ANN, True))
    await chat.quiet()
    assert chat.sent() == []


def update(number: int, kind: str, **content: Any) -> bytes:
    """An update as Telegram would send it."""
    return json.dumps({"update_id": number, kind: content}).encode()


GROUP = {"id": -100777, "type": "supergroup", "title": "A group"}
PERSON = {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}


async def test_in_groups_it_says_how_it_is_turned_on(chat: BotChat) -> None:
    """Added to a group the bot explains once how it is turned on and answers nothing; it leaves
    channels."""
    bot = {"id": chat.phone.emulator.hub.profile.bot_id, "is_bot": True, "first_name": "Tanya"}
    joined = {
        "chat": GROUP,
        "from": PERSON,
        "date": 0,
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, "status": "member"},
    }
    said = {"message_id": 7, "date": 0, "chat": GROUP, "from": PERSON}
    assert await chat.deliver(update(900_000_001, "my_chat_member", **joined)) == 200
    assert await chat.deliver(update(900_000_002, "message", **said, text="/start")) == 200
    assert await chat.deliver(update(900_000_003, "message", **said, text="What is this?")) == 200
    await chat.quiet()
    (call,) = chat.calls("sendMessage")
    assert call.request["chat_id"] == str(GROUP["id"])
    assert "until an admin sends /enable" in call.request["text"]
    assert chat.calls("leaveChat") == []
    joined["chat"] = {"id": -100778, "type": "channel", "title": "A channel"}
    assert await chat.deliver(update(900_000_004, "my_chat_member", **joined)) == 200
    await chat.quiet()
    assert len(chat.calls("leaveChat")) == 1
    async with chat.app.container.database.snapshot() as db:
        assert (await db.execute(sa.select(users))).all() == []


async def test_a_very_long_text_is_refused_in_words(chat: BotChat) -> None:
    """A text beyond Telegram's own limit is still refused with a message."""
    await chat.start()
    text = "word " * 7000
    body = {"message_id": 9, "date": 1, "chat": {"id": ANN, "type": "private"}, "from": PERSON}
    assert await chat.deliver(update(900_000_004, "message", **body, text=text)) == 200
    await chat.until(2)
    await chat.quiet()
    assert "too long" in chat.said()[1].lower()
    await chat.act(SendText(ANN, "word " * 1000))
    await chat.until(3)
