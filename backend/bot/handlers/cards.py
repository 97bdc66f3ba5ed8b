"""Taps on cards: ticking a checklist, answering a quiz, choosing in a menu. They come from buttons,
or from widgets, whose taps aiogram does not know and `dispatcher.py` hands over as they are."""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message

from backend.bot.answering.answer_buttons import answer_buttons
from backend.bot.answering.answers import refusal
from backend.bot.answering.shown_cards import checklist_words, task_buttons
from backend.bot.cards.quiz_words import (
    asked_question,
    next_open,
    option_buttons,
    quiz_result,
    told_answer,
)
from backend.bot.cards.quizzes import UNANSWERED
from backend.bot.cards.tapped import QUIZ_ANSWER, TICK, TappedQuiz, read_card_tap
from backend.bot.cards.widget_answers import WidgetState, widget_answer
from backend.bot.cards.widget_calls import AnswerWidgetQuery, WidgetTap
from backend.bot.context import BotContext
from backend.bot.handlers import premium
from backend.bot.sending.buttons import TOO_LATE, acknowledge
from backend.bot.sending.messages import NO_PREVIEW
from backend.errors import NotFound, RateLimited, TanyaError, UserNotFound
from backend.features import check_offered
from backend.i18n import Translator, translator
from backend.identity import Rule

TAPS = Rule("widget_tap", burst=5, every=1.0)
"""Telegram's own limit for all of a person's widgets is 5 taps in 5 seconds."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="cards")
    router.callback_query.register(tick, F.data.startswith(TICK))
    router.callback_query.register(answer_question, F.data.startswith(QUIZ_ANSWER))
    return router


async def tick(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Set a task's mark, and show it."""
    try:
        tapped = await context.card_taps.tick(query.from_user.id, read_card_tap(query.data or ""))
    except NotFound:
        await acknowledge(query, t("bot.answer.gone"))
        return
    await acknowledge(query)
    if isinstance(query.message, Message):
        with suppress(TelegramBadRequest):  # unchanged (pressed twice), or deleted
            await query.message.edit_text(
                checklist_words(tapped, t), reply_markup=task_buttons(tapped), parse_mode=None
            )


async def answer_question(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Answer a question of a quiz; the message goes on to the next one, and ends with the score."""
    try:
        tapped = await context.card_taps.answer_quiz(
            query.from_user.id, read_card_tap(query.data or "")
        )
    except NotFound:
        await acknowledge(query, t("bot.answer.gone"))
        return
    await acknowledge(query)
    if not isinstance(query.message, Message):
        return
    at, answer = next_open(tapped), tapped.answer
    if at is None:
        words, buttons = (
            quiz_result(tapped, t),
            answer_buttons(answer.id, answer.conversation_id, t, context.links),
        )
    else:
        words = asked_question(tapped.questions, at, t)
        buttons = option_buttons(tapped.questions, at, answer.id)
    with suppress(TelegramBadRequest):
        await query.message.edit_text(
            f"{told_answer(tapped, t)}\n\n{words}",
            reply_markup=buttons,
            parse_mode=None,
            link_preview_options=NO_PREVIEW,
        )


async def answer_widget(tap: WidgetTap, bot: Bot, context: BotContext) -> None:
    """Carry out a widget's tap, and answer with the whole state of its card."""
    t = await _translator(tap, context)
    state = WidgetState(note=t("bot.cards.slow"))
    try:
        await context.widget_limits.count_request(TAPS, str(tap.person_id), context.clock())
        if not tap.data.startswith(premium.PREFIX):  # payments stay possible everywhere
            check_offered(context.settings, language=tap.language)
        state = await _carried_out(tap, bot, t, context)
    except RateLimited:
        pass
    except TanyaError as error:
        gone = isinstance(error, NotFound) and not tap.data.startswith(premium.PREFIX)
        state = WidgetState(note=t("bot.answer.gone") if gone else refusal(error, t))
    try:
        await bot(AnswerWidgetQuery(widget_query_id=tap.query_id, data=widget_answer(state)))
    except TelegramBadRequest as error:
        if TOO_LATE not in error.message:
            raise


async def _translator(tap: WidgetTap, context: BotContext) -> Translator:
    """For the language that the person chose, else Telegram's."""
    with suppress(UserNotFound):
        chosen = (await context.account.profile(tap.person_id)).chosen_language
        return translator(chosen or tap.language)
    return translator(tap.language)


async def _carried_out(tap: WidgetTap, bot: Bot, t: Translator, context: BotContext) -> WidgetState:
    """Raises NotFound for data of no card, and what the act raises."""
    if tap.data.startswith(TICK):
        ticked = await context.card_taps.tick(tap.person_id, read_card_tap(tap.data))
        return WidgetState(marks=ticked.marks, note=checklist_words(ticked, t))
    if tap.data.startswith(QUIZ_ANSWER):
        tapped = await context.card_taps.answer_quiz(tap.person_id, read_card_tap(tap.data))
        return WidgetState(
            marks=tapped.marks, right=_told_right(tapped), note=told_answer(tapped, t)
        )
    note = await premium.perform(tap.person_id, tap.data, bot, t, context)
    return WidgetState(note=note or t("bot.cards.bill"))


def _told_right(tapped: TappedQuiz) -> str:
    """The right options of the questions that are answered."""
    return "".join(
        UNANSWERED if mark == UNANSWERED else str(question.right)
        for question, mark in zip(tapped.questions, tapped.marks, strict=True)
    )
