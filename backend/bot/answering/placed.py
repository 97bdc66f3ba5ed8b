"""Answers outside the chat with the bot: in one message that came from an inline result or a
mention (guest mode). It is only known by its `inline_message_id`, and edited until the answer is
complete (core.telegram.org/bots/api#choseninlineresult, #answerguestquery).

Question, answer, quota and consent are the asker's, in a conversation of its own. Nothing is stored
about the chat with the message: the chat's id that a guest bot gets may belong to another chat
elsewhere.
"""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramRetryAfter
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, User

from backend.bot.answering.answers import (
    MOMENT,
    REFUSED,
    Question,
    begin,
    closing_note,
    question_id,
    read_to_end,
    refusal,
)
from backend.bot.answering.run_events import AnswerSoFar
from backend.bot.context import BotContext
from backend.bot.formatting import Document, is_short, to_text
from backend.bot.formatting.split import tail
from backend.bot.sending.messages import NO_PREVIEW, SECONDS, answer_messages
from backend.bot.sending.retries import with_retries
from backend.bot.sending.views import appeal_keyboard, is_rtl, rich
from backend.errors import ConsentNeeded, ErasureUnderWay, NotFound, ServerDraining, TanyaError
from backend.generation import Run, SendMessage
from backend.i18n import Translator
from backend.placeholders import restore
from backend.uuid7 import uuid7

log = structlog.get_logger("tanya.bot")

STOP = "placed:stop:"
"""The prefix of the button's data, before the run's id."""
WAITING = "placed:waiting"
"""The data of a button without a function: only results with a button can be edited later."""
PAUSE_SECONDS = 3.0
"""Seconds between two edits of one message, as in groups."""
PREVIEW = 1_500
"""How many characters of an answer's end are shown while it is written."""
Keyboard = InlineKeyboardMarkup | None


class PlacedMessage:
    """One message that is edited."""

    def __init__(self, bot: Bot, where: dict[str, Any], t: Translator) -> None:
        self._bot = bot
        self._where = where
        self._t = t
        self._text = ""
        self._ended = asyncio.Event()

    def show(self, markdown: str) -> None:
        """Set the text that the next edit shows."""
        self._text = markdown

    def end(self) -> None:
        """Stop editing."""
        self._ended.set()

    async def work(self, keyboard: Keyboard) -> None:
        """Show the text so far until `end`; a failed edit is skipped."""
        shown, wait = "", PAUSE_SECONDS
        while not self._ended.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._ended.wait()
            if self._ended.is_set() or (text := self._text) == shown:
                continue
            shown, wait = text, PAUSE_SECONDS
            try:
                await self.say(tail(text, PREVIEW) + " …", keyboard)
            except TelegramRetryAfter as error:
                wait = max(wait, error.retry_after)
            except AiogramError as error:
                log.debug("placed_not_shown", error=type(error).__name__)

    async def say(self, text: str, keyboard: Keyboard = None) -> None:
        """Put plain text into the message."""
        await self._bot.edit_message_text(
            text,
            **self._where,
            parse_mode=None,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
            request_timeout=SECONDS,
        )

    async def finish(self, markdown: str, keyboard: Keyboard) -> None:
        """Put the whole answer into the message, or its first part if it is too long."""
        first = (await asyncio.to_thread(answer_messages, markdown))[0]
        rtl = is_rtl(markdown, self._t)
        if not is_short(first) or rtl:
            with suppress(TelegramBadRequest):
                await with_retries(
                    self._bot.edit_message_text,
                    **self._where,
                    rich_message=rich(first, rtl=rtl),
                    reply_markup=keyboard,
                    request_timeout=SECONDS,
                )
                return
        await self._finish_as_text(first, keyboard)

    async def _finish_as_text(self, document: Document, keyboard: Keyboard) -> None:
        text, entities = to_text(document)
        await with_retries(
            self._bot.edit_message_text,
            text,
            **self._where,
            entities=entities or None,
            parse_mode=None,
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
            request_timeout=SECONDS,
        )


async def answer_placed(
    inline_message_id: str,
    asker: User,
    question: Question,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    """Ask on behalf of the asker, and turn the message into the answer; a refusal is shown as its
    text.

    Raises:
        ServerDraining: another process is to answer.
    """
    message = PlacedMessage(bot, {"inline_message_id": inline_message_id}, t)
    turn = _turn(inline_message_id, asker, question, context)
    try:
        await greet_asker(asker.id, t, context)
        run = await begin(asker.id, turn, t, context)
        await _follow(message, run, turn.id, bot, t, context)
    except ServerDraining:
        raise
    except ConsentNeeded:
        with suppress(TelegramBadRequest):
            await message.say(t("bot.placed.consent"), await to_the_chat(bot, t))
    except NotFound:
        return  # the asker deleted the conversation meanwhile
    except TanyaError as error:
        with suppress(TelegramBadRequest):
            await message.say(refusal(error, t), await to_the_chat(bot, t))
    except TelegramBadRequest as error:
        log.info("placed_message_gone", error=type(error).__name__)


def _turn(
    inline_message_id: str, asker: User, question: Question, context: BotContext
) -> SendMessage:
    """The question as the asker's own, in a conversation of its own."""
    return SendMessage(
        id=question_id(asker.id, inline_message_id, MOMENT),
        conversation_id=uuid7(context.clock()),
        parent_id=None,
        text=question.text,
        task=question.task,
        options=question.options,
        placeholders=question.placeholders,
        create=True,
    )


async def greet_asker(asker_id: int, t: Translator, context: BotContext) -> None:
    """Register the asker, unless they are being erased."""
    erasure = await context.erasures.standing(asker_id)
    if erasure is not None and erasure.state == "erasing":
        raise ErasureUnderWay()
    await context.chats.greet(asker_id, t.language)


async def _follow(
    message: PlacedMessage, run: Run, key: UUID, bot: Bot, t: Translator, context: BotContext
) -> None:
    working = context.nursery.start_task(message.work(stop_button(run, t)), name="placed")
    try:
        names = await context.chats.placeholders(run.user_id, run.conversation_id)
        answered = await read_to_end(
            run, key, t, context, lambda text: message.show(restore(text, names))
        )
        answered.text = restore(answered.text, names)
    finally:
        message.end()
        await asyncio.wait([working])
    keyboard = await to_the_chat(bot, t)
    if answered.error_code in REFUSED:
        rows = appeal_keyboard(run.message_id, t).inline_keyboard
        keyboard = InlineKeyboardMarkup(inline_keyboard=[*rows, *keyboard.inline_keyboard])
    await message.finish(whole_answer(answered, t), keyboard)


def whole_answer(answered: AnswerSoFar, t: Translator) -> str:
    """The answer, with a note if it did not come to its end."""
    note = closing_note(answered, t)
    return "\n\n".join(filter(None, (answered.text.strip(), note))) or t("bot.placed.nothing")


def waiting_button(t: Translator) -> InlineKeyboardMarkup:
    """The button of a message until it is answered."""
    button = InlineKeyboardButton(text=t("bot.placed.waiting"), callback_data=WAITING)
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


def stop_button(run: Run, t: Translator) -> InlineKeyboardMarkup:
    """Stop, for the asker."""
    button = InlineKeyboardButton(text=t("bot.placed.stop"), callback_data=f"{STOP}{run.id}")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])


async def to_the_chat(bot: Bot, t: Translator) -> InlineKeyboardMarkup:
    """A link to the chat with the bot; Mini Apps cannot be opened from such messages."""
    name = (await bot.me()).username
    button = InlineKeyboardButton(text=t("bot.placed.open"), url=f"https://t.me/{name}?start=ask")
    return InlineKeyboardMarkup(inline_keyboard=[[button]])
