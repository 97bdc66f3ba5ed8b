"""aiogram's dispatcher with Tanya's handlers; language and context are injected by name."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher, F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject, Update, User
from aiogram.types.update import UpdateTypeLookupError
from pydantic import ValidationError

from backend.bot.cards.widget_calls import read_widget_tap
from backend.bot.context import BotContext
from backend.bot.handlers import group_routers, routers
from backend.bot.handlers.cards import answer_widget
from backend.bot.inbox.questions import in_groups
from backend.bot.inbox.updates import choice_of
from backend.errors import ErasureUnderWay, NotOfferedHere, TanyaError, UserNotFound, word_error
from backend.features import check_offered
from backend.i18n import Translator, translator

log = structlog.get_logger("tanya.bot")

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
Raw = dict[str, Any]
RIGHTS = ("export", "erase", "privacy", "terms", "paysupport", "payments", "premium", "appeal")
"""Commands that are always available, and prefixes of their buttons' data."""


class BlockedUserMiddleware(BaseMiddleware):
    """Ignores errors from people who have blocked the bot."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler."""
        try:
            return await handler(event, data)
        except TelegramForbiddenError:
            log.info("blocked_by_user")
        return None


class LanguageMiddleware(BaseMiddleware):
    """Gives handlers `t`, the translator for the language of the person's Telegram."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler."""
        user: User | None = data.get("event_from_user")
        data["t"] = translator((user.language_code if user else None) or "en")
        return await handler(event, data)


class PrivateChatMiddleware(BaseMiddleware):
    """Ignores channels, except for mentions that Telegram delivers in guest mode."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler."""
        chat: Chat | None = data.get("event_chat")
        assert isinstance(event, Update)
        meant = event.my_chat_member is not None or event.guest_message is not None
        if chat is None or chat.type != ChatType.CHANNEL or meant:
            return await handler(event, data)
        return None


class OfferedMiddleware(BaseMiddleware):
    """Answers nobody whose language the service is not offered in, except for payments and people's
    rights: export, erasure, legal texts, help with payments."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler."""
        context: BotContext = data["context"]
        user: User | None = data.get("event_from_user")
        assert isinstance(event, Update)
        try:
            check_offered(context.settings, language=user.language_code if user else None)
        except NotOfferedHere as error:
            if not _is_a_right(event):
                await _tell_not_offered(event, error, data["t"])
                return None
        return await handler(event, data)


class KnownUserMiddleware(BaseMiddleware):
    """Records the sender and their language, unless they are being erased."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler of messages."""
        context: BotContext = data["context"]
        t: Translator = data["t"]
        assert isinstance(event, Message)
        if event.chat.type != ChatType.PRIVATE:
            return await handler(event, data)
        erasure = await context.erasures.standing(event.chat.id)
        if erasure is not None and erasure.state == "erasing":
            words = word_error(ErasureUnderWay(), t)
            await event.answer("\n".join(words), parse_mode=None)
            return None
        data["t"] = translator(await context.chats.greet_sender(event, t.language))
        return await handler(event, data)


class ChosenLanguageMiddleware(BaseMiddleware):
    """Answers presses in the language that the person chose, if they did."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: Raw) -> Any:
        """Called by aiogram around every handler of buttons."""
        context: BotContext = data["context"]
        assert isinstance(event, CallbackQuery)
        with suppress(UserNotFound):
            chosen = (await context.account.profile(event.from_user.id)).chosen_language
            data["t"] = translator(chosen) if chosen else data["t"]
        return await handler(event, data)


def make_dispatcher(context: BotContext) -> Dispatcher:
    """A dispatcher with all handlers, ready to be fed."""
    dispatcher = Dispatcher(context=context, disable_fsm=True)
    dispatcher.update.outer_middleware(BlockedUserMiddleware())
    dispatcher.update.outer_middleware(PrivateChatMiddleware())
    dispatcher.update.outer_middleware(LanguageMiddleware())
    dispatcher.update.outer_middleware(OfferedMiddleware())
    dispatcher.message.outer_middleware(KnownUserMiddleware())
    dispatcher.edited_message.outer_middleware(KnownUserMiddleware())
    dispatcher.callback_query.outer_middleware(ChosenLanguageMiddleware())
    private = Router(name="private")
    for observer in (private.message, private.edited_message):
        observer.filter(F.chat.type == ChatType.PRIVATE)
    private.include_routers(*routers(context.features))
    dispatcher.include_routers(*group_routers(context.features), private)
    return dispatcher


def _is_a_right(update: Update) -> bool:
    """Payments, leaving a group, and the commands above, with the buttons that belong to them."""
    message, press = update.message, update.callback_query
    if message is not None:
        command = (message.text or "").removeprefix("/").split(" ")[0].partition("@")[0].lower()
        return command in RIGHTS or message.successful_payment is not None
    if press is not None:
        return (press.data or "").startswith(RIGHTS)
    asked = (update.inline_query, update.chosen_inline_result, update.guest_message)
    return all(one is None for one in asked)


async def _tell_not_offered(update: Update, error: NotOfferedHere, t: Translator) -> None:
    words = "\n".join(word_error(error, t))
    if update.message is not None and update.message.chat.type == ChatType.PRIVATE:
        await update.message.answer(words, parse_mode=None)
    elif update.callback_query is not None:
        await update.callback_query.answer(word_error(error, t).title, show_alert=True)


def handle_with(dispatcher: Dispatcher, bot: Bot) -> Callable[[list[Raw]], Awaitable[None]]:
    """The inbox's handler for one raw update, or several that belong together; handlers get their
    messages as `parts`, and each album or long text among them as one of `groups`; the person's
    decision about other people's words as `choice`. Taps in widgets, which aiogram does not know,
    are handed over as they are."""

    async def handle(updates: list[Raw]) -> None:
        if (tap := read_widget_tap(updates[0])) is not None:
            with suppress(TelegramForbiddenError):
                await answer_widget(tap, bot, dispatcher["context"])
            return
        parsed = {
            update["update_id"]: found
            for update in updates
            if (found := read(update, bot)) is not None
        }
        if not parsed:
            await _tell_unread(updates[0], bot)
            return
        groups = [_messages(group, parsed) for group in in_groups(updates)]
        given = {"parts": _messages(updates, parsed), "groups": list(filter(None, groups))}
        first = next(iter(parsed.values()))
        await dispatcher.feed_update(bot, first, choice=choice_of(updates[0]), **given)

    return handle


def _messages(updates: list[Raw], parsed: dict[int, Update]) -> list[Message]:
    """The messages of those updates that could be parsed."""
    found = [parsed.get(update["update_id"]) for update in updates]
    return [one.message for one in found if one is not None and one.message is not None]


def read(update: Raw, bot: Bot) -> Update | None:
    """Parse an update with aiogram. Unknown ones are skipped: a retry would not help, and aiogram's
    error would write their text to the log."""
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
    """Tell the sender that a message of an unknown kind was skipped."""
    match update:
        case {"message": {"chat": {"id": int(chat), "type": "private"}, "from": {**sender}}}:
            words = translator(str(sender.get("language_code") or "en"))("bot.ask.unsupported")
            with suppress(TelegramForbiddenError):
                await bot.send_message(chat, words)


def report_failures_with(bot: Bot) -> Callable[[Raw], Awaitable[None]]:
    """The inbox's handler for an update that failed permanently: tells the person."""

    async def apologise(update: Raw) -> None:
        parsed = read(update, bot)
        message = parsed.message if parsed else None
        if message is None or message.chat.type != ChatType.PRIVATE or message.from_user is None:
            return
        t = translator(message.from_user.language_code or "en")
        words = word_error(TanyaError(), t)
        await bot.send_message(message.chat.id, "\n".join(words), parse_mode=None)

    return apologise
