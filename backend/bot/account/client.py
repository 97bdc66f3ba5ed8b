"""aiogram's Bot: at Telegram, its test environment, a server of one's own, or the emulator."""

from functools import cache
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TEST, TelegramAPIServer
from aiogram.methods import Response, TelegramMethod

from backend.settings import EMULATOR_API_PATH, Settings


def make_bot(settings: Settings) -> Bot:
    """A Bot for these settings; close its session when done."""
    return Bot(settings.bot_token, session=_Session(api=_server(settings)))


class _Session(AiohttpSession):
    """Keeps the models of responses: pydantic holds them weakly, so that after each garbage
    collection aiogram would build again what the next call returns (60 ms for a message)."""

    def check_response(
        self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str
    ) -> Response[Any]:
        """See BaseSession."""
        response_model(method.__returning__)
        return super().check_response(bot, method, status_code, content)


@cache
def response_model(returned: Any) -> type[Response[Any]]:
    """The model of a response that returns this; the same one for ever."""
    return Response[returned]


def _server(settings: Settings) -> TelegramAPIServer:
    if settings.local:
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
        return TelegramAPIServer.from_base(f"http://{host}:{settings.port}{EMULATOR_API_PATH}")
    if settings.telegram_api_url:
        return TelegramAPIServer.from_base(settings.telegram_api_url)
    return TEST if settings.telegram_test_env else PRODUCTION
