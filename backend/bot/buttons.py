"""What belongs to every press of a button: its spinner is stopped, and it can be used up.

A press may come twice, or when nobody waits for its spinner any more; it counts all the same.
"""

from contextlib import suppress

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message

LONGEST = 200
"""Characters of a callback's answer (core.telegram.org/bots/api#answercallbackquery)."""
TOO_LATE = "query is too old"


async def acknowledge(
    query: CallbackQuery, text: str | None = None, *, alert: bool = False
) -> None:
    """Stop the spinner, with words if there are any; if Telegram waited too long, without."""
    try:
        await query.answer(text[:LONGEST] if text else None, show_alert=alert or None)
    except TelegramBadRequest as error:
        if TOO_LATE not in error.message:
            raise


async def use_up(query: CallbackQuery) -> None:
    """Take the buttons away, unless they or their message are gone already."""
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):
            await query.message.edit_reply_markup(reply_markup=None)
