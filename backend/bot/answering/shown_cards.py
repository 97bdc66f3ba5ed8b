"""Shows an answer's checklist or its quiz in the chat, as a card, and nothing of a quiz before."""

from collections.abc import Sequence
from uuid import UUID

from aiogram import Bot
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from backend.bot.account.own_account import OwnAccount
from backend.bot.answering.card_sending import send_card
from backend.bot.answering.run_events import AnswerSoFar
from backend.bot.cards.checklists import DONE, MOST_TASKS, OPEN
from backend.bot.cards.quiz_words import asked_question, option_buttons
from backend.bot.cards.quizzes import QUIZ, QuizQuestion, begins_quiz, read_quiz
from backend.bot.cards.tapped import QUIZ_ANSWER, TICK, TappedChecklist, tap_key
from backend.bot.cards.widget_calls import HIGHEST, height_of
from backend.bot.cards.widget_pages import checklist_page, quiz_page
from backend.bot.context import BotContext
from backend.bot.sending.messages import send_plain
from backend.bot.sending.places import ChatPlace
from backend.generation import SendMessage
from backend.i18n import Translator
from backend.placeholders import restore

LONGEST_LABEL = 60
"""Characters of a task on a button."""


async def send_checklist(
    bot: Bot, place: ChatPlace, shown: TappedChecklist, t: Translator, context: BotContext
) -> None:
    """The tasks of an answer, to be ticked."""
    key = tap_key(TICK, shown.answer.id)
    high = height_of([t("bot.tick.title"), ""], [one.text for one in shown.tasks])
    html = checklist_page(shown.tasks, shown.marks, key, t) if high <= HIGHEST else None

    async def plain() -> int:
        return await send_plain(bot, place, checklist_words(shown, t), task_buttons(shown))

    await send_card(bot, place, html, None, plain, context.account, t)


async def send_quiz(
    bot: Bot,
    place: ChatPlace,
    message_id: UUID,
    questions: Sequence[QuizQuestion],
    t: Translator,
    account: OwnAccount,
) -> int:
    """A quiz from its first question on; returns the number of its message."""
    high = max(height_of(["", one.text, one.reason], [*one.options, ""]) for one in questions)
    key = tap_key(QUIZ_ANSWER, message_id)
    html = quiz_page(questions, key, t) if high <= HIGHEST else None

    async def plain() -> int:
        words, buttons = asked_question(questions, 0, t), option_buttons(questions, 0, message_id)
        return await send_plain(bot, place, words, buttons)

    return await send_card(bot, place, html, None, plain, account, t)


def checklist_words(shown: TappedChecklist, t: Translator) -> str:
    """The text above the buttons: how much is done."""
    done, count = shown.marks.count(DONE), len(shown.tasks)
    lines = [t("bot.tick.done", done=t.number(done), count=t.number(count))]
    if count == MOST_TASKS:
        lines.append(t("bot.tick.first", limit=t.number(MOST_TASKS)))
    return "\n".join(lines)


def task_buttons(shown: TappedChecklist) -> InlineKeyboardMarkup:
    """A button for each task, ticked if it is done."""
    key = tap_key(TICK, shown.answer.id)
    rows = []
    for at, (task, mark) in enumerate(zip(shown.tasks, shown.marks, strict=True)):
        label = task.text if len(task.text) <= LONGEST_LABEL else task.text[:LONGEST_LABEL] + "…"
        done = mark == DONE
        data = f"{key}{at}:{OPEN if done else DONE}"
        rows.append(
            [InlineKeyboardButton(text=f"{'☑' if done else '☐'} {label}", callback_data=data)]
        )
    return InlineKeyboardMarkup(inline_keyboard=rows)


def draft_text(text: str, names: dict[str, str]) -> str:
    """What a draft shows of an answer: nothing of a quiz, which tells what is right."""
    return "" if begins_quiz(text) else restore(text, names)


async def tell_no_quiz(
    bot: Bot, place: ChatPlace, request: object, answered: AnswerSoFar, t: Translator
) -> None:
    """Say so if a quiz was asked for, and the whole answer is something else."""
    asked = isinstance(request, SendMessage) and request.task == QUIZ
    if asked and answered.state == "complete" and read_quiz(answered.text) is None:
        words = t("bot.quiz.malformed", again=t("bot.answer.again"))
        await send_plain(bot, ChatPlace(place.chat_id, place.thread_id), words)
