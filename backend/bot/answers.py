"""From a question in the chat to its answer there: a draft while it is written, then a message.

The inbox keeps the update until this has ended, and the question's id is made of the update, so
after a crash the same question joins the same run, lets it go on, and the answer is still sent. A
crash between sending and the inbox's note sends it twice: Telegram has no key to prevent that.
"""

from datetime import datetime
from functools import partial
from hashlib import sha256
from uuid import UUID

import msgspec
from aiogram import Bot
from aiogram.types import BufferedInputFile, Message

from backend.bot.consent import ask_consent
from backend.bot.context import BotContext
from backend.bot.drafts import Draft, drafting
from backend.bot.following import Answered, follow
from backend.bot.messages import send_answer, send_plain
from backend.bot.sending import patiently
from backend.bot.views import open_app_keyboard
from backend.errors import (
    ConsentNeeded,
    IdempotencyConflict,
    NotFound,
    OperatorCapReached,
    PaymentRequired,
    RunInterrupted,
    ServerDraining,
    TanyaError,
)
from backend.generation import Continue, Run, SendMessage
from backend.i18n import Translator

MOST_CONTINUATIONS = 3


def question_id(chat_id: int, message_number: int, at: datetime) -> UUID:
    """A UUIDv7 that the same message always gets: the key by which a repeat is known."""
    random = sha256(f"{chat_id}:{message_number}".encode()).digest()[:10]
    value = int(at.timestamp() * 1000) << 80 | int.from_bytes(random)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


class Question(msgspec.Struct, frozen=True):
    """What is to be asked."""

    text: str
    files: tuple[UUID, ...] = ()
    task: str | None = None
    options: dict[str, str] = {}


async def answer(
    message: Message, question: Question, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Ask what a message asks, show the draft, send the answer; a refusal is sent in its own
    words.

    Raises:
        ServerDraining: another process is to answer.
    """
    chat_id = message.chat.id
    place = await context.chats.place(chat_id)
    turn = SendMessage(
        id=question_id(chat_id, message.message_id, message.date),
        conversation_id=place.conversation_id,
        parent_id=place.leaf_id,
        text=question.text,
        task=question.task,
        options=question.options,
        create=place.leaf_id is None,
        files=question.files,
    )
    try:
        run = await _begin(chat_id, turn, t, context)
    except ServerDraining:
        raise
    except ConsentNeeded as error:
        again = partial(answer, message, question, bot, t, context)
        await ask_consent(bot, chat_id, str(error.details["provider"]), again, t, context)
    except TanyaError as error:
        mended = isinstance(error, PaymentRequired | OperatorCapReached)
        keyboard = open_app_keyboard(t, context.links) if mended else None
        await send_plain(bot, chat_id, refusal(error, t), keyboard)
    else:
        await context.chats.remember(chat_id, run.conversation_id)
        await _bring(bot, run, turn.id, t, context)


async def _bring(bot: Bot, run: Run, key: UUID, t: Translator, context: BotContext) -> None:
    """Show the answer while it is written, and send it."""
    try:
        async with drafting(bot, run.user_id, run.message_id, t, context.nursery) as draft:
            answered = await _to_the_end(run, key, t, context, draft)
        await _send(bot, run, answered, t, context)
    except NotFound:
        return  # the person deleted the conversation meanwhile


async def _begin(user_id: int, message: SendMessage, t: Translator, context: BotContext) -> Run:
    """Begin the run, or join the one that the question has begun before a crash, though the
    conversation may have gone on since."""
    try:
        return await context.generation.send(user_id, t.language, message)
    except IdempotencyConflict:
        if (run := await context.chats.run_of(user_id, message.id)) is None:
            raise
        return run


async def _to_the_end(
    run: Run, key: UUID, t: Translator, context: BotContext, draft: Draft
) -> Answered:
    """Read the answer to its end. One that a server left when it stopped goes on, here or, if
    this server is stopping itself, on the next one."""
    answered = await follow(context.generation, run, draft.show)
    for number in range(1, MOST_CONTINUATIONS + 1):
        if answered.error_code != RunInterrupted.code:
            break
        more = Continue(id=UUID(int=key.int ^ number), message_id=run.message_id)
        try:
            run = await context.generation.continue_(run.user_id, t.language, more)
        except ServerDraining:
            raise
        except TanyaError:
            break  # what there is, is sent: the app may have gone on, or the plan allows no more
        answered = await follow(context.generation, run, draft.show)
    return answered


async def _send(bot: Bot, run: Run, answered: Answered, t: Translator, context: BotContext) -> None:
    chat_id, has_text = run.user_id, bool(answered.text.strip())
    for notice in answered.unread:
        words = t("bot.ask.failed", title=t(f"error.{notice.code}.title"), detail=notice.url)
        await send_plain(bot, chat_id, words)
    for picture in answered.pictures:
        _, content = await context.sources.get(chat_id, picture.id)
        await patiently(bot.send_photo, chat_id, BufferedInputFile(content, picture.name))
    if has_text:
        await send_answer(bot, chat_id, t, context.links, answered.text, run.conversation_id)
    if words := _last_words(answered, t):
        keyboard = open_app_keyboard(t, context.links, run.conversation_id)
        await send_plain(bot, chat_id, words, None if has_text else keyboard)


def _last_words(answered: Answered, t: Translator) -> str:
    """What is to be said of an answer that did not come to its end by itself."""
    if answered.state in ("interrupted", "limited") and answered.text.strip():
        return t(f"bot.ask.{answered.state}")
    if answered.state in ("interrupted", "failed", "limited"):
        title = answered.error_title or t("error.run_interrupted.title")
        return t("bot.ask.failed", title=title, detail=answered.error_detail).strip()
    return ""


def refusal(error: TanyaError, t: Translator) -> str:
    """A refusal's title and detail, as the app would show them."""
    values = {name: value for name, value in error.details.items() if value is not None}
    title, detail = (t(f"error.{error.code}.{part}", **values) for part in ("title", "detail"))
    return t("bot.ask.failed", title=title, detail=detail)
