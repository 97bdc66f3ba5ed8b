"""Delivers unwatched answers to the chat: implements generation's `AnswerCourier`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.exceptions import TelegramRetryAfter as RetryAfter

from backend.bot.account.own_account import OwnAccount
from backend.bot.answering.answer_buttons import answer_buttons, take_buttons
from backend.bot.answering.shown_cards import send_quiz
from backend.bot.cards.checklists import has_tasks
from backend.bot.cards.quizzes import QuizQuestion, read_quiz
from backend.bot.chats.chats import Chats
from backend.bot.sending.messages import send_answer, send_plain
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.views import Links, appeal_keyboard
from backend.errors import CourierGone, CourierRetry, word_code
from backend.i18n import translator
from backend.schedules import Schedules

PAUSE_SECONDS = 5


class ChatCourier:
    """Sends by the bot."""

    def __init__(
        self, bot: Bot, links: Links, chats: Chats, schedules: Schedules, account: OwnAccount
    ) -> None:
        self._chats = chats
        self._account = account
        self._schedules = schedules
        self._bot = bot
        self._links = links

    async def deliver(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, markdown: str
    ) -> None:
        """See generation's port."""
        t, place = translator(language), ChatPlace(user_id)
        async with self._told(user_id):
            schedule = await self._schedules.of_conversation(user_id, conversation_id)
            ticks = has_tasks(markdown)
            quiz = await self._quiz(markdown) if ticks and schedule is None else None
            if quiz is not None:
                card = await send_quiz(self._bot, place, message_id, quiz, t, self._account)
                numbers = [card]
            else:
                keyboard = answer_buttons(
                    message_id, conversation_id, t, self._links, pauses=schedule, ticks=ticks
                )
                numbers = await send_answer(self._bot, place, t, markdown, keyboard)
        before = await self._chats.note_answer(
            place, numbers, conversation_id, message_id, keeps_buttons=quiz is not None
        )
        await take_buttons(self._bot, place, before)

    async def _quiz(self, markdown: str) -> list[QuizQuestion] | None:
        return await asyncio.to_thread(read_quiz, markdown)

    async def tell_refused(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, code: str
    ) -> None:
        """See generation's port."""
        t, place = translator(language), ChatPlace(user_id)
        title, detail = word_code(code, t)
        words = t("bot.ask.failed", title=title, detail=detail)
        async with self._told(user_id):
            await send_plain(self._bot, place, words, appeal_keyboard(message_id, t))

    @asynccontextmanager
    async def _told(self, user_id: int) -> AsyncIterator[None]:
        """Raises as the port says; a person who blocks the bot is asked nothing more for."""
        try:
            yield
        except RetryAfter as error:
            raise CourierRetry(retry_after=error.retry_after) from error
        except TelegramForbiddenError as error:
            await self._schedules.pause_all(user_id)
            raise CourierGone() from error
        except TelegramBadRequest as error:
            raise CourierGone() from error
        except AiogramError as error:
            raise CourierRetry(retry_after=PAUSE_SECONDS) from error
