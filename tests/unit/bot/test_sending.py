"""Sending: patience with what passes, plain text where rich text is refused, errors told apart."""

import asyncio
from typing import Any, cast
from uuid import UUID

import pytest
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import GetMe

from backend.bot.account.own_account import OwnAccount
from backend.bot.chats.chats import Chats
from backend.bot.ports.courier import ChatCourier
from backend.bot.ports.stars import TelegramStars
from backend.bot.sending import retries
from backend.bot.sending.messages import send_answer
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.views import Links, is_rtl, open_app_keyboard
from backend.errors import CourierGone, CourierRetry, StarsUnavailable
from backend.i18n import translator
from backend.schedules import Schedules
from backend.uuid7 import uuid7
from tests.unit.bot.telegram import (
    BAD,
    BLOCKED,
    BROKEN,
    GATEWAY,
    MESSAGE,
    ODD,
    OK,
    Scripted,
    bot_with,
    wait,
)

EN = translator("en")
LINKS = Links("https://tanya.example")
NETWORK = TelegramNetworkError(GetMe(), "Request timeout error")


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody really waits; what was waited for."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return waited


async def send(session: Scripted, text: str = "An answer.") -> None:
    """An answer to chat 1."""
    await send_answer(bot_with(session), ChatPlace(1), EN, text, open_app_keyboard(EN, LINKS))


@pytest.mark.parametrize("passing", [BROKEN, GATEWAY, ODD, NETWORK])
async def test_what_passes_is_tried_again(passing: Any, naps: list[float]) -> None:
    """A server error, a proxy's page, a strange answer, the network: each is waited out."""
    session = Scripted(passing, passing, MESSAGE)
    await send(session)
    assert session.names == ["sendMessage"] * 3
    assert naps == list(retries.RETRY_DELAYS[:2])


async def test_telegrams_wait_is_kept(naps: list[float]) -> None:
    """Exactly as long as it says."""
    session = Scripted(wait(7), wait(3), MESSAGE)
    await send(session)
    assert naps == [7, 3]


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([wait(61)], TelegramRetryAfter),
        ([wait(5)] * 4, TelegramRetryAfter),
        ([BROKEN] * 4, TelegramServerError),
        ([GATEWAY] * 4, ClientDecodeError),
        ([NETWORK] * 4, TelegramNetworkError),
        ([BLOCKED], TelegramForbiddenError),
        ([BAD], TelegramBadRequest),
    ],
)
async def test_patience_ends(answers: list[Any], error: type[Exception]) -> None:
    """A long wait, or a failure that stays, is the caller's to bear; a refusal at once."""
    session = Scripted(*answers)
    with pytest.raises(error):
        await send(session)
    assert session.answers == []


async def test_a_refused_rich_message_is_sent_as_text() -> None:
    """In pieces of a plain message's size, the button below the last, links unfetched."""
    text = "# Words\n\n" + "word " * 1500
    session = Scripted(BAD, MESSAGE, MESSAGE)
    await send(session, text)
    assert session.names == ["sendRichMessage", "sendMessage", "sendMessage"]
    first, last = session.calls[1:]
    assert (first.reply_markup, last.reply_markup is not None) == (None, True)  # type: ignore[attr-defined]
    assert all(call.link_preview_options.is_disabled for call in (first, last))  # type: ignore[attr-defined]
    assert [entity.type for entity in first.entities] == ["bold"]  # type: ignore[attr-defined]


async def test_refused_entities_are_left_out() -> None:
    """The words are what matters."""
    session = Scripted(BAD, MESSAGE)
    await send(session, "So **it** is")
    first, second = session.calls
    assert [entity.type for entity in first.entities] == ["bold"]  # type: ignore[attr-defined]
    assert (second.text, second.entities) == ("So it is", None)  # type: ignore[attr-defined]


class NoSchedules:
    """A person without any."""

    async def of_conversation(self, user_id: int, conversation_id: UUID) -> None:
        """There is none."""

    async def pause_all(self, user_id: int) -> None:
        """There is nothing to pause."""


NO_SCHEDULES = cast("Schedules", NoSchedules())


def courier_of(*answers: Any) -> ChatCourier:
    """A courier to whom Telegram answers this."""
    chats, account = cast("Chats", None), cast("OwnAccount", None)
    return ChatCourier(bot_with(Scripted(*answers)), LINKS, chats, NO_SCHEDULES, account)


@pytest.mark.parametrize(
    ("answers", "retry_after"),
    [([wait(90)], 90), ([BROKEN] * 4, 5), ([GATEWAY] * 4, 5), ([NETWORK] * 4, 5)],
)
async def test_the_courier_comes_again(answers: list[Any], retry_after: float) -> None:
    """After Telegram's own time, or a little later."""
    courier = courier_of(*answers)
    with pytest.raises(CourierRetry) as caught:
        await courier.deliver(1, "en", uuid7(), uuid7(), "Hello")
    assert caught.value.retry_after == retry_after


@pytest.mark.parametrize("answers", [[BLOCKED], [BAD]])
async def test_the_courier_gives_up_on_who_is_gone(answers: list[Any]) -> None:
    """Blocked, or a chat that there is not."""
    courier = courier_of(*answers)
    with pytest.raises(CourierGone):
        await courier.deliver(1, "en", uuid7(), uuid7(), "Hello")


@pytest.mark.parametrize("answer", [BROKEN, GATEWAY, ODD, NETWORK, wait(3)])
async def test_stars_may_be_away(answer: Any) -> None:
    """Whatever is no answer is one error for billing, which tries again."""
    with pytest.raises(StarsUnavailable):
        await TelegramStars(bot_with(Scripted(answer))).refund(1, "charge")
    await TelegramStars(bot_with(Scripted(OK))).refund(1, "charge")


@pytest.mark.parametrize(
    ("text", "language", "rtl"),
    [
        ("Hello", "ar", False),
        ("مرحبا", "en", True),
        ("مرحبا K2", "en", True),
        ("Say مرحبا to them", "ar", False),
        ("שלום", "en", True),
        ("8611", "ar", True),
        ("8611", "en", False),
        ("", "en", False),
    ],
)
def test_direction_is_that_of_most_letters(text: str, language: str, rtl: bool) -> None:
    """A text without letters follows the person's language."""
    assert is_rtl(text, translator(language)) is rtl
