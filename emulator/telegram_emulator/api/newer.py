"""Models of Bot API additions that aiogram's types do not have yet, written from Telegram's
documentation."""

from typing import Literal

from aiogram.methods import TelegramMethod
from aiogram.types import Message, MessageEntity, ReplyMarkupUnion, ReplyParameters, User


class BotFullInfo(User):
    """The result of getMe since 10.5: a `User` with fields for the bot itself."""

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
    """setMySettings (10.5): fields that are not given keep their value."""

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


class WidgetSend(TelegramMethod[Message]):
    """The common parameters of sendWidget and sendSharedWidget."""

    chat_id: int | str
    chat_data: str | None = None
    caption: str | None = None
    parse_mode: str | None = None
    caption_entities: list[MessageEntity] | None = None
    show_caption_above_media: bool | None = None
    message_thread_id: int | None = None
    disable_notification: bool | None = None
    protect_content: bool | None = None
    message_effect_id: str | None = None
    reply_parameters: ReplyParameters | None = None
    reply_markup: ReplyMarkupUnion | None = None


class SendWidget(WidgetSend):
    """sendWidget (10.4)"""

    __returning__ = Message
    __api_method__ = "sendWidget"

    html: str
    width: int | None = None
    height: int | None = None
    public_data: str | None = None
    allow_queries: bool | None = None
    is_shared: bool | None = None


class SendSharedWidget(WidgetSend):
    """sendSharedWidget (10.4)"""

    __returning__ = Message
    __api_method__ = "sendSharedWidget"

    widget_id: str


class EditMessageWidgetData(TelegramMethod[bool]):
    """editMessageWidgetData (10.4)"""

    __returning__ = bool
    __api_method__ = "editMessageWidgetData"

    business_connection_id: str | None = None
    chat_id: int | str | None = None
    message_id: int | None = None
    inline_message_id: str | None = None
    public_data: str | None = None
    chat_data: str | None = None


class EditSharedWidgetData(TelegramMethod[bool]):
    """editSharedWidgetData (10.4)"""

    __returning__ = bool
    __api_method__ = "editSharedWidgetData"

    widget_id: str
    public_data: str
    cache_time: int | None = None


class AnswerWidgetQuery(TelegramMethod[bool]):
    """answerWidgetQuery (10.4)"""

    __returning__ = bool
    __api_method__ = "answerWidgetQuery"

    widget_query_id: str
    data: str | None = None
