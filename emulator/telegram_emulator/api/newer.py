"""Models of what is newer than aiogram's types, written from Telegram's description."""

from typing import Literal

from aiogram.methods import TelegramMethod
from aiogram.types import User


class BotFullInfo(User):
    """What getMe answers since 10.5: a `User` with what only the bot itself is told."""

    inline_query_placeholder: str | None = None
    needs_inline_query_location: bool | None = None
    has_topic_sidebar: bool | None = None
    active_usernames: list[str] | None = None
    supports_join_request_queries: bool | None = None


class GetMe(TelegramMethod[BotFullInfo]):
    """getMe (10.5)"""

    __returning__ = BotFullInfo
    __api_method__ = "getMe"


class SetMySettings(TelegramMethod[bool]):
    """setMySettings (10.5): what is not given stays as it is."""

    __returning__ = bool
    __api_method__ = "setMySettings"

    supports_inline_queries: bool | None = None
    inline_query_placeholder: str | None = None
    needs_inline_query_location: bool | None = None
    inline_feedback_share_denominator: Literal[0, 1, 10, 100, 1000] | None = None
    can_join_groups: bool | None = None
    can_read_all_group_messages: bool | None = None
    can_connect_to_business: bool | None = None
    can_manage_bots: bool | None = None
    supports_guest_queries: bool | None = None
    supports_join_request_queries: bool | None = None
    has_topics_enabled: bool | None = None
    allows_users_to_create_topics: bool | None = None
    has_topic_sidebar: bool | None = None
    can_communicate_with_bots: bool | None = None
    callback_query_mode: Literal["default", "auto", "inline"] | None = None
