"""aiogram's dispatcher with Tanya's handlers: language and context are given to each by name."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import TelegramObject, User

from backend.bot.commands import routers
from backend.bot.context import BotContext
from backend.i18n import translator

log = structlog.get_logger("tanya.bot")

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class SpeakTheirLanguage(BaseMiddleware):
    """Gives handlers `t`, the translator for the language of the person's Telegram."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Called by aiogram around every handler."""
        user: User | None = data.get("event_from_user")
        data["t"] = translator((user.language_code if user else None) or "en")
        return await handler(event, data)


class MindTheBlocked(BaseMiddleware):
    """Somebody who has blocked the bot is not an error: there is nobody to tell."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Called by aiogram around every handler."""
        try:
            return await handler(event, data)
        except TelegramForbiddenError:
            log.info("blocked_by_user")
            return None


def make_dispatcher(context: BotContext) -> Dispatcher:
    """A dispatcher with all handlers, ready to be fed."""
    dispatcher = Dispatcher(context=context, disable_fsm=True)
    dispatcher.update.outer_middleware(MindTheBlocked())
    dispatcher.update.outer_middleware(SpeakTheirLanguage())
    dispatcher.include_routers(*routers())
    return dispatcher


def handle_with(dispatcher: Dispatcher, bot: Bot) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """What the inbox calls with each raw update."""

    async def handle(update: dict[str, Any]) -> None:
        await dispatcher.feed_raw_update(bot, update)

    return handle
