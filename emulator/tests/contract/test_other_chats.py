"""Inline results, guest mode and connected accounts, as aiogram's real client sees them."""

import asyncio

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
)

from telegram_emulator.actions import (
    AdvanceClock,
    BusinessConnected,
    ChooseInlineResult,
    ConnectBusiness,
    CreateGroup,
    DeleteBusinessMessages,
    DisconnectBusiness,
    EditBusinessText,
    GroupCreated,
    InlineQuery,
    PauseBusinessChat,
    PressShared,
    SendBusinessText,
    SendGuestMessage,
    SendText,
    Shared,
)
from telegram_emulator.testing import ANN, IVAN, LAYLA, Phone, Refused
from tests.contract.group_of_three import taken


def article(result_id: str, *, button: bool = False) -> InlineQueryResultArticle:
    """A result, with or without a button."""
    row = [InlineKeyboardButton(text="Stop", callback_data="stop")]
    return InlineQueryResultArticle(
        id=result_id,
        title="Ask",
        input_message_content=InputTextMessageContent(message_text="thinking"),
        reply_markup=InlineKeyboardMarkup(inline_keyboard=[row]) if button else None,
    )


async def friends(phone: Phone) -> int:
    """A supergroup of Ann and Ivan without the bot."""
    created = await phone.act(CreateGroup(ANN, "Friends", member_ids=(IVAN,)))
    assert isinstance(created, GroupCreated)
    return created.chat_id


async def choose(phone: Phone, bot: Bot, result: InlineQueryResultArticle, group: int) -> str:
    """Ivan sends an inline query in the group, the bot answers with `result`, and Ivan sends it."""
    asking = asyncio.ensure_future(phone.act(InlineQuery(IVAN, "why", chat_id=group)))
    while not (updates := await bot.get_updates(timeout=2)):
        pass
    query = updates[-1].inline_query
    assert query
    assert query.chat_type == "supergroup"
    await query.answer([result])
    await asking
    await taken(bot)
    shared = await phone.act(ChooseInlineResult(IVAN, "why", result.id, chat_id=group))
    assert isinstance(shared, Shared)
    return shared.inline_message_id


async def test_a_chosen_result_becomes_a_message_in_the_group(phone: Phone, bot: Bot) -> None:
    """The person sends it via the bot; the bot only gets an id for editing if the result has
    buttons, and edits what the group sees."""
    group = await friends(phone)
    number = await choose(phone, bot, article("a", button=True), group)
    message = (await phone.said_in(group))[-1]
    assert (message["from"]["id"], message["via_bot"]["username"]) == (IVAN, "local_bot")
    (update,) = await taken(bot)
    assert update.chosen_inline_result
    assert update.chosen_inline_result.inline_message_id == number
    await bot.edit_message_text("Because", inline_message_id=number)
    assert (await phone.said_in(group))[-1]["text"] == "Because"
    with pytest.raises(Refused, match="DATA_INVALID"):  # the edit removed the button
        await phone.act(PressShared(IVAN, number, "stop"))
    await choose(phone, bot, article("b"), group)
    (update,) = await taken(bot)
    assert update.chosen_inline_result
    assert update.chosen_inline_result.inline_message_id is None


async def test_feedback_and_inline_mode_can_be_switched(phone: Phone, bot: Bot) -> None:
    """A button press has the inline id; without feedback the bot is not told of choices."""
    group = await friends(phone)
    assert (await phone.call("setMySettings", inline_feedback_share_denominator=0))["ok"]
    number = await choose(phone, bot, article("a", button=True), group)
    assert await taken(bot) == []
    await phone.act(PressShared(ANN, number, "stop"))
    (update,) = await taken(bot)
    assert update.callback_query
    assert (update.callback_query.inline_message_id, update.callback_query.message) == (
        number,
        None,
    )
    wrong = await phone.call("setMySettings", inline_feedback_share_denominator=7)
    assert wrong["error_code"] == 400
    await phone.call("setMySettings", supports_inline_queries=False)
    with pytest.raises(Refused, match="BOT_INLINE_DISABLED"):
        await phone.act(InlineQuery(IVAN, "x"))
    me = (await phone.call("getMe"))["result"]
    assert (me["supports_inline_queries"], me["active_usernames"]) == (False, ["local_bot"])


async def test_a_guest_answers_once_and_edits_the_answer(phone: Phone, bot: Bot) -> None:
    """The mention contains the replied-to message; the answer names who called."""
    group = await friends(phone)
    await phone.act(SendText(ANN, "The moon is cheese", chat_id=group))
    said = (await phone.said_in(group))[-1]["message_id"]
    await phone.act(SendGuestMessage(IVAN, "", "@local_bot true?", group, reply_to=said))
    (update,) = await taken(bot)
    message = update.guest_message
    assert message
    assert message.guest_query_id
    assert message.reply_to_message
    assert message.reply_to_message.text == "The moon is cheese"
    sent = await bot.answer_guest_query(message.guest_query_id, article("g", button=True))
    with pytest.raises(TelegramBadRequest, match="query ID is invalid"):
        await bot.answer_guest_query(message.guest_query_id, article("g"))
    assert (await phone.said_in(group))[-1]["guest_bot_caller_user"]["id"] == IVAN
    await bot.edit_message_text("No.", inline_message_id=sent.inline_message_id)
    assert (await phone.said_in(group))[-1]["text"] == "No."
    with pytest.raises(TelegramForbiddenError, match="bot is not a member"):
        await bot.send_message(group, "x")


async def connected(phone: Phone, bot: Bot, *rights: str) -> str:
    """Ann's account with the bot connected."""
    result = await phone.act(ConnectBusiness(ANN, rights or ("can_reply", "can_read_messages")))
    assert isinstance(result, BusinessConnected)
    (update,) = await taken(bot)
    assert update.business_connection
    assert update.business_connection.id == result.connection_id
    return result.connection_id


async def test_a_customers_chat_is_answered_in_the_owners_name(phone: Phone, bot: Bot) -> None:
    """The message is marked with the bot; it is not in the customer's own chat with the bot."""
    connection = await connected(phone, bot)
    await phone.act(SendBusinessText(LAYLA, ANN, LAYLA, "Are you open?"))
    (update,) = await taken(bot)
    message = update.business_message
    assert message
    assert (message.business_connection_id, message.chat.id) == (connection, LAYLA)
    sent = await message.reply("Until six.")
    assert sent.from_user
    assert sent.sender_business_bot
    assert (sent.from_user.id, sent.sender_business_bot.username) == (ANN, "local_bot")
    assert await taken(bot) == []  # not for its own message
    assert await bot.read_business_message(connection, LAYLA, message.message_id)
    edited = await bot.edit_message_text(
        "Until seven.",
        business_connection_id=connection,
        chat_id=LAYLA,
        message_id=sent.message_id,
    )
    assert edited
    assert [m["text"] for m in await phone.business(ANN, LAYLA)] == [
        "Are you open?",
        "Until seven.",
    ]
    assert await phone.messages(LAYLA) == []
    await phone.act(SendBusinessText(ANN, ANN, LAYLA, "I am here myself"))
    (update,) = await taken(bot)
    assert update.business_message
    assert update.business_message.from_user
    assert update.business_message.from_user.id == ANN


async def test_a_connections_limits(phone: Phone, bot: Bot) -> None:
    """Refused without the right, a day after the customer wrote, in a paused chat, and after the
    end."""
    connection = await connected(phone, bot, "can_read_messages")
    await phone.act(SendBusinessText(LAYLA, ANN, LAYLA, "Hello"))
    with pytest.raises(TelegramForbiddenError, match="BOT_ACCESS_FORBIDDEN"):
        await bot.send_message(LAYLA, "x", business_connection_id=connection)
    await phone.act(ConnectBusiness(ANN, ("can_reply",)))
    await bot.send_message(LAYLA, "x", business_connection_id=connection)
    await phone.act(AdvanceClock(days=2))
    with pytest.raises(TelegramForbiddenError, match="BUSINESS_PEER_USAGE_MISSING"):
        await bot.send_message(LAYLA, "x", business_connection_id=connection)
    await taken(bot)
    await phone.act(PauseBusinessChat(ANN, LAYLA))
    await phone.act(SendBusinessText(LAYLA, ANN, LAYLA, "Hello?"))
    assert await taken(bot) == []
    with pytest.raises(TelegramBadRequest, match="BUSINESS_PEER_INVALID"):
        await bot.send_message(LAYLA, "x", business_connection_id=connection)
    await phone.act(DisconnectBusiness(ANN))
    (update,) = await taken(bot)
    assert update.business_connection
    assert update.business_connection.is_enabled is False
    with pytest.raises(TelegramBadRequest, match="business connection not found"):
        await bot.get_business_connection(connection)


async def test_edits_and_deletions_in_business_chats_are_told(phone: Phone, bot: Bot) -> None:
    """This is the only place where Telegram tells a bot about deletions."""
    connection = await connected(phone, bot, "can_reply", "can_delete_sent_messages")
    await phone.act(SendBusinessText(LAYLA, ANN, LAYLA, "Helo", offline=False))
    (update,) = await taken(bot)
    assert update.business_message
    number = update.business_message.message_id
    await phone.act(EditBusinessText(ANN, LAYLA, number, "Hello"))
    await phone.act(DeleteBusinessMessages(ANN, LAYLA, (number,)))
    edited, deleted = await taken(bot)
    assert edited.edited_business_message
    assert edited.edited_business_message.text == "Hello"
    assert deleted.deleted_business_messages
    assert deleted.deleted_business_messages.message_ids == [number]
    sent = await bot.send_message(LAYLA, "x", business_connection_id=connection)
    assert await bot.delete_business_messages(connection, [sent.message_id])
    await phone.act(SendBusinessText(LAYLA, ANN, LAYLA, "again"))
    again = (await phone.business(ANN, LAYLA))[-1]["message_id"]
    with pytest.raises(TelegramForbiddenError, match="BOT_ACCESS_FORBIDDEN"):
        await bot.delete_business_messages(connection, [again])
