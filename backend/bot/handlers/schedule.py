"""/schedule: questions asked at set times; the Mini App's settings offer the same.

A time needs a time zone, which Telegram does not tell the bot. The bot uses that of the person's
last schedule, so the first one is created in the app.
"""

import re
from contextlib import suppress
from uuid import UUID

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.bot.answering.answer_buttons import PAUSE
from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.ports.schedule_chat import shortened
from backend.bot.sending.buttons import acknowledge, read_id
from backend.bot.sending.views import open_app_keyboard
from backend.errors import NotFound, TanyaError
from backend.i18n import Translator
from backend.schedules import EVERY_DAY, NewSchedule, Schedule, ScheduleChange, WhenAsked
from backend.uuid7 import uuid7

COMMANDS = ((17, "schedule"),)

TOGGLE, DELETE = "schedule:turn:", "schedule:delete:"
LABEL = 24
"""How many characters of a question its buttons show."""

DAILY = re.compile(r"(\d{1,2})[:.](\d{2})\s+(.+)", re.DOTALL)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="schedule")
    router.message.register(schedule, Command("schedule"))
    router.callback_query.register(pause, F.data.startswith(PAUSE))
    router.callback_query.register(toggle, F.data.startswith(TOGGLE))
    router.callback_query.register(delete, F.data.startswith(DELETE))
    return router


async def schedule(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Create a schedule from the command's text, or list them."""
    if found := DAILY.fullmatch((command.args or "").strip()):
        hour, minute, question = found.groups()
        if not await make_daily(message, int(hour), int(minute), question, t, context):
            return
    known = await context.schedules.list_all(message.chat.id)
    await message.answer(words(known, t), parse_mode=None, reply_markup=keyboard_of(known, t))


async def make_daily(
    message: Message,
    hour: int,
    minute: int,
    question: str,
    t: Translator,
    context: BotContext,
    *,
    collects: bool = False,
) -> bool:
    """Create a daily question, including collected posts if `collects`; False if it was refused
    with a message."""
    person = message.chat.id
    known = await context.schedules.list_all(person)
    if not known:
        keyboard = open_app_keyboard(t, context.links)
        await message.answer(t("bot.schedule.zone"), reply_markup=keyboard)
        return False
    if minute >= 60 or hour >= 24:
        await message.answer(t("bot.schedule.how"))
        return False
    when = WhenAsked(hour * 60 + minute, EVERY_DAY, known[-1].when.time_zone)
    wanted = NewSchedule(uuid7(context.clock()), question, when, collects)
    try:
        await context.schedules.make(person, wanted)
    except TanyaError as error:
        await message.answer(refusal(error, t), parse_mode=None)
        return False
    return True


async def pause(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """The button under an answer."""
    try:
        await context.schedules.change(query.from_user.id, _id(query), ScheduleChange(paused=True))
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query, t("bot.schedule.paused"), alert=True)


async def toggle(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Pause or resume a schedule."""
    person = query.from_user.id
    try:
        schedule_id = _id(query)
        known = await context.schedules.list_all(person)
        paused = any(one.id == schedule_id and one.paused for one in known)
        await context.schedules.change(person, schedule_id, ScheduleChange(paused=not paused))
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query, t("bot.schedule.resumed" if paused else "bot.schedule.paused"))
    await _show(query, t, context)


async def delete(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Delete a schedule."""
    with suppress(NotFound):
        await context.schedules.delete(query.from_user.id, _id(query))
    await acknowledge(query, t("bot.schedule.deleted"))
    await _show(query, t, context)


def words(known: tuple[Schedule, ...], t: Translator) -> str:
    """The schedules and how to add one."""
    if not known:
        return "\n\n".join((t("bot.schedule.none"), t("bot.schedule.how")))
    lines = "\n".join(_line(one, t) for one in known)
    return "\n\n".join((t("bot.schedule.list"), lines, t("bot.schedule.how")))


def keyboard_of(known: tuple[Schedule, ...], t: Translator) -> InlineKeyboardMarkup | None:
    """One row each: pause or resume, and delete."""
    rows = [
        [
            _button(("▶️ " if one.paused else "⏸ ") + shortened(one.question, LABEL), TOGGLE, one),
            _button("🗑 " + t("bot.schedule.delete"), DELETE, one),
        ]
        for one in known
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _line(one: Schedule, t: Translator) -> str:
    hour, minute = divmod(one.when.minute, 60)
    values = {"time": f"{hour:02}:{minute:02}", "question": shortened(one.question)}
    return t("bot.schedule.line.paused" if one.paused else "bot.schedule.line", **values)


def _button(text: str, kind: str, one: Schedule) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=f"{kind}{one.id.hex}")


def _id(query: CallbackQuery) -> UUID:
    return read_id((query.data or "").rpartition(":")[2])


async def _show(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    known = await context.schedules.list_all(query.from_user.id)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            await query.message.edit_text(
                words(known, t), parse_mode=None, reply_markup=keyboard_of(known, t)
            )
