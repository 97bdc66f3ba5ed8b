"""An edited question is asked again; its new answer is another branch. Of a question of several
messages, the words of the edited one are replaced."""

from datetime import UTC, datetime
from uuid import UUID

from aiogram import Bot, F, Router
from aiogram.types import Message

from backend.bot.answering.answers import question_id, refusal, respond
from backend.bot.answering.attached import keep
from backend.bot.answering.others import redacted_again
from backend.bot.answering.words import with_quotation, words_of
from backend.bot.chats.question_parts import JoinedQuestion
from backend.bot.context import BotContext
from backend.bot.sending.places import place_of
from backend.errors import TanyaError
from backend.generation import SendMessage
from backend.i18n import Translator
from backend.placeholders import restore


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="edited")
    router.edited_message.register(ask_again, F.text | F.caption)
    return router


async def ask_again(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Ask the edited text. Edits without a change, such as added previews, and of non-questions are
    ignored."""
    place = place_of(message)
    whole = await context.chats.question_parts.question_with(place.chat_id, message.message_id)
    alone = question_id(place.chat_id, message.message_id, message.date)
    asked = await context.chats.message(place.chat_id, whole.id if whole else alone)
    if asked is None or not message.edit_date or message.forward_origin is not None:
        return
    before, known = restore(asked.text, asked.asked.placeholders), asked.asked.placeholders
    part = whole.part(message.message_id) if whole else None
    begins, ends = (part.begins, part.begins + part.length) if part else (0, len(before))
    if (words := _new_words(message, before[begins:ends], bot, t)) is None:
        return
    try:
        files = await _files(message, whole, bot, context)
    except TanyaError as error:
        await message.reply(refusal(error, t), parse_mode=None)
        return
    at = datetime.fromtimestamp(message.edit_date, UTC)
    # An earlier decision about other people's words also holds for the new text that quotes them.
    sent = redacted_again(before[:begins] + words + before[ends:], known)
    again = SendMessage(
        id=question_id(place.chat_id, f"{message.message_id}:edited", at),
        conversation_id=asked.conversation_id,
        parent_id=asked.parent_id,
        branch=True,
        text=sent.text,
        placeholders=sent.placeholders,
        task=asked.asked.task,
        options=asked.asked.options,
        files=files,
    )
    await respond(place, again, bot, t, context)
    if whole is not None:
        changed = whole.with_part(again.id, message.message_id, len(words))
        await context.chats.question_parts.note(place.chat_id, again.conversation_id, changed)


def _new_words(message: Message, before: str, bot: Bot, t: Translator) -> str | None:
    """The edited words, with what they reply to if that was quoted; None if nothing changed."""
    words = words_of(message)
    quoted = with_quotation(message, words, bot.id, t)
    if before in (words, quoted):
        return None
    was_quoted = before.startswith(with_quotation(message, "", bot.id, t) or "\0")
    return quoted if was_quoted else words


async def _files(
    message: Message, whole: JoinedQuestion | None, bot: Bot, context: BotContext
) -> tuple[UUID, ...]:
    """The message's files, or those of all messages that it was joined with."""
    if whole is not None:
        return await context.chats.question_parts.files_of(message.chat.id, whole.id)
    return await keep([message], bot, context)
