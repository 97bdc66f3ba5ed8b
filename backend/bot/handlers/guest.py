"""Guest mode: mentioned in a chat where the bot is not a member, it answers once.

Telegram delivers that one message and the message it replies to
(core.telegram.org/bots/guest-mode). The replied-to text becomes part of the question, as in a
private chat: whose words they are, and where they were forwarded from. Names and the like are
placeholders: there is no second answer in which to ask about them.
"""

import re

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
)

from backend.bot.answering.answers import Question
from backend.bot.answering.others import as_placeholders
from backend.bot.answering.placed import answer_placed, waiting_button
from backend.bot.answering.words import with_quotation, words_of
from backend.bot.context import BotContext
from backend.i18n import Translator


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="guest")
    router.guest_message.register(answer_mention)
    return router


async def answer_mention(message: Message, bot: Bot, t: Translator, context: BotContext) -> None:
    """Use the single allowed answer at once, and edit it as the text grows."""
    if message.guest_query_id is None or message.from_user is None or message.from_user.is_bot:
        return
    question = mention_question(message, (await bot.me()).username or "", bot.id, t)
    question = as_placeholders(question, message, bot.id)
    first = t("bot.placed.thinking") if question.text else t("bot.placed.empty")
    result = InlineQueryResultArticle(
        id="guest",
        title=first,
        input_message_content=InputTextMessageContent(message_text=first, parse_mode=None),
        reply_markup=waiting_button(t) if question.text else None,
    )
    try:
        sent = await bot.answer_guest_query(message.guest_query_id, result)
    except TelegramBadRequest:
        return  # too late, or already answered before a crash: a second answer is not possible
    if question.text:
        number = sent.inline_message_id
        await answer_placed(number, message.from_user, question, bot, t, context)


def mention_question(message: Message, username: str, bot_id: int, t: Translator) -> Question:
    """The text without the mention, after a quotation of the message it replies to."""
    mention = re.compile(rf"@{re.escape(username)}\b", re.IGNORECASE)
    said = mention.sub("", words_of(message)).strip()
    return Question(with_quotation(message, said, bot_id, t))
