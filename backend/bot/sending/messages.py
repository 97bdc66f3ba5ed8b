"""Sending an answer in as many messages as it needs; the last one carries the button back to the
conversation. A message that Telegram refuses in one form is sent in the next simpler one: rich
blocks, text with entities, plain text."""

import asyncio
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup, InputRichMessage, LinkPreviewOptions, MessageEntity
from msgspec import Struct

from backend.bot.formatting import Document, is_short, read_markdown, split_document, to_text
from backend.bot.formatting.split import PLAIN_LIMIT, RICH_LIMIT, split
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.retries import with_retries
from backend.bot.sending.views import is_rtl, rich
from backend.i18n import Translator

SECONDS = 20
"""Timeout of one call, in seconds."""

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
"""A preview would fetch an address that the model wrote."""

Keyboard = InlineKeyboardMarkup | None


class _Sending(Struct, frozen=True):
    """Where one message goes, and whether it is the one that replies."""

    place: ChatPlace
    reply: bool

    @property
    def where(self) -> dict[str, Any]:
        to = self.place.answering() if self.reply else self.place.in_thread
        return {"chat_id": self.place.chat_id, **to}


async def send_answer(
    bot: Bot, place: ChatPlace, t: Translator, markdown: str, keyboard: Keyboard
) -> list[int]:
    """Send all of an answer, the keyboard below its end; the numbers of its messages in the chat.

    Raises:
        AiogramError: as `with_retries` does.
    """
    # In a thread: reading a long answer would block the event loop.
    messages = await asyncio.to_thread(answer_messages, markdown)
    sent: list[int] = []
    for number, document in enumerate(messages, start=1):
        last = keyboard if number == len(messages) else None
        at = _Sending(place, reply=number == 1)
        if len(messages) == 1 and is_short(document) and not is_rtl(markdown, t):
            sent += await _send_text(bot, at, document, last)
        else:
            message = await asyncio.to_thread(rich, document, rtl=is_rtl(markdown, t))
            sent += await _send_rich(bot, at, message, document, last)
    return sent


def answer_messages(markdown: str) -> list[Document]:
    """An answer cut into documents that each fit into a rich message."""
    return split_document(read_markdown(markdown), RICH_LIMIT)


async def send_plain(bot: Bot, place: ChatPlace, text: str, keyboard: Keyboard = None) -> int:
    """Send text as it is: no markup is read in it, and no link in it is fetched. Returns the number
    of its last message."""
    pieces, sent = split(text, PLAIN_LIMIT), 0
    for number, piece in enumerate(pieces, start=1):
        at = _Sending(place, reply=number == 1)
        sent = await _send(bot, at, piece, [], keyboard if number == len(pieces) else None)
    return sent


async def _send_rich(
    bot: Bot, at: _Sending, message: InputRichMessage, document: Document, keyboard: Keyboard
) -> list[int]:
    try:
        sent = await with_retries(
            bot.send_rich_message,
            **at.where,
            rich_message=message,
            reply_markup=keyboard,
            request_timeout=SECONDS,
        )
    except TelegramBadRequest:
        parts = split_document(document, PLAIN_LIMIT)
        numbers: list[int] = []
        for number, part in enumerate(parts, start=1):
            last = keyboard if number == len(parts) else None
            numbers += await _send_text(bot, at, part, last)
        return numbers
    return [sent.message_id]


async def _send_text(bot: Bot, at: _Sending, document: Document, keyboard: Keyboard) -> list[int]:
    text, entities = to_text(document)
    try:
        return [await _send(bot, at, text, entities, keyboard)]
    except TelegramBadRequest:
        if not entities:
            raise
        return [await _send(bot, at, text, [], keyboard)]


async def _send(
    bot: Bot, at: _Sending, text: str, entities: list[MessageEntity], keyboard: Keyboard
) -> int:
    sent = await with_retries(
        bot.send_message,
        **at.where,
        text=text,
        entities=entities or None,
        reply_markup=keyboard,
        parse_mode=None,
        link_preview_options=NO_PREVIEW,
        request_timeout=SECONDS,
    )
    return sent.message_id
