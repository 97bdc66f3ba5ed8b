"""The content of a message: text fields, quotes, and what forwards and copies keep."""

from telegram_emulator.groups import SERVICE
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import Formatted
from telegram_emulator.world import StoredMessage

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""In UTF-16 units, after parsing."""

NOT_CONTENT = {
    "message_id",
    "from",
    "chat",
    "date",
    "edit_date",
    "reply_to_message",
    "reply_markup",
    "has_protected_content",
    "effect_id",
    "forward_origin",
    "media_group_id",
    "sender_chat",
    "message_thread_id",
    "is_topic_message",
    "is_automatic_forward",
    "quote",
    "business_connection_id",
    "sender_business_bot",
    "via_bot",
}

NOT_FORWARDED = {
    "successful_payment",
    "refunded_payment",
    "web_app_data",
    "write_access_allowed",
    *SERVICE,
}


def quoted(target: StoredMessage, quote: str | None) -> BotApi:
    """The quote of a part of the message that is replied to.

    Raises:
        ApiError: when the message does not contain it.
    """
    if not quote:
        return {}
    text = target.message.get("text") or target.message.get("caption") or ""
    if (position := text.find(quote)) < 0:
        raise ApiError("QUOTE_TEXT_INVALID")
    units = len(text[:position].encode("utf-16-le")) // 2
    return {"quote": {"text": quote, "position": units, "is_manual": True}}


def without_reply(message: BotApi) -> BotApi:
    """A message in the form in which it appears inside another."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def fields(formatted: Formatted, text: str = "text", entities: str = "entities") -> BotApi:
    """The fields of text and entities in a message."""
    content: BotApi = {text: formatted.text} if formatted.text else {}
    if formatted.entities:
        content[entities] = formatted.entities
    return content


def origin_of(message: BotApi) -> BotApi:
    """The origin of a forwarded message."""
    date, chat = {"date": message["date"]}, message.get("sender_chat")
    if "forward_origin" in message:
        origin: BotApi = message["forward_origin"]
        return origin
    if message["chat"]["type"] == "channel":
        place = {"chat": message["chat"], "message_id": message["message_id"]}
        return {"type": "channel", **place, **date}
    if chat is not None:
        return {"type": "chat", "sender_chat": chat, **date}
    return {"type": "user", "sender_user": message["from"], **date}


def content_of(message: BotApi) -> BotApi:
    """The content that a copy of a message keeps."""
    return {name: value for name, value in message.items() if name not in NOT_CONTENT}
