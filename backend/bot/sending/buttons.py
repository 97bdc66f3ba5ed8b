"""Callback queries: stopping the spinner, and removing used buttons.

A press may arrive twice, or after its spinner has stopped; it is handled anyway.
"""

from contextlib import suppress
from uuid import UUID

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.errors import NotFound

LONGEST = 200
"""Characters of a callback's answer (core.telegram.org/bots/api#answercallbackquery)."""
TOO_LATE = "query is too old"


def read_id(text: str) -> UUID:
    """An id in a button's data.

    Raises:
        NotFound: it is none; any client can send other data than its buttons have.
    """
    try:
        return UUID(hex=text)
    except ValueError:
        raise NotFound from None


async def acknowledge(
    query: CallbackQuery, text: str | None = None, *, alert: bool = False
) -> None:
    """Stop the spinner, with text if there is any; without, if Telegram waited too long."""
    try:
        await query.answer(text[:LONGEST] if text else None, show_alert=alert or None)
    except TelegramBadRequest as error:
        if TOO_LATE not in error.message:
            raise


async def show_buttons(query: CallbackQuery, keyboard: InlineKeyboardMarkup) -> None:
    """Show other buttons in their place, unless they or their message are gone."""
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # pressed twice, nothing changes; or it is gone
            await query.message.edit_reply_markup(reply_markup=keyboard)


async def use_up(query: CallbackQuery) -> None:
    """Remove the buttons, unless they or their message are gone."""
    message = query.message
    if not isinstance(message, Message) or message.bot is None:
        return
    with suppress(TelegramBadRequest):
        if message.ephemeral_message_id is not None:  # seen by this person alone
            shown = message.chat.id, query.from_user.id, message.ephemeral_message_id
            await message.bot.delete_ephemeral_message(*shown)
        else:
            await message.edit_reply_markup(reply_markup=None)
