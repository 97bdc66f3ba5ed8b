"""Questions in a group: /ask, replies to the bot, mentions that Telegram delivers, /check on a
post.

A model gets the question and, where admins allow it, the replied-to message.
"""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message, User

from backend.bot.answering.answers import Question, question_id, refusal
from backend.bot.answering.group_answers import STOP, answer_in_group, showing_apart, whisper
from backend.bot.answering.group_words import asked, is_mentioned, is_own, quotation, without_names
from backend.bot.answering.others import as_decided_apart
from backend.bot.answering.placed import greet_asker
from backend.bot.answering.words import replied_to, words_of
from backend.bot.chats.admins import is_admin
from backend.bot.chats.groups import GroupAnswer, GroupRules
from backend.bot.context import BotContext
from backend.bot.handlers.check import offer_check
from backend.bot.handlers.groups import BY_PEOPLE
from backend.bot.sending.buttons import acknowledge, read_id
from backend.bot.sending.places import place_of
from backend.checks import CheckRequest
from backend.errors import NotFound, ServerDraining, TanyaError
from backend.generation import SendMessage
from backend.i18n import Translator
from backend.uuid7 import uuid7

GROUPS = True
GROUP_COMMANDS = ("ask", "check")


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="group_ask")
    router.message.register(ask, *BY_PEOPLE, Command("ask", ignore_case=True))
    router.message.register(check, *BY_PEOPLE, Command("check", ignore_case=True))
    router.message.register(ask_by_name, *BY_PEOPLE, is_meant)
    router.callback_query.register(stop, F.data.startswith(STOP))
    return router


async def is_meant(message: Message, bot: Bot) -> bool:
    """Whether a message replies to the bot or mentions it, other than in a command."""
    if words_of(message).startswith("/"):
        return False
    replied = message.reply_to_message
    if replied is not None and replied.from_user is not None and replied.from_user.id == bot.id:
        return True
    return is_mentioned(message, (await bot.me()).username or "")


async def ask(
    message: Message, choice: str | None, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Answer the command, or explain how to turn the bot on where it is off."""
    rules = await context.groups.rules(message.chat.id)
    if rules is None:
        await message.reply(t("bot.group.hello"))
    elif (asker := await asker_of_message(message, t)) is not None:
        await _ask(message, asker, rules, choice, bot, t, context)


async def ask_by_name(
    message: Message, choice: str | None, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Answer a reply or mention; where the bot is off, stay silent."""
    rules = await context.groups.rules(message.chat.id)
    if rules is not None and (asker := await asker_of_message(message, t)) is not None:
        await _ask(message, asker, rules, choice, bot, t, context)


async def check(
    message: Message, choice: str | None, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Check the replied-to post; quota and consent are the asker's."""
    rules = await context.groups.rules(message.chat.id)
    if rules is None:
        await message.reply(t("bot.group.hello"))
        return
    if (asker := await asker_of_message(message, t)) is None:
        return
    text = replied_to(message)
    if not text:
        await message.reply(t("bot.group.check.usage"))
    elif not rules.quotes and not is_own(message, bot.id):
        await message.reply(t("bot.group.no_quotes"))
    else:
        key = question_id(message.chat.id, message.message_id, message.date)
        place = place_of(message)
        try:
            await greet_asker(asker.id, t, context)
            apart = showing_apart(place, asker.id, bot)
            question = Question(without_names(text, t))
            question = await as_decided_apart(
                question, message, choice, None, apart, bot, t, context
            )
            wanted = CheckRequest(key, text=question.text, placeholders=question.placeholders)
            await offer_check(asker.id, place, wanted, bot, t, context)
        except ServerDraining:
            raise
        except TanyaError as error:
            await whisper(place, asker.id, refusal(error, t), bot)


async def stop(query: CallbackQuery, bot: Bot, t: Translator, context: BotContext) -> None:
    """Stop an answer, for the asker or an admin of the group."""
    owner, _, run = (query.data or "").removeprefix(STOP).partition(":")
    try:
        asker, run_id = int(owner), read_id(run)
    except (ValueError, NotFound):
        await acknowledge(query)
        return
    person, message = query.from_user.id, query.message
    admin = message is not None and await is_admin(message.chat.id, person, bot)
    if person != asker and not admin:
        await acknowledge(query, t("bot.group.stop"), alert=True)
        return
    with suppress(NotFound):
        await context.generation.stop(asker, run_id)
    await acknowledge(query)


async def asker_of_message(message: Message, t: Translator) -> User | None:
    """The asker. Anonymous admins and channels cannot be asked for consent and have no quota."""
    person = message.from_user
    if message.sender_chat is not None or person is None:
        await message.reply(t("bot.group.anonymous"))
        return None
    return None if person.is_bot else person


async def _ask(
    message: Message,
    asker: User,
    rules: GroupRules,
    choice: str | None,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    place = place_of(message)
    said = asked(message, (await bot.me()).username or "")
    before = await _answered(asker, message, context)
    may_quote = rules.quotes or is_own(message, bot.id)
    quoted = quotation(message, bot.id, t) if may_quote and before is None else ""
    text = "\n\n".join(filter(None, (quoted, said)))
    if not text:
        has_more = message.reply_to_message is not None and not may_quote
        await message.reply(t("bot.group.no_quotes" if has_more else "bot.group.empty"))
        return
    begun = before.conversation_id if before else None
    question = Question(text)
    if quoted:
        apart = showing_apart(place, asker.id, bot)
        question = await as_decided_apart(question, message, choice, begun, apart, bot, t, context)
    turn = SendMessage(
        id=question_id(place.chat_id, message.message_id, message.date),
        conversation_id=begun or uuid7(context.clock()),
        parent_id=before.leaf_id if before else None,
        text=question.text,
        placeholders=question.placeholders,
        create=before is None,
        group_id=place.chat_id,
    )
    await answer_in_group(place, asker, turn, bot, t, context)


async def _answered(asker: User, message: Message, context: BotContext) -> GroupAnswer | None:
    """The asker's own answer that a message replies to, whose conversation continues. Another
    person's is only quoted."""
    place = place_of(message)
    if place.replies_to is None or (message.quote is not None and message.quote.is_manual):
        return None
    return await context.groups.answer_at(asker.id, place.chat_id, place.replies_to)
