"""Words of other people in the chat: shown before they go anywhere, with placeholders for names.

Exercises backend/bot/answering/others.py, backend/bot/handlers/others.py.
"""

import json
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest

from backend.llm.simulation.mock_protocols import MockAnswer
from backend.llm.simulation.mock_provider import MockProvider
from backend.settings import Settings
from telegram_emulator.actions import PressButton
from tests.fixtures.app import ANN, Client
from tests.fixtures.chat import BotChat, buttons_of, chatting, text_of
from tests.integration.bot.test_chat import most_attempts
from tests.integration.web.test_consents import MODELS

BEN = {"id": 77_001, "is_bot": False, "first_name": "Ben", "last_name": "Smith", "username": "bsm"}
PERSON = {"id": ANN, "is_bot": False, "first_name": "Ann", "language_code": "en"}
FORWARDED = "Ben Smith here. Call me: +49 170 1234567, or write ben@example.org. Yours, Ben"
HIDDEN = "[name 1] here. Call me: [phone 1], or write [email 1]. Yours, [name 2]"
SECRETS = ("Ben", "Smith", "1234567", "ben@example.org")
NUMBERS = count(800_000_000)

SHOWN, NAMED, NOT = 0, 1, 2


@pytest.fixture
async def abroad() -> AsyncIterator[MockProvider]:
    """A remote provider that answers with placeholders."""
    provider = await MockProvider().start()
    provider._answer = lambda asked: MockAnswer("Answer [Name 1] at [phone 1].")
    yield provider
    await provider.close()


@pytest.fixture
async def ann(settings: Settings, abroad: MockProvider) -> AsyncIterator[BotChat]:
    """Ann's chat; she has agreed to a remote model."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    models = settings.data_dir / "models.toml"
    models.write_text(MODELS)
    changes = {"compatible_url": abroad.base_url, "models_file": str(models)}
    async with chatting(settings, **changes) as chat:
        await chat.start()
        client = await chat.app.sign_in()
        await client.call("PATCH", "/api/me", {"settings": {"modelId": "abroad"}})
        await client.call("PUT", "/api/consents/compatible")
        yield chat


def message(text: str = FORWARDED, **more: Any) -> dict[str, Any]:
    """One of Ann's messages, with fields as Telegram sends them."""
    number = next(NUMBERS)
    chat = {"id": ANN, "type": "private", "first_name": "Ann"}
    return {"message_id": number, "from": PERSON, "chat": chat, "date": number, "text": text} | more


def from_ben() -> dict[str, Any]:
    """The origin of a message that was Ben's."""
    return {"forward_origin": {"type": "user", "date": 1, "sender_user": BEN}}


async def deliver(chat: BotChat, one: dict[str, Any]) -> None:
    """Deliver a message as Telegram does."""
    update = {"update_id": next(NUMBERS), "message": one}
    assert await chat.deliver(json.dumps(update).encode()) == 200


async def press(chat: BotChat, which: int) -> None:
    """Press a button of the last message."""
    last = chat.sent()[-1]
    data = buttons_of(last)[which]["callback_data"]
    await chat.act(PressButton(ANN, last["message_id"], data))


def bodies(provider: MockProvider) -> list[str]:
    """What the provider has received."""
    return [one.body.decode() for one in provider.received if one.path != "/v1/models"]


async def last_answer(client: Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """The last question and its answer, as the app gets them."""
    (head,) = (await client.call("GET", "/api/conversations"))[1]["items"]
    items = (await client.call("GET", f"/api/conversations/{head['id']}/messages"))[1]["items"]
    return items[-2], items[-1]


async def test_shown_first_and_sent_with_placeholders(ann: BotChat, abroad: MockProvider) -> None:
    """Nothing is sent before the decision; then what was shown is sent, without names. The answer
    shows the names again, and the receipt says what was replaced."""
    await deliver(ann, message(**from_ben()))
    await ann.until(2)
    assert HIDDEN in ann.said()[1]
    assert not any(secret in ann.said()[1] for secret in SECRETS)
    assert bodies(abroad) == []
    await press(ann, SHOWN)
    await ann.until(3)
    await ann.quiet()
    assert text_of(ann.sent()[2]) == "Answer Ben Smith at +49 170 1234567."
    assert HIDDEN in bodies(abroad)[0]
    assert not any(secret in body for body in bodies(abroad) for secret in SECRETS)
    client = await ann.app.sign_in()
    question, answer = await last_answer(client)
    assert question["text"].endswith(f"> [name 1]:\n> {HIDDEN}")
    assert question["placeholders"]["[name 1]"] == "Ben Smith"
    _, shown = await client.call("GET", f"/api/messages/{answer['id']}/receipts")
    wanted = ["[name 1]", "[phone 1]", "[email 1]", "[name 2]"]
    assert all(one["redacted"] == wanted for one in shown["items"])


async def test_sent_with_names_if_the_person_wants(ann: BotChat, abroad: MockProvider) -> None:
    """Sent with names, nothing is replaced, and the receipt says so."""
    await deliver(ann, message(**from_ben()))
    await ann.until(2)
    await press(ann, NAMED)
    await ann.until(3)
    await ann.quiet()
    assert FORWARDED in bodies(abroad)[0]
    client = await ann.app.sign_in()
    _, answer = await last_answer(client)
    _, shown = await client.call("GET", f"/api/messages/{answer['id']}/receipts")
    assert shown["items"][0]["redacted"] == []


async def test_not_sent_nothing_leaves(ann: BotChat, abroad: MockProvider) -> None:
    """After declining nothing is sent; the confirmation comes once, however often the button is
    pressed."""
    await deliver(ann, message(**from_ben()))
    await ann.until(2)
    asked = ann.sent()[1]
    data = buttons_of(asked)[NOT]["callback_data"]
    await press(ann, NOT)
    await ann.until(3)
    query = {"id": "again", "from": PERSON, "message": asked, "chat_instance": "1", "data": data}
    update = {"update_id": next(NUMBERS), "callback_query": query}
    assert await ann.deliver(json.dumps(update).encode()) == 200
    await ann.quiet()
    assert ann.said()[2:] == ["Nothing was sent."]
    assert bodies(abroad) == []
    assert await most_attempts(ann) == 0


async def test_ones_own_words_need_no_question(ann: BotChat, abroad: MockProvider) -> None:
    """The person's own forwarded words count as written here, and so does an answer of the
    bot's."""
    mine = {"forward_origin": {"type": "user", "date": 1, "sender_user": PERSON}}
    await deliver(ann, message("Call +49 170 1234567", **mine))
    await ann.until(2)
    assert "+49 170 1234567" in bodies(abroad)[0]


async def test_always_as_placeholders_asks_nothing(ann: BotChat, abroad: MockProvider) -> None:
    """The setting to always replace is per person, and off by default."""
    client = await ann.app.sign_in()
    assert (await client.call("GET", "/api/me"))[1]["settings"]["redactOthers"] is False
    await client.call("PATCH", "/api/me", {"settings": {"redactOthers": True}})
    await deliver(ann, message(**from_ben()))
    await ann.until(2)
    assert ann.said()[1] == "Answer Ben Smith at +49 170 1234567."
    assert HIDDEN in bodies(abroad)[0]


async def test_others_keep_their_placeholders_apart(ann: BotChat, abroad: MockProvider) -> None:
    """Within a conversation a placeholder stands for one thing, across messages."""
    client = await ann.app.sign_in()
    await client.call("PATCH", "/api/me", {"settings": {"redactOthers": True}})
    await deliver(ann, message(**from_ben()))
    await ann.until(2)
    channel = {"id": -100_9, "type": "channel", "title": "Daily Planet", "username": "planet"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 5}
    await deliver(ann, message("Daily Planet on Ben: +49 170 1234567", forward_origin=origin))
    await ann.until(3)
    await ann.quiet()
    question, _ = await last_answer(client)
    assert question["text"].endswith("> [name 3]:\n> [name 3] on Ben: [phone 1]")


async def test_what_a_command_replies_to_is_asked_about(ann: BotChat, abroad: MockProvider) -> None:
    """The person's command is sent as it is; replied-to words and quotations from another chat are
    asked about."""
    replied = message(**from_ben())
    command = {"entities": [{"type": "bot_command", "offset": 0, "length": 8}]}
    await deliver(ann, message("/explain", reply_to_message=replied, **command))
    await ann.until(2)
    assert HIDDEN in ann.said()[1]
    external = {"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Ben Smith"}}
    quote = {"text": "Yours, Ben", "position": 0, "is_manual": True}
    await deliver(ann, message("/check", external_reply=external, quote=quote, **command | {
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}))  # fmt: skip
    await ann.until(3)
    assert "Yours, [name 1]" in ann.said()[2]
    assert bodies(abroad) == []


async def test_what_telegram_marks_is_replaced(ann: BotChat) -> None:
    """Mentions of people without a username and phone numbers of unusual form are replaced where
    Telegram marks them."""
    entities = [
        {"type": "text_mention", "offset": 4, "length": 3, "user": BEN | {"first_name": "Bea"}},
        {"type": "phone_number", "offset": 11, "length": 6},
    ]
    channel = {"id": -100_9, "type": "channel", "title": "News"}
    origin = {"type": "channel", "date": 1, "chat": channel, "message_id": 5}
    await deliver(ann, message("Ask Bea on 4711 0.", entities=entities, forward_origin=origin))
    await ann.until(2)
    assert "Ask [name 2] on [phone 1]." in ann.said()[1]


async def test_declining_a_provider_keeps_what_waits_for_a_decision(ann: BotChat) -> None:
    """Declining a provider does not answer the question about other people's words."""
    client = await ann.app.sign_in()
    await client.call("DELETE", "/api/consents/compatible")
    await deliver(ann, message(**from_ben()))
    await ann.until(2)
    decision = ann.sent()[1]
    await ann.ask("My own words")
    await press(ann, 1)
    await ann.until(4)
    await client.call("PUT", "/api/consents/compatible")
    data = buttons_of(decision)[SHOWN]["callback_data"]
    await ann.act(PressButton(ANN, decision["message_id"], data))
    await ann.until(5)
    assert ann.said()[4] == "Answer Ben Smith at +49 170 1234567."


async def test_a_long_forward_is_shown_whole(ann: BotChat, abroad: MockProvider) -> None:
    """A long forward is shown in several messages; the buttons are below the last."""
    await deliver(ann, message("word " * 900 + "Ben", **from_ben()))
    await ann.until(3)
    assert "word [name 2]" in " ".join(ann.said()[1:])
    assert buttons_of(ann.sent()[1]) == []
    assert len(buttons_of(ann.sent()[2])) == 3
    assert bodies(abroad) == []


async def test_a_reply_to_others_words_is_asked_about_too(
    ann: BotChat, abroad: MockProvider
) -> None:
    """Replied-to words precede the question as a quotation; the question itself is the person's."""
    await deliver(ann, message("Is that so?", reply_to_message=message(**from_ben())))
    await ann.until(2)
    assert HIDDEN in ann.said()[1]
    assert "Is that so?" in ann.said()[1]
    await press(ann, SHOWN)
    await ann.until(3)
    assert not any(secret in body for body in bodies(abroad) for secret in SECRETS)
    assert "Is that so?" in bodies(abroad)[0]


async def test_forwarded_by_the_person_their_own_name_stays(ann: BotChat) -> None:
    """In the person's own forwarded message, names that Telegram does not mark stay."""
    await deliver(ann, message("Dear Ann, yours, Ben", **from_ben()))
    await ann.until(2)
    assert "Dear Ann, yours, [name 2]" in ann.said()[1]
