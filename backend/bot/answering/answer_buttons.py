"""The buttons under an answer and their callback data. "More" replaces the first buttons; a newer
answer removes them."""

from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Final
from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from backend.bot.inbox.updates import ASK_AGAIN
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.views import Links
from backend.i18n import Translator
from backend.llm import Model

SHOW: Final = "answer:"
"""Data of buttons that are handled at once; those with `ASK_AGAIN` ask a model and wait their
turn."""
PAUSE: Final = "schedule:pause:"
"""Data of the button that pauses a schedule, before its id."""
SHORT_ID = 6
"""Hexadecimal digits that identify a model, since callback data has 64 bytes."""


def answer_buttons(
    message_id: UUID,
    conversation_id: UUID,
    t: Translator,
    links: Links,
    *,
    goes_on: bool = False,
    pauses: UUID | None = None,
    listens: bool = False,
    ticks: bool = False,
) -> InlineKeyboardMarkup:
    """The buttons under a new answer; `goes_on` if it was cut short and can be continued, `pauses`
    is the schedule that asked; `listens` if the question was spoken, so that the answer may be;
    `ticks` if it has tasks."""
    first = ("continue", ASK_AGAIN) if goes_on else ("again", ASK_AGAIN)
    rows = [[_button(name, kind, message_id, t) for name, kind in (first, ("more", SHOW))]]
    if listens:
        rows.append([_button("listen", ASK_AGAIN, message_id, t)])
    if ticks:
        rows.append([_button("tick", SHOW, message_id, t)])
    if pauses:
        rows.append([_data_button(t("bot.schedule.pause"), f"{PAUSE}{pauses.hex}")])
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_open(conversation_id, t, links)]])


def more_buttons(
    message_id: UUID,
    conversation_id: UUID,
    t: Translator,
    links: Links,
    *,
    sources: bool,
    goes_on: bool = False,
) -> InlineKeyboardMarkup:
    """All buttons; `sources` if the answer has some, `goes_on` as in `answer_buttons`."""
    names = [
        *([("continue", ASK_AGAIN)] if goes_on else []),
        ("again", ASK_AGAIN),
        ("models", SHOW),
        ("shorter", ASK_AGAIN),
        ("longer", ASK_AGAIN),
        *([("sources", SHOW)] if sources else []),
        ("check", ASK_AGAIN),
        ("listen", ASK_AGAIN),
        ("less", SHOW),
    ]
    buttons = [_button(name, kind, message_id, t) for name, kind in names]
    rows = [buttons[start : start + 2] for start in range(0, len(buttons), 2)]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_open(conversation_id, t, links)]])


def model_buttons(message_id: UUID, models: Sequence[Model], t: Translator) -> InlineKeyboardMarkup:
    """The models that can be asked instead."""
    rows = [
        [_data_button(one.name, f"{ASK_AGAIN}{short_id(one)}:{message_id.hex}")] for one in models
    ]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [_button("less", SHOW, message_id, t)]])


def read_button(data: str) -> tuple[str, UUID] | None:
    """Parse a button's data: its action and the id of the answer. None for other data, which any
    client can send."""
    try:
        _, action, message_id = data.split(":")
        return action, UUID(hex=message_id)
    except ValueError:
        return None


def short_id(model: Model) -> str:
    """Identifies a model in a button's data."""
    return sha256(model.id.encode()).hexdigest()[:SHORT_ID]


async def take_buttons(bot: Bot, place: ChatPlace, number: int | None) -> None:
    """Remove the buttons from the message with this number, if it still has them."""
    if number is not None:
        with suppress(TelegramBadRequest):
            await bot.edit_message_reply_markup(
                chat_id=place.chat_id, message_id=number, reply_markup=None
            )


def _button(name: str, kind: str, message_id: UUID, t: Translator) -> InlineKeyboardButton:
    return _data_button(t(f"bot.answer.{name}"), f"{kind}{name}:{message_id.hex}")


def _data_button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data)


def _open(conversation_id: UUID, t: Translator, links: Links) -> InlineKeyboardButton:
    app = WebAppInfo(url=links.app(conversation_id))
    return InlineKeyboardButton(text=t("bot.button.open_conversation"), web_app=app)
