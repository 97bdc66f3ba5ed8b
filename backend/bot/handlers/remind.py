"""/remind: the bot writes at a time that the person names. No model is asked.

`/remind 2h tea`, `/remind 18:30 tea`, or either alone in reply to a message, which is then replied
to. A clock's time needs a time zone: that of the person's last schedule, since Telegram tells none.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from babel.dates import format_timedelta

from backend.bot.chats.reminders import LONGEST_REMINDER, MOST_REMINDERS, Reminder
from backend.bot.context import BotContext
from backend.bot.ports.reminder_sender import AGAIN, DAY, HOUR, SIGN
from backend.bot.sending.buttons import acknowledge, read_id, use_up
from backend.bot.sending.places import ChatPlace, place_of
from backend.bot.sending.results import shortened
from backend.errors import NotFound
from backend.i18n import Translator
from backend.schedules import EVERY_DAY, WhenAsked, next_moment

COMMANDS = ((17, "remind"),)
REMOVE: Final = "remind:remove:"
LABEL: Final = 40
SECONDS: Final = {"m": 60, "min": 60, "h": HOUR, "d": DAY}
LONGEST_WAIT: Final = timedelta(days=366)
UNIT_FROM: Final = 2
"""From how many hours or days on a time is told in them: ninety minutes are not two hours."""

_AFTER: Final = re.compile(r"(\d{1,4})\s*(min|m|h|d)\b\s*(.*)", re.DOTALL | re.IGNORECASE)
_AT: Final = re.compile(r"(\d{1,2})[:.](\d{2})\b\s*(.*)", re.DOTALL)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="remind")
    router.message.register(remind, Command("remind", ignore_case=True))
    router.callback_query.register(put_off, F.data.startswith(AGAIN))
    router.callback_query.register(remove, F.data.startswith(REMOVE))
    return router


async def remind(
    message: Message, command: CommandObject, t: Translator, context: BotContext
) -> None:
    """Set a reminder, or list them."""
    said = (command.args or "").strip()
    if not said:
        await _list(message, t, context)
        return
    try:
        found = await _read(said, message.chat.id, context)
    except NotFound:
        await message.answer(t("bot.remind.zone"))
        return
    place = place_of(message)
    if found is None or (not found[1] and place.replies_to is None):
        await message.answer(t("bot.remind.usage"))
        return
    due_at, text = found
    if len(text) > LONGEST_REMINDER:
        await message.answer(t("bot.remind.too_long", limit=t.number(LONGEST_REMINDER)))
        return
    about = ChatPlace(place.chat_id, place.thread_id, place.replies_to)
    await message.answer(await _added(about, text, due_at, t, context))


async def put_off(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Remind again, an hour or a day later."""
    message, seconds = query.message, (query.data or "").removeprefix(AGAIN)
    if not isinstance(message, Message) or seconds not in (str(HOUR), str(DAY)):
        await acknowledge(query)
        return
    place = place_of(message)
    text = (message.text or "").removeprefix(SIGN)[:LONGEST_REMINDER]
    due_at = context.clock() + timedelta(seconds=int(seconds))
    about = ChatPlace(place.chat_id, place.thread_id, place.replies_to)
    await acknowledge(query, await _added(about, text, due_at, t, context))
    await use_up(query)


async def remove(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Delete a reminder, and show what is left."""
    person = query.from_user.id
    with suppress(NotFound):
        reminder_id = read_id((query.data or "").removeprefix(REMOVE))
        await context.reminders.remove(person, reminder_id)
    await acknowledge(query)
    kept = await context.reminders.of(person)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            words = t("bot.remind.list" if kept else "bot.remind.none")
            keyboard = _keyboard(kept, t, context.clock())
            await query.message.edit_text(words, reply_markup=keyboard, parse_mode=None)


async def _added(
    place: ChatPlace, text: str, due_at: datetime, t: Translator, context: BotContext
) -> str:
    """Add a reminder; returns what to tell."""
    if not await context.reminders.add(place, text, due_at):
        return t("bot.remind.full", limit=t.number(MOST_REMINDERS))
    return t("bot.remind.set", when=time_until(due_at, context.clock(), t))


async def _list(message: Message, t: Translator, context: BotContext) -> None:
    kept = await context.reminders.of(message.chat.id)
    words = "\n\n".join(filter(None, (t("bot.remind.list") if kept else "", t("bot.remind.usage"))))
    keyboard = _keyboard(kept, t, context.clock())
    await message.answer(words, parse_mode=None, reply_markup=keyboard)


def _keyboard(kept: list[Reminder], t: Translator, now: datetime) -> InlineKeyboardMarkup | None:
    """A button for each, which removes it."""
    rows = []
    for one in kept:
        text = shortened(one.text or t("bot.remind.this"), LABEL)
        label = f"✕ {time_until(one.due_at, now, t)}: {text}"
        rows.append([InlineKeyboardButton(text=label, callback_data=f"{REMOVE}{one.id.hex}")])
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


async def _read(said: str, person: int, context: BotContext) -> tuple[datetime, str] | None:
    """When, and of what; None if it names no time that there is.

    Raises:
        NotFound: it is a clock's time, and the person's time zone is unknown.
    """
    now = context.clock()
    if after := _AFTER.fullmatch(said):
        number, unit, text = after.groups()
        wait = timedelta(seconds=int(number) * SECONDS[unit.lower()])
        return (now + wait, text.strip()) if timedelta(0) < wait <= LONGEST_WAIT else None
    at = _AT.fullmatch(said)
    if at is None or int(at[1]) >= 24 or int(at[2]) >= 60:
        return None
    known = await context.schedules.list_all(person)
    if not known:
        raise NotFound
    when = WhenAsked(int(at[1]) * 60 + int(at[2]), EVERY_DAY, known[-1].when.time_zone)
    return next_moment(when, now), at[3].strip()


def time_until(due_at: datetime, now: datetime, t: Translator) -> str:
    """How long until then, such as “in 2 hours”."""
    wait = timedelta(minutes=max(1, round((due_at - now) / timedelta(minutes=1))))
    return format_timedelta(
        wait, granularity="minute", threshold=UNIT_FROM, add_direction=True, locale=t.locale
    )
