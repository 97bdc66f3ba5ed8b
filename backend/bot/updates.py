"""Updates from Telegram: which kinds Tanya asks for, and what must be known of each to order it."""

from typing import Any

import msgspec

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


def album_of(update: dict[str, Any]) -> tuple[int, str] | None:
    """Photos and files that a person sent as one come as messages with one group's id."""
    message = update.get("message")
    group = message.get("media_group_id") if isinstance(message, dict) else None
    return (chat_of(update), group) if isinstance(group, str) else None


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
