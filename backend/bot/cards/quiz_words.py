"""A quiz as ordinary messages: one question at a time, with a button for each option."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.cards.quizzes import UNANSWERED, QuizQuestion, is_right
from backend.bot.cards.tapped import QUIZ_ANSWER, TappedQuiz, tap_key
from backend.bot.cards.widget_pages import question_head, score_words
from backend.i18n import Translator

LETTERS: Final = "ABCD"


def asked_question(questions: Sequence[QuizQuestion], at: int, t: Translator) -> str:
    """A question with its options, each behind a letter."""
    question = questions[at]
    options = [f"{LETTERS[n]}. {option}" for n, option in enumerate(question.options)]
    head = question_head(at, len(questions), t)
    return "\n\n".join((head, question.text, "\n".join(options)))


def option_buttons(
    questions: Sequence[QuizQuestion], at: int, message_id: UUID
) -> InlineKeyboardMarkup:
    """A button for each option of a question."""
    key = tap_key(QUIZ_ANSWER, message_id)
    row = [
        InlineKeyboardButton(text=LETTERS[n], callback_data=f"{key}{at}:{n}")
        for n in range(len(questions[at].options))
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])


def next_open(tapped: TappedQuiz) -> int | None:
    """The first question without an answer."""
    found = tapped.marks.find(UNANSWERED)
    return found if found >= 0 else None


def told_answer(tapped: TappedQuiz, t: Translator) -> str:
    """Whether the answer to the question was right, and why."""
    question, mark = tapped.questions[tapped.place], tapped.marks[tapped.place]
    if is_right(question, mark):
        return t("bot.quiz.right", reason=question.reason)
    option = question.options[question.right]
    return t("bot.quiz.wrong", option=option, reason=question.reason)


def quiz_result(tapped: TappedQuiz, t: Translator) -> str:
    """How many answers were right, and the right answer to each question."""
    pairs = list(zip(tapped.questions, tapped.marks, strict=True))
    right = sum(is_right(question, mark) for question, mark in pairs)
    lines = [
        f"{'✓' if is_right(one, mark) else '✗'} {one.text}\n→ {one.options[one.right]}"
        for one, mark in pairs
    ]
    return "\n\n".join((score_words(right, len(pairs), t), *lines))
