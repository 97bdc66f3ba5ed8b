"""Telegram for `tanya prove`: the few methods that it calls, and what they say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from aiogram import Bot
from aiogram.exceptions import AiogramError
from msgspec import Struct

from backend.bot.account.client import make_bot
from backend.bot.inbox.webhook import WEBHOOK_PATH
from backend.bot.ports.stars import TelegramStars
from backend.errors import BotSetupFailed
from backend.settings import Settings


class WebhookSeen(Struct, frozen=True):
    """Where Telegram brings updates: whether `here`, how many wait, and its last error there."""

    here: bool
    waiting: int
    error_at: datetime | None
    error: str


class ProvingChat:
    """The bot as a run of proof uses it. Each method raises BotSetupFailed, naming the kind of
    error, where Telegram refuses or is not reached."""

    def __init__(self, bot: Bot, settings: Settings) -> None:
        self._bot = bot
        self._settings = settings
        self.stars = TelegramStars(bot)

    async def username(self) -> str:
        """The bot's @name, without the sign."""
        async with _told():
            return (await self._bot.get_me()).username or ""

    async def webhook(self) -> WebhookSeen:
        """What Telegram says of the webhook."""
        async with _told():
            info = await self._bot.get_webhook_info()
        here = info.url == self._settings.public_url + WEBHOOK_PATH
        words = info.last_error_message or ""
        return WebhookSeen(here, info.pending_update_count, info.last_error_date, words)

    async def draft(self, user_id: int, draft_id: int, text: str) -> bool:
        """Whether Telegram takes a draft."""
        async with _told():
            return await self._bot.send_message_draft(user_id, draft_id, text=text, can_stop=True)

    async def say(self, user_id: int, text: str) -> None:
        """A message, as it is."""
        async with _told():
            await self._bot.send_message(user_id, text, parse_mode=None)


@asynccontextmanager
async def open_proving_chat(settings: Settings) -> AsyncIterator[ProvingChat]:
    """Closes its connection at the end."""
    async with make_bot(settings) as bot:
        yield ProvingChat(bot, settings)


@asynccontextmanager
async def _told() -> AsyncIterator[None]:
    try:
        yield
    except AiogramError as error:
        raise BotSetupFailed(reason=type(error).__name__) from error
