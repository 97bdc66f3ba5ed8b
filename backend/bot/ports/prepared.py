"""Messages that a person sends on from the Mini App: implements conversations' `MessagePreparer`
(core.telegram.org/bots/api#savepreparedinlinemessage)."""

import asyncio
from typing import TypeAlias
from uuid import uuid4

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import InlineQueryResultArticle, InlineQueryResultPhoto

from backend.bot.sending.results import answer_result
from backend.bot.sending.retries import with_retries
from backend.errors import NotSentOn, TelegramUnreachable
from backend.i18n import translator

Result: TypeAlias = InlineQueryResultArticle | InlineQueryResultPhoto


class TelegramMessagePreparer:
    """Prepares by the bot."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def prepare(self, user_id: int, language: str, markdown: str) -> str:
        """See conversations' port. Of a text that is too long for one message it is the first
        part: a person sends one message."""
        t = translator(language)
        result = await asyncio.to_thread(answer_result, uuid4().hex, markdown, t)
        return await self._save(user_id, result)

    async def prepare_picture(self, user_id: int, url: str, width: int, height: int) -> str:
        """See conversations' port."""
        result = InlineQueryResultPhoto(
            id=uuid4().hex,
            photo_url=url,
            thumbnail_url=url,
            photo_width=width or None,
            photo_height=height or None,
        )
        return await self._save(user_id, result)

    async def _save(self, user_id: int, result: Result) -> str:
        try:
            made = await with_retries(
                self._bot.save_prepared_inline_message,
                user_id,
                result,
                allow_user_chats=True,
                allow_group_chats=True,
                allow_channel_chats=True,
            )
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            raise NotSentOn from error
        except AiogramError as error:
            raise TelegramUnreachable(reason=type(error).__name__) from error
        return made.id
