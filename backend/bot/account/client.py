"""aiogram's Bot: at Telegram, its test environment, a server of one's own, or the emulator."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TEST, TelegramAPIServer

from backend.settings import EMULATOR_API_PATH, Settings


def make_bot(settings: Settings) -> Bot:
    """A Bot for these settings; close its session when done."""
    return Bot(settings.bot_token, session=AiohttpSession(api=_server(settings)))


def _server(settings: Settings) -> TelegramAPIServer:
    if settings.local:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        return TelegramAPIServer.from_base(f"http://{host}:{settings.port}{EMULATOR_API_PATH}")
    if settings.telegram_api_url:
        return TelegramAPIServer.from_base(settings.telegram_api_url)
    return TEST if settings.telegram_test_env else PRODUCTION
