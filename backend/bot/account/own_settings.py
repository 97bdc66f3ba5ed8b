"""setMySettings (Bot API 10.5), which aiogram's types do not have yet: settings that had to be made
in BotFather before."""

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramNotFound
from aiogram.methods import TelegramMethod


class SetMySettings(TelegramMethod[bool]):
    """The settings that Tanya needs; others are not changed."""

    __returning__ = bool
    __api_method__ = "setMySettings"

    supports_inline_queries: bool
    inline_query_placeholder: str
    inline_feedback_share_denominator: int
    supports_guest_queries: bool
    can_join_groups: bool
    can_connect_to_business: bool


async def apply_settings(bot: Bot, placeholder: str) -> bool:
    """Turn on inline mode with feedback for every choice, guest mode, groups and connected
    accounts. Returns False if the server does not have the method yet. Topics are not changed,
    since they cost a part of all Stars."""
    settings = SetMySettings(
        supports_inline_queries=True,
        inline_query_placeholder=placeholder,
        inline_feedback_share_denominator=1,
        supports_guest_queries=True,
        can_join_groups=True,
        can_connect_to_business=True,
    )
    try:
        return await bot(settings)
    except (TelegramBadRequest, TelegramNotFound):
        return False
