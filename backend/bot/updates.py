"""Updates from Telegram: which kinds Tanya asks for, and what must be known of each to order it."""

from typing import Any

import msgspec

from backend.bot.split import utf16_length
from backend.errors import MalformedBody

ALLOWED_UPDATES = [
    "message",
    "callback_query",
    "my_chat_member",
    "pre_checkout_query",
    "subscription",
    "stopped_message_generation",
]
"""A kind that is not listed never arrives."""

URGENT = {"pre_checkout_query", "stopped_message_generation"}
"""A payment must be answered within ten seconds, and Stop is for the answer a chat waits for."""

AGREE = "consent:agree:"
"""A button whose answer is that to a question: it has its turn among the questions."""

ASIDE = {"callback_query", "subscription", "my_chat_member"}
PAYMENTS = {"successful_payment", "refunded_payment"}
MOST_ID = 2**63 - 1

FULL = 3_500
"""UTF-16 units; apps cut at up to 4,096, at a line's or a word's end."""

Group = tuple[int, str]
"""A chat, and an album's id or nothing for a long text."""

Lane = tuple[int, bool]
"""A chat, and whether it is about buttons and money, which do not wait for answers."""


def parse_update(body: bytes) -> dict[str, Any]:
    """The update as Telegram sent it; what is unknown in it is kept.

    Raises:
        MalformedBody: it is not a JSON object with an `update_id`.
    """
    try:
        update = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise MalformedBody() from None
    number = update.get("update_id")
    if type(number) is not int or not 0 <= number <= MOST_ID:
        raise MalformedBody()
    return update


def is_urgent(update: dict[str, Any]) -> bool:
    """Whether it is handled at once, whatever its chat is busy with."""
    return bool(URGENT & update.keys())


def lane_of(update: dict[str, Any]) -> Lane:
    """Updates of one lane are handled one after the other, in Telegram's order."""
    message, query = update.get("message"), update.get("callback_query")
    paid = isinstance(message, dict) and bool(PAYMENTS & message.keys())
    asks = isinstance(query, dict) and str(query.get("data")).startswith(AGREE)
    return chat_of(update), paid or (bool(ASIDE & update.keys()) and not asks)


def group_of(update: dict[str, Any]) -> Group | None:
    """What a message may be a part of: an album's messages share an id; a text that is too long
    for one message comes in several."""
    message = update.get("message")
    if not isinstance(message, dict):
        return None
    album, text = message.get("media_group_id"), message.get("text")
    if isinstance(album, str):
        return chat_of(update), album
    if isinstance(text, str) and (is_cut(text) or not text.startswith("/")):
        return chat_of(update), ""
    return None


def begins_group(update: dict[str, Any]) -> bool:
    """Whether more is to be waited for."""
    message = update.get("message")
    if not isinstance(message, dict):
        return False
    text = message.get("text")
    return isinstance(message.get("media_group_id"), str) or (
        isinstance(text, str) and is_cut(text)
    )


def is_cut(text: str) -> bool:
    """Whether a text fills a message, so that it may go on in the next."""
    return utf16_length(text) >= FULL


def sent_at(update: dict[str, Any]) -> int:
    """When a message was sent, in seconds, as far as that is told."""
    message = update.get("message")
    date = message.get("date") if isinstance(message, dict) else None
    return date if isinstance(date, int) else 0


def chat_of(update: dict[str, Any]) -> int:
    """What an update is about: a chat's id, or a person's, or 0."""
    for content in update.values():
        if not isinstance(content, dict):
            continue
        for holder in (content, content.get("message")):
            if isinstance(holder, dict):
                for key in ("chat", "from", "user"):
                    found = holder.get(key)
                    if isinstance(found, dict) and isinstance(found.get("id"), int):
                        return int(found["id"])
    return 0
