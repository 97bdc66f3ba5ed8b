"""aiogram's dispatcher with Tanya's handlers: language and context are given to each by name."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import Chat, Message, TelegramObject, Update, User
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from backend.bot.commands import routers
from backend.bot.context import BotContext
from backend.i18n import Translator, translator

log = structlog.get_logger("tanya.bot")

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
Raw = dict[str, Any]


class MindTheBlocked(BaseMiddleware):
    """Somebody who has blocked the bot is not an error."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler."""
        try:
            return await handler(event, data)
        except TelegramForbiddenError:
            log.info("blocked_by_user")
        return None


class SpeakTheirLanguage(BaseMiddleware):
    """Gives handlers `t`, the translator for the language of the person's Telegram."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler."""
        user: User | None = data.get("event_from_user")
        data["t"] = translator((user.language_code if user else None) or "en")
        return await handler(event, data)


class OnlyInPrivate(BaseMiddleware):
    """What is said in groups and channels is neither answered nor looked at."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler."""
        chat: Chat | None = data.get("event_chat")
        assert isinstance(event, Update)
        if chat is None or chat.type == ChatType.PRIVATE or event.my_chat_member is not None:
            return await handler(event, data)
        return None


class KnowThem(BaseMiddleware):
    """Whoever writes is known from then on, with the language to write to them in."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler of messages."""
        context: BotContext = data["context"]
        t: Translator = data["t"]
        assert isinstance(event, Message)
        await context.chats.greet(event.chat.id, t.language)
        return await handler(event, data)


def make_dispatcher(context: BotContext) -> Dispatcher:
    """A dispatcher with all handlers, ready to be fed."""
    dispatcher = Dispatcher(context=context, disable_fsm=True)
    dispatcher.update.outer_middleware(MindTheBlocked())
    dispatcher.update.outer_middleware(OnlyInPrivate())
    dispatcher.update.outer_middleware(SpeakTheirLanguage())
    dispatcher.message.outer_middleware(KnowThem())
    dispatcher.include_routers(*routers())
    return dispatcher


def handle_with(dispatcher: Dispatcher, bot: Bot) -> Callable[[list[Raw]], Awaitable[None]]:
    """What the inbox calls with each raw update, or with all those that belong together;
    handlers get their messages as `parts`."""

    async def handle(updates: list[Raw]) -> None:
        parsed = [found for update in updates if (found := read(update, bot)) is not None]
        if not parsed:
            await _tell_unread(updates[0], bot)
        else:
            parts = [update.message for update in parsed if update.message is not None]
            await dispatcher.feed_update(bot, parsed[0], parts=parts)

    return handle


def read(update: Raw, bot: Bot) -> Update | None:
    """The update as aiogram knows it. One that it does not know is passed over: trying again
    would not help, and its text must not get into the log, where aiogram would quote it."""
    try:
        parsed = Update.model_validate(update, context={"bot": bot})
        _ = parsed.event_type
    except ValidationError as error:
        places = sorted({".".join(map(str, found["loc"])) for found in error.errors()})
        log.warning("update_malformed", update_id=update["update_id"], places=places)
        return None
    except UpdateTypeLookupError:
        log.info("update_of_unknown_kind", update_id=update["update_id"])
        return None
    return parsed


async def _tell_unread(update: Raw, bot: Bot) -> None:
    """A message of a kind that came after this aiogram is passed over, but not in silence."""
    match update:
        case {"message": {"chat": {"id": int(chat), "type": "private"}, "from": {**sender}}}:
            words = translator(str(sender.get("language_code") or "en"))("bot.ask.unsupported")
            with suppress(TelegramForbiddenError):
                await bot.send_message(chat, words)


def apologise_with(bot: Bot) -> Callable[[Raw], Awaitable[None]]:
    """What the inbox calls with an update that it gives up: silence would be worse."""

    async def apologise(update: Raw) -> None:
        parsed = read(update, bot)
        message = parsed.message if parsed else None
        if message is None or message.chat.type != ChatType.PRIVATE or message.from_user is None:
            return
        t = translator(message.from_user.language_code or "en")
        words = (t(f"error.internal_error.{part}") for part in ("title", "detail"))
        await bot.send_message(message.chat.id, "\n".join(words), parse_mode=None)

    return apologise
