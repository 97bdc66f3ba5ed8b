"""Reactions to answers are stored as feedback; /report in reply to an answer tells the operator.

The operator gets the reason, and the answer's text only if the person agrees.
"""

from uuid import UUID, uuid5

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageReactionUpdated,
    ReactionTypeEmoji,
)

from backend.bot.answering.answers import refusal
from backend.bot.context import BotContext
from backend.bot.sending.buttons import acknowledge, read_id, use_up
from backend.bot.sending.places import place_of
from backend.errors import MessageNotFound, NotFound, TanyaError
from backend.i18n import Translator
from backend.safety import REASONS, AnswerReport, Reason, Thumb

COMMANDS = ((73, "report"),)

REPORT = "report:"
UP = frozenset("👍❤🔥🎉🤩👏😁💯😍🙏👌🏆⚡🤝🥰")
DOWN = frozenset("👎💩🤮😡🤬😢🥱")


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="feedback")
    router.message.register(offer, Command("report", ignore_case=True))
    router.callback_query.register(press, F.data.startswith(REPORT))
    router.message_reaction.register(react)
    return router


async def react(event: MessageReactionUpdated, context: BotContext) -> None:
    """Store a thumb for an emoji; an emoji that is neither, or none, withdraws it."""
    answer = await context.chats.answer_at(event.chat.id, event.message_id)
    if answer is None:
        return
    try:
        await context.answer_feedback.rate(event.chat.id, answer, _thumb(event))
    except MessageNotFound:
        return  # the message was deleted in the app


async def offer(message: Message, t: Translator, context: BotContext) -> None:
    """Ask what is wrong with the replied-to answer."""
    place = place_of(message)
    answer = None
    if place.replies_to is not None:
        answer = await context.chats.answer_at(place.chat_id, place.replies_to)
    if answer is None:
        await message.answer(t("bot.report.usage"), parse_mode=None)
        return
    rows = [[_button(t(f"app.report.{reason}"), f"{reason}:{answer.hex}")] for reason in REASONS]
    rows.append([_button(t("app.cancel"), f"no:{answer.hex}")])
    keyboard = InlineKeyboardMarkup(inline_keyboard=rows)
    await message.answer(t("bot.report.why"), reply_markup=keyboard, parse_mode=None)


async def press(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """A reason was chosen; then ask whether to include the text."""
    what, _, rest = (query.data or "").removeprefix(REPORT).partition(":")
    answer, _, chosen = rest.partition(":")
    person = query.from_user.id
    await acknowledge(query)
    await use_up(query)
    if what not in REASONS:
        await bot.send_message(person, t("bot.report.dismissed"), parse_mode=None)
        return
    try:
        answer_id = read_id(answer)
    except NotFound as error:
        await bot.send_message(person, refusal(error, t), parse_mode=None)
        return
    if not chosen:
        keyboard = InlineKeyboardMarkup(
            inline_keyboard=[
                [_button(t("bot.report.with"), f"{what}:{answer}:1")],
                [_button(t("bot.report.without"), f"{what}:{answer}:0")],
            ]
        )
        await bot.send_message(person, t("bot.report.text"), reply_markup=keyboard, parse_mode=None)
        return
    words = await _send(person, what, answer_id, t, context, with_answer=chosen == "1")
    await bot.send_message(person, words, parse_mode=None)


async def _send(
    person: int,
    reason: Reason,
    answer: UUID,
    t: Translator,
    context: BotContext,
    *,
    with_answer: bool,
) -> str:
    """Send the report, once for each reason; returns what to tell the person."""
    report = AnswerReport(
        id=uuid5(answer, reason), message_id=answer, reason=reason, with_answer=with_answer
    )
    try:
        await context.answer_feedback.report(person, report)
    except TanyaError as error:
        return refusal(error, t)
    return t("app.report.sent")


def _thumb(event: MessageReactionUpdated) -> Thumb | None:
    told = [one.emoji for one in event.new_reaction if isinstance(one, ReactionTypeEmoji)]
    emoji = {one.rstrip("\ufe0f") for one in told}
    if emoji & DOWN:
        return "down"
    return "up" if emoji & UP else None


def _button(text: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=REPORT + data)
