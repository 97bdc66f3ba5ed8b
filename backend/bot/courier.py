"""Brings answers that nobody watched to the chat: implements generation's `AnswerCourier`."""

from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.exceptions import TelegramRetryAfter as RetryAfter

from backend.bot.messages import send_answer
from backend.bot.views import Links
from backend.errors import CourierGone, CourierRetry
from backend.i18n import translator

PAUSE_SECONDS = 5


class ChatCourier:
    """Sends by the bot."""

    def __init__(self, bot: Bot, links: Links) -> None:
        self._bot = bot
        self._links = links

    async def deliver(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, markdown: str
    ) -> None:
        """See generation's port."""
        t = translator(language)
        try:
            await send_answer(self._bot, user_id, t, self._links, markdown, conversation_id)
        except RetryAfter as error:
            raise CourierRetry(retry_after=error.retry_after) from error
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise CourierGone() from error
        except AiogramError as error:
            raise CourierRetry(retry_after=PAUSE_SECONDS) from error
