"""/check: compares the claims of a text, or of the replied-to message, with sources.

The claims are listed first, each with a button that excludes it, and the price is shown before
anything is checked. While the check runs, the message shows what was found so far.
"""

from contextlib import suppress
from uuid import UUID

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command, CommandObject
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
)

from backend.bot.answering.answers import REFUSED, Question, question_id, refusal
from backend.bot.answering.check_words import listed, progress
from backend.bot.answering.consent import ask_consent
from backend.bot.answering.group_answers import ask_consent_apart
from backend.bot.answering.others import as_decided, reply_sources
from backend.bot.answering.words import joined, replied_to, words_of
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, read_id, use_up
from backend.bot.sending.messages import NO_PREVIEW, send_plain
from backend.bot.sending.places import ChatPlace, place_of
from backend.bot.sending.views import appeal_keyboard
from backend.checks import Check, CheckRequest
from backend.errors import ConsentNeeded, NotFound, ServerDraining, TanyaError
from backend.i18n import Translator

ASKS = True
COMMANDS = ((18, "check"),)

PREFIX = "check:"
RUN, DISMISS = "run", "no"
ROW = 4
"""How many number buttons fit into one row."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="check")
    router.message.register(offer, Command("check", ignore_case=True))
    router.callback_query.register(press, F.data.startswith(PREFIX))
    return router


async def offer(
    message: Message,
    parts: list[Message],
    choice: str | None,
    bot: Bot,
    t: Translator,
    command: CommandObject,
    context: BotContext,
) -> None:
    """List the claims.

    Raises:
        ServerDraining: another process is to do it.
        QuestionHeld: the person is asked for consent first.
    """
    given = joined([command.args, *map(words_of, parts[1:])])
    text = given or replied_to(message)
    if not text:
        await message.answer(t("bot.check.usage"), parse_mode=None)
        return
    sources = parts if given else [*parts, *reply_sources(message)]
    question = await as_decided(Question(text), sources, message, choice, bot, t, context)
    key = question_id(message.chat.id, message.message_id, message.date)
    wanted = CheckRequest(key, text=question.text, placeholders=question.placeholders)
    await offer_check(message.chat.id, place_of(message), wanted, bot, t, context)


async def offer_check(
    person: int,
    place: ChatPlace,
    wanted: CheckRequest,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    """List the claims of a text. Raises like `offer`; in a group, refusals are shown to the asker
    only."""
    try:
        check = await context.checks.list_claims(person, wanted)
    except ServerDraining:
        raise
    except ConsentNeeded as error:
        if place.chat_id == person:
            await ask_consent(bot, place, error, t, context)
        await ask_consent_apart(place, person, error, bot, t, context)
    except TanyaError as error:
        if place.chat_id != person:
            raise
        keyboard = appeal_keyboard(wanted.id, t) if error.code in REFUSED else None
        await send_plain(bot, place, refusal(error, t), keyboard)
    else:
        keyboard = _keyboard(check, _all(check), t) if check.claims else None
        await bot.send_message(
            place.chat_id,
            listed(check, t),
            parse_mode="HTML",
            reply_markup=keyboard,
            link_preview_options=NO_PREVIEW,
            **place.answering(),
        )


async def press(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Exclude or include a claim, run the check, or cancel it."""
    person = query.from_user.id
    try:
        check_id, kept, action = _read(query.data or "")
        check = await context.checks.get(person, check_id)
        if action == RUN:
            await context.checks.run(person, t.language, check_id, kept, _group_of(query))
    except ServerDraining:
        raise
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
        return
    await acknowledge(query)
    if action == RUN:
        await _follow(query, check_id, t, context)
    elif action == DISMISS:
        await use_up(query)
        if _group_of(query) is None:
            await bot.send_message(person, t("bot.check.dismissed"), parse_mode=None)
    elif isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            await query.message.edit_reply_markup(reply_markup=_keyboard(check, kept, t))


def _group_of(query: CallbackQuery) -> int | None:
    """The group that the check was asked in, if it was one: what is paid for it pays."""
    chat = query.message.chat if query.message is not None else None
    return None if chat is None or chat.type == ChatType.PRIVATE else chat.id


async def _follow(query: CallbackQuery, check_id: UUID, t: Translator, context: BotContext) -> None:
    """Show each claim as it is checked, until the check ends."""
    person = query.from_user.id
    shown = ""
    async for _ in await context.checks.follow(person, t.language, check_id, 0):
        check = await context.checks.get(person, check_id)
        if (text := progress(check, t)) != shown and isinstance(query.message, Message):
            shown = text
            with suppress(TelegramBadRequest):  # the message was deleted, or already shows this
                await query.message.edit_text(
                    text,
                    parse_mode="HTML",
                    link_preview_options=NO_PREVIEW,
                    reply_markup=_appeal(check, t),
                )


def _appeal(check: Check, t: Translator) -> InlineKeyboardMarkup | None:
    """Appeal against moderation's refusal of a check."""
    return appeal_keyboard(check.id, t) if check.error_code in REFUSED else None


def _all(check: Check) -> frozenset[int]:
    return frozenset(range(len(check.claims)))


def _keyboard(check: Check, kept: frozenset[int], t: Translator) -> InlineKeyboardMarkup:
    """One button for each claim, ticked if it is included; then run and cancel."""
    places = range(len(check.claims))
    numbers = [
        InlineKeyboardButton(
            text=f"{'✓ ' if place in kept else ''}{place + 1}",
            callback_data=_written(check.id, kept ^ {place}, "pick"),
        )
        for place in places
    ]
    rows = [numbers[start : start + ROW] for start in range(0, len(numbers), ROW)]
    run = InlineKeyboardButton(
        text=t("bot.check.run", count=len(kept)), callback_data=_written(check.id, kept, RUN)
    )
    no = InlineKeyboardButton(text=t("app.cancel"), callback_data=_written(check.id, kept, DISMISS))
    return InlineKeyboardMarkup(inline_keyboard=[*rows, [run, no] if kept else [no]])


def _written(check_id: UUID, kept: frozenset[int], action: str) -> str:
    """At most 64 bytes (core.telegram.org/bots/api#inlinekeyboardbutton)."""
    return f"{PREFIX}{check_id.hex}:{sum(1 << place for place in kept):x}:{action}"


def _read(data: str) -> tuple[UUID, frozenset[int], str]:
    """Raises NotFound for data of no button."""
    check_id, _, rest = data.removeprefix(PREFIX).partition(":")
    bits, _, action = rest.partition(":")
    try:
        kept = int(bits, 16)
    except ValueError:
        raise NotFound from None
    return (
        read_id(check_id),
        frozenset(n for n in range(kept.bit_length()) if kept >> n & 1),
        action,
    )
