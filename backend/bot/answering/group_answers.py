"""Answers in groups: one message that replies to the question in its topic, edited until the answer
is complete. Quota, consent and conversation are the asker's. What concerns only the asker is shown
only to them, where Telegram allows that."""

import asyncio
from contextlib import suppress
from typing import Final, NoReturn

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
)
from aiogram.types import (
    EphemeralMessageParameters,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    User,
)

from backend.bot.answering.answers import REFUSED, begin, read_to_end, refusal
from backend.bot.answering.consent import consent_question
from backend.bot.answering.others import AskApart
from backend.bot.answering.placed import PlacedMessage, greet_asker, to_the_chat, whole_answer
from backend.bot.context import BotContext
from backend.bot.inbox.updates import QuestionHeld
from backend.bot.sending.messages import Keyboard, send_answer, send_plain
from backend.bot.sending.places import ChatPlace
from backend.bot.sending.retries import with_retries
from backend.bot.sending.views import appeal_keyboard
from backend.db import is_temporary
from backend.errors import ConsentNeeded, NotFound, ServerDraining, TanyaError
from backend.generation import Run, SendMessage
from backend.i18n import Translator
from backend.placeholders import restore

log = structlog.get_logger("tanya.bot")

STOP: Final = "group:stop:"
GONE = (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound)
"""Errors when the bot was removed, the topic is closed, or the message was deleted."""


async def answer_in_group(
    place: ChatPlace, asker: User, turn: SendMessage, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Ask on behalf of the asker, and answer at a place of the group.

    Raises:
        ServerDraining: another process is to answer.
        QuestionHeld: the asker is asked for consent first.
    """
    try:
        await greet_asker(asker.id, t, context)
        run = await begin(asker.id, turn, t, context)
    except ServerDraining:
        raise
    except ConsentNeeded as error:
        await ask_consent_apart(place, asker.id, error, bot, t, context)
    except TanyaError as error:
        await whisper(place, asker.id, refusal(error, t), bot, await to_the_chat(bot, t))
    else:
        try:
            await _follow(place, asker, run, turn, bot, t, context)
        except GONE as error:
            log.info("group_answer_not_shown", error=type(error).__name__)
        except NotFound:
            return  # the asker deleted the conversation meanwhile
        finally:
            await close_temporary(turn, asker.id, context)


async def close_temporary(turn: SendMessage, asker_id: int, context: BotContext) -> None:
    """Delete a question that was asked in a temporary conversation of its own, since it contained
    other people's words."""
    if is_temporary(turn.conversation_id):
        with suppress(NotFound):
            await context.account.delete(asker_id, turn.conversation_id)


async def _follow(
    place: ChatPlace,
    asker: User,
    run: Run,
    turn: SendMessage,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    stop = stop_buttons(run, t)
    number = await context.groups.number_of(asker.id, place.chat_id, run.message_id)
    if number is None:
        first = await with_retries(
            bot.send_message,
            place.chat_id,
            t("bot.placed.thinking"),
            reply_markup=stop,
            **place.answering(),
        )
        number = first.message_id
        ids = run.conversation_id, run.message_id
        await context.groups.note_answer(asker.id, place.chat_id, number, *ids)
    message = PlacedMessage(bot, {"chat_id": place.chat_id, "message_id": number}, t)
    working = context.nursery.start_task(message.work(stop), name="group-answer")
    try:
        names = await context.chats.placeholders(asker.id, run.conversation_id)
        answered = await read_to_end(
            run, turn.id, t, context, lambda text: message.show(restore(text, names))
        )
        answered.text = restore(answered.text, names)
    finally:
        message.end()
        await asyncio.wait([working])
    text = whole_answer(answered, t)
    way_on = appeal_keyboard(run.message_id, t) if answered.error_code in REFUSED else None
    try:
        await message.finish(text, way_on)
    except TelegramMigrateToChat as moved:
        await send_answer(bot, ChatPlace(moved.migrate_to_chat_id), t, text, way_on)


async def whisper(
    place: ChatPlace, person_id: int, text: str, bot: Bot, keyboard: Keyboard = None
) -> None:
    """Send a message to one member, hidden from others where the group supports it."""
    seen_by = EphemeralMessageParameters(receiver_user_id=person_id)
    try:
        await with_retries(
            bot.send_message,
            place.chat_id,
            text,
            reply_markup=keyboard,
            parse_mode=None,
            ephemeral_message_parameters=seen_by,
            **place.in_thread,
        )
    except TelegramBadRequest:
        await send_plain(bot, place, text, keyboard)


def showing_apart(place: ChatPlace, person_id: int, bot: Bot) -> AskApart:
    """A function that shows one member what their question would send."""

    async def ask(text: str, buttons: InlineKeyboardMarkup) -> None:
        await whisper(place, person_id, text, bot, buttons)

    return ask


async def ask_consent_apart(
    place: ChatPlace,
    person_id: int,
    error: ConsentNeeded,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> NoReturn:
    """Ask one member for consent; the question is held. In groups without ephemeral messages a
    button leads to the chat with the bot, where the next question asks for consent.

    Raises:
        QuestionHeld: always, unless nobody can be asked.
        ConsentNeeded: the provider is not one that can be agreed to.
    """
    provider_id, text, buttons = await consent_question(person_id, error, t, context)
    seen_by = EphemeralMessageParameters(receiver_user_id=person_id)

    async def ask() -> None:
        try:
            await bot.send_message(
                place.chat_id,
                text,
                reply_markup=buttons,
                ephemeral_message_parameters=seen_by,
                **place.in_thread,
            )
        except TelegramBadRequest:
            keyboard = await to_the_chat(bot, t)
            await send_plain(bot, place, t("bot.placed.consent"), keyboard)

    raise QuestionHeld(provider_id, ask)


def stop_buttons(run: Run, t: Translator) -> InlineKeyboardMarkup:
    """A Stop button, for the asker and the group's admins."""
    data = f"{STOP}{run.user_id}:{run.id.hex}"
    button = InlineKeyboardButton(text=t("bot.placed.stop"), callback_data=data)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])
