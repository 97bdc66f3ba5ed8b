"""Private chats only: put into a group or a channel, the bot says so and leaves.

In a group it would read what people say to each other, and answer one at another's cost.
"""

from contextlib import suppress

from aiogram import Bot, F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNotFound
from aiogram.filters import JOIN_TRANSITION, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated

from backend.i18n import Translator

REFUSED = (TelegramBadRequest, TelegramForbiddenError, TelegramNotFound)


def make_router() -> Router:
    """The router of this file."""
    router = Router(name="groups")
    router.my_chat_member.register(
        leave, F.chat.type != ChatType.PRIVATE, ChatMemberUpdatedFilter(JOIN_TRANSITION)
    )
    return router


async def leave(event: ChatMemberUpdated, bot: Bot, t: Translator) -> None:
    """Say where to write instead, and go."""
    if event.chat.type != ChatType.CHANNEL:
        with suppress(*REFUSED):
            name = (await bot.me()).username
            await bot.send_message(event.chat.id, t("bot.group.private_only", bot=f"@{name}"))
    with suppress(*REFUSED):
        await bot.leave_chat(event.chat.id)
