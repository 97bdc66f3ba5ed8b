"""Sending an answer: rich where Telegram takes it, plain where it does not, in as many messages
as it needs; the last one carries the button back to the conversation."""

from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions

from backend.bot.markdown import tame
from backend.bot.sending import patiently
from backend.bot.split import PLAIN_LIMIT, RICH_LIMIT, split
from backend.bot.views import Links, open_app_keyboard, rich
from backend.i18n import Translator

SECONDS = 20
"""How long one call may take."""

# A preview would fetch an address that the model wrote.
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


async def send_answer(
    bot: Bot, chat_id: int, t: Translator, links: Links, markdown: str, conversation_id: UUID
) -> None:
    """Send all of it. Errors of aiogram pass through once patience is at its end."""
    pieces = rich_pieces(markdown)
    keyboard = open_app_keyboard(t, links, conversation_id)
    for number, piece in enumerate(pieces, start=1):
        last = keyboard if number == len(pieces) else None
        try:
            await patiently(
                bot.send_rich_message,
                chat_id,
                rich_message=rich(t, piece),
                reply_markup=last,
                request_timeout=SECONDS,
            )
        except TelegramBadRequest:
            # Markdown that Telegram does not take is still an answer.
            await send_plain(bot, chat_id, piece, last)


def rich_pieces(markdown: str, limit: int = RICH_LIMIT) -> list[str]:
    """An answer's rich messages. Each is read for itself: what a cut has parted from its fence
    is no code any more, and is tamed too."""
    return [tame(piece) for piece in split(tame(markdown), limit)]


async def send_plain(
    bot: Bot, chat_id: int, text: str, keyboard: InlineKeyboardMarkup | None = None
) -> None:
    """Send text as it is: no markup is read in it, and no link in it is fetched."""
    pieces = split(text, PLAIN_LIMIT)
    for number, piece in enumerate(pieces, start=1):
        await patiently(
            bot.send_message,
            chat_id,
            piece,
            reply_markup=keyboard if number == len(pieces) else None,
            parse_mode=None,
            link_preview_options=_NO_PREVIEW,
            request_timeout=SECONDS,
        )
