"""Inline mode: text typed after the bot's name in any chat becomes a message that is answered in
place.

Telegram queries at every pause in typing, so results are built without a model: what can be done
with the typed words, and what the person has kept. A model is asked once, when a result is chosen;
an answer of theirs is sent as it is, without one.
"""

import asyncio
from uuid import UUID

from aiogram import Bot, F, Router
from aiogram.types import (
    CallbackQuery,
    ChosenInlineResult,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from backend.bot.answering.answers import Question, refusal
from backend.bot.answering.placed import STOP, WAITING, answer_placed, waiting_button
from backend.bot.cards.quizzes import begins_quiz
from backend.bot.context import BotContext
from backend.bot.handlers.tasks import default_options, task_name
from backend.bot.sending.buttons import acknowledge, read_id
from backend.bot.sending.results import answer_result
from backend.errors import NotFound, TanyaError
from backend.i18n import Translator
from backend.llm.prompts import all_tasks, find_task

ASK = "ask"
PROMPT, ANSWER = "prompt:", "answer:"
"""Ids of results, before the id of what the person has kept."""
SHOWN = 200
"""How many characters of the question the message shows until it is answered."""
ANSWERS, PROMPTS = 5, 5
"""How many of each are offered."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="inline")
    router.inline_query.register(offer)
    router.chosen_inline_result.register(chosen)
    router.callback_query.register(stop, F.data.startswith(STOP))
    router.callback_query.register(waiting, F.data == WAITING)
    return router


async def offer(query: InlineQuery, t: Translator, context: BotContext) -> None:
    """Offer what can be done with the typed text, and the person's own prompts and answers. For
    this person alone, and not for later: what they delete is offered no more."""
    words = query.query.strip()
    found = [] if not words else [_article(ASK, t("bot.inline.ask"), words, t)]
    if words:
        found += [_article(name, title, words, t) for name, title in offered_tasks(t)]
    found += await _own(query.from_user.id, words, t, context)
    button = InlineQueryResultsButton(text=t("bot.inline.private"), start_parameter="ask")
    await query.answer(found, cache_time=0, is_personal=True, button=button)  # type: ignore[arg-type]


async def _own(
    person: int, words: str, t: Translator, context: BotContext
) -> list[InlineQueryResultArticle]:
    """The person's prompts, asked with the typed words if there are any, and those of their
    answers that have the words in them."""
    erasure = await context.erasures.standing(person)
    if erasure is not None and erasure.state == "erasing":
        context.account.close_answers(person)
        return []
    prompts = list((await context.saved_prompts.of(person)).items())[:PROMPTS]
    answers = await context.account.answers(person, words, ANSWERS)
    title = t("bot.inline.prompt")
    return [
        *(_article(PROMPT + i.hex, title, with_prompt(one, words), t) for i, one in prompts),
        *[
            await asyncio.to_thread(answer_result, ANSWER + i.hex, one, t)
            for i, one in answers.items()
            if not begins_quiz(one)  # it tells what is right
        ],
    ]


def with_prompt(prompt: str, words: str) -> str:
    """A saved prompt with the words that it is asked about."""
    return "\n\n".join(filter(None, (prompt, words)))


def offered_tasks(t: Translator) -> list[tuple[str, str]]:
    """The offered tasks and their titles; those without options first."""
    tasks = sorted((task for task in all_tasks() if task.inline), key=lambda one: bool(one.options))
    return [(task.name, task_name(task, t)) for task in tasks]


def _article(result_id: str, title: str, words: str, t: Translator) -> InlineQueryResultArticle:
    shown = words if len(words) <= SHOWN else words[:SHOWN] + "…"
    return InlineQueryResultArticle(
        id=result_id,
        title=title,
        description=shown,
        input_message_content=InputTextMessageContent(message_text=shown, parse_mode=None),
        reply_markup=waiting_button(t),
    )


async def chosen(result: ChosenInlineResult, bot: Bot, t: Translator, context: BotContext) -> None:
    """The message was sent: answer in it. One that is an answer already stays as it is."""
    if result.inline_message_id is None or result.result_id.startswith(ANSWER):
        return
    question = question_of(result.result_id, result.query.strip(), t)
    if result.result_id.startswith(PROMPT):
        kept = await context.saved_prompts.of(result.from_user.id)
        prompt = kept.get(UUID(hex=result.result_id.removeprefix(PROMPT)), "")
        question = Question(with_prompt(prompt, question.text))
    await answer_placed(result.inline_message_id, result.from_user, question, bot, t, context)


def question_of(result_id: str, words: str, t: Translator) -> Question:
    """The question of the chosen result."""
    task = find_task(result_id)
    if task is None or not task.inline:
        return Question(words)
    return Question(words, task=task.name, options=default_options(task, t))


async def stop(query: CallbackQuery, t: Translator, context: BotContext) -> None:
    """Stop the answer; only the person who asked may."""
    try:
        run_id = read_id((query.data or "").removeprefix(STOP))
        await context.generation.stop(query.from_user.id, run_id)
    except NotFound:
        await acknowledge(query, t("bot.placed.not_yours"), alert=True)
    except TanyaError as error:
        await acknowledge(query, refusal(error, t), alert=True)
    else:
        await acknowledge(query)


async def waiting(query: CallbackQuery) -> None:
    """The button under a message that is being answered."""
    await acknowledge(query)
