"""Several messages that were joined into one question: their words and files, and one answer to the
last of them."""

from aiogram import Bot, Router
from aiogram.types import Message
from msgspec.structs import replace

from backend.bot.answering.answers import (
    Question,
    question_id,
    refusal,
    respond,
    with_its_quotation,
)
from backend.bot.answering.attached import keep
from backend.bot.answering.digest_posts import collect_post
from backend.bot.answering.joining import files_replied_to
from backend.bot.answering.others import DIGEST, as_decided, reply_sources
from backend.bot.answering.words import as_forwarded, joined, words_of
from backend.bot.chats.question_parts import JoinedQuestion, QuestionPart
from backend.bot.context import BotContext
from backend.bot.sending.places import place_of
from backend.errors import TanyaError
from backend.generation import SendMessage
from backend.i18n import Translator

BETWEEN = "\n\n"

Groups = list[list[Message]]
"""A question's messages; an album or a long text is one group."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="ask_joined")
    router.message.register(ask_joined, are_several)
    return router


def are_several(_: Message, groups: Groups) -> bool:
    """Whether it is more than one message, album or long text."""
    return len(groups) > 1


async def ask_joined(
    message: Message,
    parts: list[Message],
    groups: Groups,
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    """Ask them as one question. Its id depends on all of them, so that more messages are another
    question."""
    if choice == DIGEST:
        for group in groups:
            await collect_post(group[0], group, t, context)
        return
    texts = [await _words(group, bot, t, context) for group in groups]
    question = Question(BETWEEN.join(filter(None, texts)))
    sources = [*parts, *(source for part in parts for source in reply_sources(part))]
    sent = await as_decided(question, sources, message, choice, bot, t, context)
    try:
        files = await keep(_with_files(parts, bot.id), bot, context)
    except TanyaError as error:
        await parts[-1].reply(refusal(error, t), parse_mode=None)
        return
    place, last = place_of(message), parts[-1].message_id
    position = await context.chats.position(place)
    named = f"{message.message_id}-{last}:{len(parts)}"
    turn = SendMessage(
        id=question_id(place.chat_id, named, message.date),
        conversation_id=position.conversation_id,
        parent_id=position.leaf_id,
        text=sent.text,
        create=position.leaf_id is None,
        files=files,
        placeholders=sent.placeholders,
    )
    await respond(replace(place, number=last), turn, bot, t, context)
    asked = JoinedQuestion(turn.id, _places(groups, texts))
    await context.chats.question_parts.note(place.chat_id, turn.conversation_id, asked)


async def _words(group: list[Message], bot: Bot, t: Translator, context: BotContext) -> str:
    """A group's words, with where they are from and what they are about."""
    text = as_forwarded(group[0], joined(map(words_of, group)), bot.id, t)
    return (await with_its_quotation(group[0], Question(text), bot, t, context)).text.strip()


def _with_files(parts: list[Message], bot_id: int) -> list[Message]:
    """The messages with files, and those that they reply to, each once."""
    found = [*parts, *(one for part in parts for one in files_replied_to(part, bot_id))]
    return list({one.message_id: one for one in found}.values())


def _places(groups: Groups, texts: list[str]) -> tuple[QuestionPart, ...]:
    """Where the words of each message are; a long text of several messages cannot be edited."""
    found, begins = [], 0
    for group, text in zip(groups, texts, strict=True):
        worded = [part for part in group if words_of(part)]
        if len(worded) == 1:
            found.append(QuestionPart(worded[0].message_id, begins, len(text)))
        begins += len(text) + len(BETWEEN) if text else 0
    return tuple(found)
