"""Whether a person is an admin of a group: Telegram is asked each time, since it changes."""

from aiogram import Bot
from aiogram.enums import ChatMemberStatus
from aiogram.exceptions import TelegramBadRequest

ADMINS = (ChatMemberStatus.CREATOR, ChatMemberStatus.ADMINISTRATOR)


async def is_admin(chat_id: int, user_id: int, bot: Bot) -> bool:
    """Whether a person is an admin of the group."""
    try:
        return (await bot.get_chat_member(chat_id, user_id)).status in ADMINS
    except TelegramBadRequest:
        return False
