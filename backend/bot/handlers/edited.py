"""An edited question is asked again; its new answer is another branch."""

from datetime import UTC, datetime

from aiogram import Bot, F, Router
from aiogram.types import Message

from backend.bot.answering.answers import question_id, refusal, respond
from backend.bot.answering.attached import keep
from backend.bot.answering.others import redacted_again
from backend.bot.answering.words import with_quotation, words_of
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
    place, words = place_of(message), words_of(message)
    first = question_id(place.chat_id, message.message_id, message.date)
    asked = await context.chats.message(place.chat_id, first)
    quoted = with_quotation(message, words, bot.id, t)
    if asked is None or not message.edit_date or message.forward_origin is not None:
        return
    before, known = restore(asked.text, asked.asked.placeholders), asked.asked.placeholders
    if before in (words, quoted):
        return
    try:
        files = await keep([message], bot, context)
    except TanyaError as error:
        await message.reply(refusal(error, t), parse_mode=None)
        return
    at = datetime.fromtimestamp(message.edit_date, UTC)
    was_quoted = before.startswith(with_quotation(message, "", bot.id, t) or "\0")
    # An earlier decision about other people's words also holds for the new text that quotes them.
    sent = redacted_again(quoted if was_quoted else words, known)
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
