"""The console's messages: implements its ports `SupportChat` and `AlertChat`; and how a request is
named in the messages that operators reply to.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from backend.bot.account.client import make_bot
from backend.bot.sending.retries import with_retries
from backend.errors import ChatClosed
from backend.i18n import translator
from backend.settings import Settings

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

    async def _send(self, user_id: int, words: str) -> None:
        try:
            await with_retries(self._bot.send_message, user_id, words, parse_mode=None)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise ChatClosed from error


@asynccontextmanager
async def open_support(settings: Settings, language_of: LanguageOf) -> AsyncIterator[ChatSupport]:
    """The same for a command line: closes its connection at the end."""
    async with make_bot(settings) as bot:
        yield ChatSupport(bot, language_of)


def reference_of(request_id: UUID) -> str:
    """How a request is named in a message to operators. It is random, so that nobody can make up
    the name of another's."""
    return f"#r{request_id.hex}"


def request_in(text: str) -> UUID | None:
    """The request that a message to an operator names."""
    found = _REFERENCE.search(text)
    return UUID(found[1]) if found else None
