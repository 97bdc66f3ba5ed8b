"""The console's messages: implements its ports `SupportChat`, `AlertChat` and `BroadcastChat`;
and how a request is named in the messages that operators reply to.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramRetryAfter,
)
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.account.client import make_bot
from backend.bot.sending.retries import with_retries
from backend.console import Told
from backend.errors import ChatClosed
from backend.i18n import Translator, translator
from backend.settings import Settings

CONFIRM, DECLINE = "operator:yes:", "operator:no:"
NEWS = "news:"
LanguageOf = Callable[[int], Awaitable[str]]

_REFERENCE: Final = re.compile(r"#r([0-9a-f]{32})\b")


class ChatSupport:
    """Writes to people in their language."""

    def __init__(self, bot: Bot, language_of: LanguageOf) -> None:
        self._bot = bot
        self._language_of = language_of

    async def answer(self, user_id: int, text: str) -> None:
        """See the console's port."""
        t = translator(await self._language_of(user_id))
        words = t("bot.paysupport.answer", text=text)
        await self._send(user_id, words)

    async def alert(self, user_id: int, code: str, about: str) -> None:
        """See the console's port `AlertChat`."""
        t = translator(await self._language_of(user_id))
        await self._send(user_id, t(f"bot.alert.{code}", about=about))

    async def preview(self, user_id: int, text: str) -> None:
        """See the console's port."""
        t = translator(await self._language_of(user_id))
        await self._send(user_id, text, broadcast_keyboard(t, wanted=True))

    async def decided(self, user_id: int, outcome: str, text: str) -> None:
        """See the console's port."""
        t = translator(await self._language_of(user_id))
        words = t(f"bot.moderation.{outcome}")
        await self._send(user_id, f"{words}\n\n{text}" if text else words)

    async def document(self, user_id: int, name: str, content: bytes) -> None:
        """See the console's port."""
        try:
            await with_retries(
                self._bot.send_document, user_id, BufferedInputFile(content, filename=name)
            )
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise ChatClosed from error

    async def confirm(self, user_id: int, confirmation_id: UUID, code: str, about: str) -> None:
        """See the console's port."""
        t = translator(await self._language_of(user_id))
        buttons = [
            InlineKeyboardButton(text=t(label), callback_data=data + confirmation_id.hex)
            for label, data in (("bot.confirm.yes", CONFIRM), ("bot.confirm.no", DECLINE))
        ]
        keyboard = InlineKeyboardMarkup(inline_keyboard=[buttons])
        await self._send(user_id, t(f"bot.confirm.{code}", about=about), keyboard)

    async def send_broadcast(self, user_id: int, text: str) -> Told:
        """See the console's port `BroadcastChat`: one try, since a second could arrive twice."""
        t = translator(await self._language_of(user_id))
        keyboard = broadcast_keyboard(t, wanted=True)
        try:
            await self._bot.send_message(user_id, text, parse_mode=None, reply_markup=keyboard)
        except TelegramRetryAfter:
            return "busy"
        except TelegramForbiddenError:
            return "closed"
        except AiogramError:
            return "failed"
        return "sent"

    async def _send(
        self, user_id: int, words: str, keyboard: InlineKeyboardMarkup | None = None
    ) -> None:
        try:
            send = self._bot.send_message
            await with_retries(send, user_id, words, parse_mode=None, reply_markup=keyboard)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise ChatClosed from error


@asynccontextmanager
async def open_support(settings: Settings, language_of: LanguageOf) -> AsyncIterator[ChatSupport]:
    """The same for a command line: closes its connection at the end."""
    async with make_bot(settings) as bot:
        yield ChatSupport(bot, language_of)


def broadcast_keyboard(t: Translator, *, wanted: bool) -> InlineKeyboardMarkup:
    """The button below a broadcast: the other of what a person has chosen."""
    label, data = ("bot.broadcast.off", "off") if wanted else ("bot.broadcast.on", "on")
    button = InlineKeyboardButton(text=t(label), callback_data=NEWS + data)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def reference_of(request_id: UUID) -> str:
    """How a request is named in a message to operators. It is random, so that nobody can make up
    the name of another's."""
    return f"#r{request_id.hex}"


def request_in(text: str) -> UUID | None:
    """The request that a message to an operator names."""
    found = _REFERENCE.search(text)
    return UUID(found[1]) if found else None
