"""Asks in the chat whether a person is old enough. The question waits in the inbox meanwhile."""

from functools import partial
from typing import Final, NoReturn

from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.inbox.updates import AGE, QuestionHeld
from backend.bot.sending.places import ChatPlace
from backend.errors import AgeUnknown, word_error
from backend.i18n import Translator

HELD_FOR: Final = "age"
"""What an update is held for, in place of a provider's id."""


def ask_age(
    bot: Bot, place: ChatPlace, error: AgeUnknown, t: Translator, heard: str | None
) -> NoReturn:
    """Hold the question, and ask for the age; `heard` is a voice message's text.

    Raises:
        QuestionHeld: always.
    """
    buttons = [
        [InlineKeyboardButton(text=t(f"app.age.{word}"), callback_data=AGE + word)]
        for word in ("yes", "no")
    ]
    words = "\n".join(word_error(error, t))
    keyboard = InlineKeyboardMarkup(inline_keyboard=buttons)
    ask = partial(bot.send_message, place.chat_id, words, reply_markup=keyboard, **place.in_thread)
    raise QuestionHeld(HELD_FOR, ask, heard)
