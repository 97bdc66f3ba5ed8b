"""The dispatcher: who is answered, in which language, and what never gets into the log."""

import dataclasses
import json
from pathlib import Path
from typing import Any, cast

import pytest
from aiogram.exceptions import TelegramServerError
from aiogram.types import Message
from structlog.testing import capture_logs

from backend.bot.chats.chats import Chats
from backend.bot.context import BotContext
from backend.bot.dispatcher import handle_with, make_dispatcher, report_failures_with
from backend.bot.sending.views import Links
from backend.features import Features
from backend.i18n import translator
from backend.privacy.erasure import Erasures
from backend.settings import Settings
from tests.unit.bot.telegram import BLOCKED, BROKEN, MESSAGE, Scripted, bot_with

SECRET = "my secret words"


class Guests:
    """Remembers who was greeted."""

    def __init__(self) -> None:
        self.known: list[tuple[int, str]] = []

    async def greet_sender(self, message: Message, language: str) -> str:
        """See Chats."""
        self.known.append((message.chat.id, language))
        return language


class NobodyErased:
    """Nobody is being erased."""

    async def standing(self, user_id: int) -> None:
        """See Erasures."""


class Desk:
    """The dispatcher over a scripted Telegram."""

    def __init__(self, tmp_path: Path, *answers: Any) -> None:
        self.session = Scripted(*answers, then=lambda _: MESSAGE)
        self.guests = Guests()
        parts = dict.fromkeys(field.name for field in dataclasses.fields(BotContext))
        context = BotContext(
            **cast("dict[str, Any]", parts)
            | {
                "settings": Settings(data_dir=tmp_path),
                "features": Features(Settings()),
                "links": Links("https://tanya.example"),
                "chats": cast("Chats", self.guests),
                "erasures": cast("Erasures", NobodyErased()),
            }
        )
        bot = bot_with(self.session)
        self.handle = handle_with(make_dispatcher(context), bot)
        self.apologise = report_failures_with(bot)

    def said(self) -> list[str]:
        """What was sent."""
        return [call.text for call in self.session.calls if hasattr(call, "text")]


def message(chat_type: str = "private", language: str | None = "en", **more: Any) -> dict[str, Any]:
    """An update with a message of Ann's."""
    sender = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": language}
    chat = {"id": 7 if chat_type == "private" else -100, "type": chat_type}
    said = {"message_id": 3, "date": 1, "chat": chat, "from": sender, **more}
    return {"update_id": 11, "message": said}


HELP: dict[str, Any] = {
    "text": "/help",
    "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
}


@pytest.mark.parametrize(
    ("told", "spoken"),
    [
        ("ru", "ru"),
        ("ar", "ar"),
        ("pt-br", "pt-BR"),
        ("sw", "en"),
        ("ru-RU", "ru"),
        (None, "en"),
        ("", "en"),
    ],
)
async def test_everybody_is_answered_in_their_language(
    tmp_path: Path, told: str | None, spoken: str
) -> None:
    """That of their Telegram, else English; it is remembered for later."""
    desk = Desk(tmp_path)
    await desk.handle([message(language=told, **HELP)])
    assert translator(spoken)("bot.help.intro") in desk.said()[0]
    assert desk.guests.known == [(7, spoken)]


@pytest.mark.parametrize("chat_type", ["group", "supergroup", "channel"])
async def test_elsewhere_nobody_is_answered_or_known(tmp_path: Path, chat_type: str) -> None:
    """What is said among others is not looked at."""
    desk = Desk(tmp_path)
    await desk.handle([message(chat_type, **HELP)])
    await desk.apologise(message(chat_type, **HELP))
    assert desk.session.calls == []
    assert desk.guests.known == []


async def test_whoever_blocked_the_bot_is_no_error(tmp_path: Path) -> None:
    """It is noted without a name."""
    desk = Desk(tmp_path, BLOCKED)
    with capture_logs() as logged:
        await desk.handle([message(**HELP)])
    assert [line["event"] for line in logged] == ["blocked_by_user"]
    assert "Ann" not in str(logged)


async def test_failures_are_the_inboxs_to_try_again(tmp_path: Path) -> None:
    """They come out of the handler as they are."""
    with pytest.raises(TelegramServerError):
        await Desk(tmp_path, BROKEN).handle([message(**HELP)])


async def test_a_message_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    """Of a kind that came after this aiogram; its words are not in the log, only where it
    differs."""
    desk = Desk(tmp_path)
    unknown: dict[str, Any] = {
        "rich_message": {"blocks": [{"type": "from-the-future", "text": SECRET}]}
    }
    with capture_logs() as logged:
        await desk.handle([message(language="ru", text=SECRET, **unknown)])
    assert desk.said() == [translator("ru")("bot.ask.unsupported")]
    assert logged[0]["event"] == "update_malformed"
    assert "message.rich_message.blocks.0" in logged[0]["places"]
    assert SECRET not in json.dumps(logged)


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 11, "brand_new_kind": {"text": SECRET}},
        {"update_id": 11},
        {"update_id": 11, "message": SECRET},
        {"update_id": 11, "message": {"text": SECRET, "chat": {"id": "x", "type": "private"}}},
        {"update_id": 11, "callback_query": {"data": SECRET}},
        message("group", rich_message={"blocks": SECRET}),
    ],
)
async def test_what_is_not_known_is_passed_over(tmp_path: Path, update: dict[str, Any]) -> None:
    """Without a word to anybody, and without its words in the log."""
    desk = Desk(tmp_path)
    with capture_logs() as logged:
        await desk.handle([update])
        await desk.apologise(update)
    assert desk.session.calls == []
    assert SECRET not in json.dumps(logged)


async def test_of_an_album_what_can_be_read_is_handled(tmp_path: Path) -> None:
    """One broken part does not take the others with it."""
    desk = Desk(tmp_path)
    broken = message(video="none", media_group_id="a")
    whole = message(text="/xyzxy", media_group_id="a", entities=[
        {"type": "bot_command", "offset": 0, "length": 6}
    ])  # fmt: skip
    await desk.handle([broken, whole])
    assert desk.said() == [translator("en")("bot.ask.unknown_command")]


async def test_an_apology_is_in_their_language(tmp_path: Path) -> None:
    """What was given up is said to be so, once."""
    desk = Desk(tmp_path)
    await desk.apologise(message(language="ar", text=SECRET))
    (said,) = desk.said()
    assert translator("ar")("error.internal_error.title") in said
