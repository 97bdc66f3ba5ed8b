"""Answers questions in the chat: a draft while the answer is written, then a message.

The inbox keeps the update until this returns, and the question's id is derived from the update, so
after a crash the same question joins the same run and the answer is still sent. A crash between
sending and marking the update as done sends it twice: the Bot API has no idempotency key.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

import msgspec
from aiogram import Bot
from aiogram.types import BufferedInputFile, Message
from msgspec.structs import replace

from backend.bot.answering.ages import ask_age
from backend.bot.answering.answer_buttons import answer_buttons, take_buttons
from backend.bot.answering.consent import ask_consent
from backend.bot.answering.run_events import AnswerSoFar, follow_run
from backend.bot.answering.shown_cards import draft_text, send_quiz, tell_no_quiz
from backend.bot.answering.topic_notes import tell_topic
from backend.bot.answering.words import with_quotation
from backend.bot.cards.checklists import has_tasks
from backend.bot.cards.quizzes import read_quiz
from backend.bot.chats.chats import ChatPosition
from backend.bot.context import BotContext
from backend.bot.sending.drafts import drafting
from backend.bot.sending.messages import send_answer, send_plain
from backend.bot.sending.places import ChatPlace, place_of
from backend.bot.sending.retries import with_retries
from backend.bot.sending.views import appeal_keyboard, open_app_keyboard
from backend.errors import (
    AgeUnknown,
    AnswerWithheld,
    ConsentNeeded,
    IdempotencyConflict,
    NotFound,
    OperatorCapReached,
    PaymentRequired,
    QuestionRefused,
    RunInterrupted,
    ServerDraining,
    TanyaError,
    for_people,
    word_code,
    word_error,
)
from backend.generation import Continue, Regenerate, Run, SendMessage
from backend.i18n import Translator
from backend.placeholders import restore

MOMENT = datetime.fromtimestamp(0, UTC)
"""The timestamp in ids of questions from buttons and chosen results, since Telegram sends none."""
MOST_CONTINUATIONS = 3
CUT_SHORT = ("interrupted", "limited")
"""Ends after which an answer can be continued."""
Request = SendMessage | Regenerate | Continue
REFUSED = (QuestionRefused.code, AnswerWithheld.code)
"""Ends that a person can appeal against."""


def question_id(chat_id: int, message_number: int | str, at: datetime) -> UUID:
    """A UUIDv7 derived from the message, so that a repeated delivery gives the same id."""
    random = sha256(f"{chat_id}:{message_number}".encode()).digest()[:10]
    value = int(at.timestamp() * 1000) << 80 | int.from_bytes(random)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


class Question(msgspec.Struct, frozen=True):
    """A question to ask."""

    text: str
    files: tuple[UUID, ...] = ()
    task: str | None = None
    options: dict[str, str] = {}
    heard: str | None = None
    """A voice message's transcript."""
    last: int | None = None
    """The number of the last message of several that make up the question."""
    placeholders: dict[str, str] = {}
    """What the placeholders in `text` stand for."""


async def answer(
    message: Message, question: Question, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Ask a message's question, show the draft, send the answer; a refusal is sent as its error's
    text.

    Raises:
        ServerDraining: another process is to answer.
        QuestionHeld: the person is asked for consent first.
    """
    place = place_of(message)
    position = await context.chats.position(place)
    turn = SendMessage(
        id=question_id(place.chat_id, message.message_id, message.date),
        conversation_id=position.conversation_id,
        parent_id=position.leaf_id,
        text=question.text,
        task=question.task,
        options=question.options,
        create=position.leaf_id is None,
        files=question.files,
        placeholders=question.placeholders,
    )
    await respond(place, turn, bot, t, context, heard=question.heard, last=question.last)


async def with_its_quotation(
    message: Message, question: Question, bot: Bot, t: Translator, context: BotContext
) -> Question:
    """The question with the replied-to text before it."""
    position = await context.chats.position(place_of(message))
    if question.task is not None or _follows(message, position):
        return question
    return replace(question, text=with_quotation(message, question.text, bot.id, t))


def _follows(message: Message, position: ChatPosition) -> bool:
    """Whether it replies to the whole answer right before it; that needs no quotation."""
    chosen = message.quote is not None and message.quote.is_manual
    return position.about is not None and position.about == position.leaf_id and not chosen


async def respond(
    place: ChatPlace,
    request: Request,
    bot: Bot,
    t: Translator,
    context: BotContext,
    *,
    heard: str | None = None,
    known: str = "",
    last: int | None = None,
) -> None:
    """Answer a request at a place of the chat; `known` is what the chat already has of the answer,
    `last` is as in `Question`. Raises like `answer`."""
    try:
        run = await begin(place.chat_id, request, t, context)
    except ServerDraining:
        raise
    except ConsentNeeded as error:
        await ask_consent(bot, place, error, t, context, heard)
    except AgeUnknown as error:
        ask_age(bot, place, error, t, heard)
    except TanyaError as error:
        await _send_refusal(bot, place, error, t, context)
    else:
        await context.chats.remember(place, run.conversation_id)
        behind = replace(place, number=last or place.number)
        names = await context.chats.placeholders(place.chat_id, run.conversation_id)
        with suppress(NotFound):  # the person deleted the conversation meanwhile
            async with (
                context.queue_notes.watching(behind, t, context.nursery),
                drafting(bot, place, run.message_id, t, context.nursery) as draft,
            ):
                answered = await read_to_end(
                    run, request.id, t, context, lambda text: draft.show(draft_text(text, names))
                )
            answered.text = restore(answered.text.removeprefix(known), names)
            await _send(bot, place, run, answered, t, context, listens=heard is not None)
            await tell_no_quiz(bot, place, request, answered, t)
            await tell_topic(bot, place, request, run, t, context)


async def _send_refusal(
    bot: Bot, place: ChatPlace, error: TanyaError, t: Translator, context: BotContext
) -> None:
    mended = isinstance(error, PaymentRequired | OperatorCapReached)
    keyboard = open_app_keyboard(t, context.links) if mended else None
    await send_plain(bot, place, refusal(error, t), keyboard)


async def begin(user_id: int, request: Request, t: Translator, context: BotContext) -> Run:
    """Start the run, or return the one that the question started before a crash, even if the
    conversation has continued since."""
    generation, language = context.generation, t.language
    try:
        match request:
            case SendMessage():
                return await generation.send(user_id, language, request)
            case Regenerate():
                return await generation.regenerate(user_id, language, request)
            case Continue():
                return await generation.continue_answer(user_id, language, request)
    except IdempotencyConflict:
        if (run := await context.chats.run_of(user_id, request.id)) is None:
            raise
        return run


async def read_to_end(
    run: Run, key: UUID, t: Translator, context: BotContext, show: Callable[[str], None]
) -> AnswerSoFar:
    """Read the answer to its end. A run that was interrupted because its server stopped is
    continued, here or, if this server is stopping too, on the next one."""
    answered = await follow_run(context.generation, run, show)
    for number in range(1, MOST_CONTINUATIONS + 1):
        if answered.error_code != RunInterrupted.code:
            break
        more = Continue(id=UUID(int=key.int ^ number), message_id=run.message_id)
        try:
            run = await context.generation.continue_answer(run.user_id, t.language, more)
        except ServerDraining:
            raise
        except TanyaError:
            break  # send what there is: the app may have continued it, or the plan allows no more
        answered = await follow_run(context.generation, run, show)
    return answered


async def _send(
    bot: Bot,
    place: ChatPlace,
    run: Run,
    answered: AnswerSoFar,
    t: Translator,
    context: BotContext,
    *,
    listens: bool,
) -> None:
    has_text = bool(answered.text.strip())
    for code, url in answered.unread:
        words = t("bot.ask.failed", title=word_code(code, t).title, detail=url)
        await send_plain(bot, place, words)
    for picture in answered.pictures:
        _, content = await context.file_service.get(run.user_id, picture.id)
        photo = BufferedInputFile(content, picture.name)
        await with_retries(bot.send_photo, place.chat_id, photo, **place.answering())
    if has_text:
        await _send_text(bot, place, run, answered, t, context, listens=listens)
    if words := closing_note(answered, t):
        way_on = None if has_text else open_app_keyboard(t, context.links, run.conversation_id)
        if answered.error_code in REFUSED:
            way_on = appeal_keyboard(run.message_id, t)
        await send_plain(bot, place, words, way_on)


async def _send_text(
    bot: Bot,
    place: ChatPlace,
    run: Run,
    answered: AnswerSoFar,
    t: Translator,
    context: BotContext,
    *,
    listens: bool,
) -> None:
    """The answer, or what it is: a quiz is sent to be answered, and keeps its buttons."""
    ids = run.message_id, run.conversation_id
    ticks = has_tasks(answered.text)
    quiz = None
    if ticks and answered.state == "complete":  # a quiz has boxes, too
        quiz = await asyncio.to_thread(read_quiz, answered.text)
    if quiz is not None:
        numbers = [await send_quiz(bot, place, run.message_id, quiz, t, context.account)]
    else:
        keyboard = answer_buttons(
            *ids,
            t,
            context.links,
            goes_on=answered.state in CUT_SHORT,
            listens=listens,
            ticks=ticks,
        )
        numbers = await send_answer(bot, place, t, answered.text, keyboard)
    before = await context.chats.note_answer(
        place, numbers, ids[1], ids[0], keeps_buttons=quiz is not None
    )
    await take_buttons(bot, place, before)


def closing_note(answered: AnswerSoFar, t: Translator) -> str:
    """The message that follows an answer which was cut short or failed; empty otherwise."""
    if answered.state in CUT_SHORT and answered.text.strip():
        return t(f"bot.ask.{answered.state}")
    if answered.state in ("interrupted", "failed", "limited"):
        title = answered.error_title or word_error(RunInterrupted(), t).title
        return t("bot.ask.failed", title=title, detail=answered.error_detail).strip()
    return ""


def refusal(error: TanyaError, t: Translator) -> str:
    """A refusal's title and detail, as the app would show them."""
    title, detail = word_error(for_people(error), t)
    return t("bot.ask.failed", title=title, detail=detail)
