"""Updates about connected accounts: connections, and messages in their chats.

Nothing is read before the owner has chosen a mode and which providers may get customers' messages.
Messages by bots, the account's own greetings and this bot's messages are ignored, so that nothing
answers itself. Of several messages in a row the last one is answered.
"""

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BusinessConnection, BusinessMessagesDeleted, Message, User

from backend.bot.answering.answers import question_id, refusal
from backend.bot.answering.business_replies import (
    HANDOVER_PAUSE,
    answer_customer,
    compose,
    hand_over,
    show_draft,
)
from backend.bot.answering.placed import greet_asker
from backend.bot.answering.words import words_of
from backend.bot.context import BotContext
from backend.bot.handlers.business_owner import panel_keyboard, panel_words
from backend.bot.inbox.updates import business_lane
from backend.business import (
    AccountChange,
    BusinessAccount,
    CustomerChat,
    Decision,
    Line,
    decide,
    is_authorised,
    wants_person,
)
from backend.errors import ErasureUnderWay, ServerDraining, TanyaError
from backend.i18n import Translator, translator

LONGEST_LINE = 2_000
"""How many characters of a message are stored."""


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="business")
    router.business_connection.register(connected)
    router.business_message.register(hear)
    router.edited_business_message.register(corrected)
    router.deleted_business_messages.register(deleted)
    return router


async def connected(
    event: BusinessConnection, bot: Bot, t: Translator, context: BotContext
) -> None:
    """Store the connection; for a new one, show the owner the modes."""
    owner = event.user.id
    await greet_asker(owner, t, context)
    before = await context.business.of_owner(owner)
    await _note(event, context)
    if not event.is_enabled:
        await bot.send_message(owner, t("bot.business.gone"))
    elif before is None or not before.enabled:
        account = await context.business.of_owner(owner)
        words = await panel_words(account, t, context)
        await bot.send_message(
            owner, words, parse_mode=None, reply_markup=panel_keyboard(account, t, context.links)
        )


async def _note(event: BusinessConnection, context: BotContext) -> None:
    can_reply = bool(event.rights and event.rights.can_reply)
    await context.business.connect(
        event.user.id, event.id, enabled=event.is_enabled, can_reply=can_reply
    )


async def hear(message: Message, bot: Bot, context: BotContext) -> None:
    """A message in a connected account's chat: a customer's gets a draft or an answer, the owner's
    own pauses that.

    Raises:
        ServerDraining: another process is to do it.
    """
    account = await _account(message, bot, context)
    sender, text = message.from_user, words_of(message).strip()[:LONGEST_LINE]
    if account is None or sender is None or not text or _is_passed_over(message):
        return
    is_customer = sender.id != account.user_id
    line = Line(message.message_id, is_customer, text, int(message.date.timestamp()))
    name = message.chat.full_name
    chat = await context.business.add_message(account.user_id, message.chat.id, line, name)
    decision = decide(account, chat, context.clock())
    if not is_customer or decision == "silent" or await _more_waits(message, context):
        return
    profile = await context.account.profile(account.user_id)
    t = translator(profile.chosen_language or profile.language)
    if not is_authorised(account, await context.consents.agreed_names(account.user_id)):
        await context.business.change(account.user_id, AccountChange(mode="off"))
        await bot.send_message(account.user_id, t("bot.business.authorise_again"))
        return
    try:
        await _reply(message, sender, account, chat, decision, bot, t, context)
    except ServerDraining:
        raise
    except ErasureUnderWay:
        return
    except TanyaError as error:
        until = context.clock() + HANDOVER_PAUSE
        await context.business.pause(account.user_id, chat.customer_id, until)
        await bot.send_message(account.user_id, refusal(error, t), parse_mode=None)


async def _reply(
    message: Message,
    customer: User,
    account: BusinessAccount,
    chat: CustomerChat,
    decision: Decision,
    bot: Bot,
    t: Translator,
    context: BotContext,
) -> None:
    owner, words = account.user_id, words_of(message)
    await greet_asker(owner, t, context)
    key = question_id(owner, f"{account.connection_id}:{message.message_id}", message.date)
    reply = ""
    if not wants_person(account, words):
        reply = await compose(account, chat, customer, key, t, context)
    if not await _still_connected(account, context):
        return
    await context.business.count_answer(owner, chat.customer_id)
    if not reply:
        if decision == "answer":
            theirs = translator(customer.language_code or "en")
            handed = theirs("bot.business.handed_over")
            await context.business_replies.send(account, chat.customer_id, handed)
            until = context.clock() + HANDOVER_PAUSE
            await context.business.pause(owner, chat.customer_id, until)
        await hand_over(account, customer, words, bot, t)
    elif decision == "draft" or not await answer_customer(account, chat, customer, reply, context):
        await show_draft(account, customer, words, key, reply, bot, t, context)


async def _still_connected(account: BusinessAccount, context: BotContext) -> bool:
    """Whether the owner did not disconnect or switch off the bot while a reply was written."""
    now = await context.business.of_owner(account.user_id)
    return now is not None and now.enabled and now.mode != "off"


async def corrected(message: Message, bot: Bot, context: BotContext) -> None:
    """Update the stored text of an edited message."""
    account = await _account(message, bot, context)
    if account is None or message.from_user is None:
        return
    is_customer = message.from_user.id != account.user_id
    text = words_of(message).strip()[:LONGEST_LINE]
    line = Line(message.message_id, is_customer, text, int(message.date.timestamp()))
    await context.business.correct(account.user_id, message.chat.id, line)


async def deleted(event: BusinessMessagesDeleted, context: BotContext) -> None:
    """Delete the stored text of deleted messages, and drafts made from it."""
    account = await context.business.by_connection(event.business_connection_id)
    if account is not None:
        numbers = event.message_ids
        await context.business.forget_lines(account.user_id, event.chat.id, numbers)


async def _account(message: Message, bot: Bot, context: BotContext) -> BusinessAccount | None:
    """The account of a message, if it is read at all. An unknown connection, for example after a
    restore, is requested from Telegram."""
    connection = message.business_connection_id or ""
    account = await context.business.by_connection(connection)
    if account is None:
        try:
            await _note(await bot.get_business_connection(connection), context)
        except TelegramBadRequest:
            return None
        account = await context.business.by_connection(connection)
    if account is None or not account.enabled or account.mode == "off":
        return None
    return account


def _is_passed_over(message: Message) -> bool:
    sender = message.from_user
    by_bot = sender is not None and sender.is_bot
    own = message.sender_business_bot is not None or message.via_bot is not None
    return bool(by_bot or own or message.is_from_offline)


async def _more_waits(message: Message, context: BotContext) -> bool:
    """Whether the customer has written more meanwhile, which is answered together with it."""
    lane = business_lane(message.business_connection_id or "", message.chat.id)
    for one in await context.stored_updates.waiting(lane):
        later = (one.update or {}).get("business_message") or {}
        theirs = later.get("from", {}).get("id") == message.chat.id
        if theirs and later.get("message_id", 0) > message.message_id:
            return True
    return False
