"""A supergroup of two people and the bot, and the updates that wait for the bot."""

from typing import Any

from aiogram import Bot
from aiogram.types import Update

from telegram_emulator.actions import CreateGroup, GroupCreated, SetAdmin
from telegram_emulator.testing import ANN, IVAN, Phone

BOT = 123456
ADMIN = (
    "can_delete_messages",
    "can_restrict_members",
    "can_promote_members",
    "can_pin_messages",
    "can_invite_users",
    "can_change_info",
    "can_manage_topics",
    "can_manage_tags",
)
WANTED = [
    "message",
    "edited_message",
    "channel_post",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "message_reaction",
    "poll",
    "poll_answer",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "guest_message",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
]


async def made(phone: Phone, *, admin: bool = False, **changes: Any) -> int:
    """A supergroup of Ann, Ivan and the bot; the updates about it are received."""
    created = await phone.act(CreateGroup(ANN, "Friends", member_ids=(IVAN, BOT), **changes))
    assert isinstance(created, GroupCreated)
    if admin:
        await phone.act(SetAdmin(ANN, created.chat_id, BOT, ADMIN))
    bot = phone.bot()
    await taken(bot)
    await bot.session.close()
    return created.chat_id


async def taken(bot: Bot) -> list[Update]:
    """Receive the updates that wait for the bot."""
    updates = await bot.get_updates(allowed_updates=WANTED)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return updates
