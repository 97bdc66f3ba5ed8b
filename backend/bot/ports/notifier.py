"""Billing's notices as messages in the chat: implements billing's port `Notifier`."""

from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.exceptions import TelegramRetryAfter as RetryAfter

from backend.billing import Notice, gift_link, notice_text
from backend.bot.sending.views import Links, open_app_keyboard
from backend.errors import StarsRefused, StarsUnavailable
from backend.i18n import translator

LanguageOf = Callable[[int], Awaitable[str]]


class ChatNotifier:
    """Writes to people in their language."""

    def __init__(self, bot: Bot, links: Links, language_of: LanguageOf) -> None:
        self._bot = bot
        self._links = links
        self._language_of = language_of

    async def send(self, notice: Notice) -> None:
        """See billing's port."""
        t = translator(await self._language_of(notice.user_id))
        keyboard = open_app_keyboard(t, self._links)
        try:
            name = (await self._bot.me()).username or ""
            text = notice_text(notice, t, lambda code: gift_link(name, code))
            await self._bot.send_message(notice.user_id, text, reply_markup=keyboard)
        except RetryAfter as error:
            raise StarsUnavailable(retry_after=error.retry_after) from error
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise StarsRefused(reason=error.message) from error
        except AiogramError as error:
            raise StarsUnavailable(retry_after=2) from error
