"""Sending an answer: rich where Telegram takes it, plain where it does not, in as many messages
as it needs; the last one carries the button back to the conversation."""

from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from backend.bot.split import PLAIN_LIMIT, RICH_LIMIT, split
from backend.bot.views import Links, open_app_keyboard, rich, without_images
from backend.i18n import Translator


async def send_answer(
    bot: Bot, chat_id: int, t: Translator, links: Links, markdown: str, conversation_id: UUID
) -> None:
    """Send all of it. Errors of aiogram pass through."""
    pieces = split(without_images(markdown), RICH_LIMIT)
    keyboard = open_app_keyboard(t, links, conversation_id)
    for number, piece in enumerate(pieces, start=1):
        last = keyboard if number == len(pieces) else None
        try:
            await bot.send_rich_message(chat_id, rich_message=rich(t, piece), reply_markup=last)
        except TelegramBadRequest:
            # Markdown that Telegram does not take is still an answer.
            await _send_plain(bot, chat_id, piece, last)


async def _send_plain(
    bot: Bot, chat_id: int, text: str, keyboard: InlineKeyboardMarkup | None
) -> None:
    pieces = split(text, PLAIN_LIMIT)
    for number, piece in enumerate(pieces, start=1):
        last = keyboard if number == len(pieces) else None
        await bot.send_message(chat_id, piece, reply_markup=last, parse_mode=None)
