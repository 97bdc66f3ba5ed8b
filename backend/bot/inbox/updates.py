"""Updates from Telegram: the kinds that Tanya asks for, and how they are ordered."""

from collections.abc import Awaitable, Callable, Container, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from backend.bot.formatting.split import utf16_length
from backend.errors import MalformedBody

ALLOWED_UPDATES = [
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "pre_checkout_query",
    "subscription",
    "stopped_message_generation",
    "inline_query",
    "chosen_inline_result",
    "guest_message",
    "message_reaction",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "widget_query",
]
"""Kinds that are not listed are never delivered."""

URGENT = {"pre_checkout_query", "stopped_message_generation", "inline_query"}
"""Payments and inline queries must be answered within ten seconds, and Stop concerns a running
answer."""

PLACED = ("chosen_inline_result", "guest_message")
"""Questions that are answered outside the chat with the bot: each asker has a lane for them, so
that neither waits for the other."""

IN_BUSINESS = ("business_message", "edited_business_message", "deleted_business_messages")
"""Updates about connected accounts' chats. Their ids are also those of people's chats with the bot,
which are separate, so they have lanes of their own."""

IN_GROUPS = ("ask", "check", "summary", "report")
"""Commands in a group that ask a model."""

AGREE = "consent:agree:"
AGE = "age:"
ASK_AGAIN = "ask:"
"""Data of buttons that ask a model and therefore wait their turn among the questions."""

OTHERS = "others:"
"""The prefix for decisions about other people's words, in held updates and in buttons."""
CHOICE = "tanya_choice"
"""The member of a stored update for the person's decision; Telegram has none of this name."""

ASKING = (AGREE, AGE, ASK_AGAIN, OTHERS)

ASIDE = {"callback_query", "subscription", "my_chat_member", "message_reaction", "widget_query"}
PAYMENTS = {"successful_payment", "refunded_payment"}
MOST_ID = 2**63 - 1

FULL = 3_500
"""In UTF-16 units; apps cut at up to 4,096, at a line's or word's end."""

Group = tuple[int, str]
"""A chat, and an album's id or nothing for a long text."""

APART = 2
"""In seconds of Telegram's time: messages further apart are not parts of one text."""


class QuestionHeld(Exception):
    """Raised by a handler to hold the update until the person has agreed to a provider or decided
    about other people's words; `held_for` says which. `ask` asks them; it is called once the update
    is stored as held, so that even a fast answer finds it. `heard` is a voice message's transcript,
    which is stored so that it is not transcribed again."""

    def __init__(
        self, held_for: str, ask: Callable[[], Awaitable[object]], heard: str | None = None
    ) -> None:
        super().__init__(held_for)
        self.held_for = held_for
        self.ask = ask
        self.heard = heard


def parse_update(body: bytes) -> dict[str, Any]:
    """The update as Telegram sent it, including unknown fields.

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
    """Whether it is handled at once, whatever its chat waits for."""
    return bool(URGENT & update.keys())


def lane_of(update: dict[str, Any], quick: Container[str] = ()) -> str:
    """The lane of an update; updates of one lane are handled one after the other, in Telegram's
    order. A chat has three: questions, `quick` commands (which ask no model), and buttons and
    payments; the latter two do not wait for answers. Urgent updates wait for nothing."""
    if is_urgent(update):
        return f"urgent:{update['update_id']}"
    for kind in PLACED:
        if kind in update:
            return placed_lane(asker_of(update[kind]))
    for kind in IN_BUSINESS:
        if kind in update:
            connection = str(update[kind].get("business_connection_id"))
            return business_lane(connection, chat_of(update))
    message, query = update.get("message"), update.get("callback_query")
    if isinstance(message, dict) and is_in_group(message):
        named = command_of(message)
        return placed_lane(asker_of(message)) if named in (None, *IN_GROUPS) else aside_lane(update)
    paid = isinstance(message, dict) and bool(PAYMENTS & message.keys())
    asks = isinstance(query, dict) and str(query.get("data")).startswith(ASKING)
    if isinstance(message, dict) and command_of(message) in quick:
        return command_lane(chat_of(update))
    aside = paid or (bool(ASIDE & update.keys()) and not asks)
    return aside_lane(update) if aside else chat_lane(chat_of(update))


def aside_lane(update: dict[str, Any]) -> str:
    """The lane of updates that do not wait for a chat's answers."""
    return f"aside:{chat_of(update)}"


def placed_lane(person_id: int) -> str:
    """The lane of a person's questions outside the chat with the bot."""
    return f"placed:{person_id}"


def business_lane(connection_id: str, customer_id: int) -> str:
    """The lane of a connected account's chat with a customer."""
    named = f"{connection_id}:{customer_id}".encode()
    return f"business:{sha256(named).hexdigest()[:20]}"


def is_in_group(message: dict[str, Any]) -> bool:
    """Whether a message was written in a group or channel."""
    match message:
        case {"chat": {"type": "group" | "supergroup"}}:
            return True
    return False


def is_said_in_group(update: dict[str, Any]) -> bool:
    """Whether it is a message of a group, or an edit of one."""
    message = update.get("message") or update.get("edited_message")
    return isinstance(message, dict) and is_in_group(message)


def is_overheard(update: dict[str, Any], bot_id: int) -> bool:
    """Whether it is a message of a group that is not for the bot: no reply to it, no command and no
    mention. An admin bot gets every message."""
    message = update.get("message") or update.get("edited_message")
    if not isinstance(message, dict) or not is_in_group(message):
        return False
    match message:
        case {"migrate_to_chat_id": _} | {"migrate_from_chat_id": _}:
            return False
        case {"reply_to_message": {"from": {"id": replied}}} if replied == bot_id:
            return "edited_message" in update
    entities = message.get("entities") or message.get("caption_entities")
    kinds = [one.get("type") for one in entities or () if isinstance(one, dict)]
    return "edited_message" in update or not {"bot_command", "mention"} & set(kinds)


def chat_lane(chat_id: int) -> str:
    """The lane of a chat's questions."""
    return f"chat:{chat_id}"


def command_lane(chat_id: int) -> str:
    """The lane of a chat's quick commands. Messages after a command are handled after it."""
    return f"command:{chat_id}"


def command_of(message: dict[str, Any]) -> str | None:
    """The command at the start of a message, in lower case, without the bot's name."""
    text, entities = message.get("text"), message.get("entities")
    if not isinstance(text, str) or not isinstance(entities, list):
        return None
    for entity in entities:
        match entity:
            case {"type": "bot_command", "offset": 0, "length": int(length)}:
                return text[1:length].partition("@")[0].lower()
    return None


def group_of(update: dict[str, Any]) -> Group | None:
    """What a message may be a part of: an album's messages share an id; a text that is too long for
    one message arrives in several."""
    message = update.get("message")
    if not isinstance(message, dict):
        return None
    album, text = message.get("media_group_id"), message.get("text")
    if isinstance(album, str):
        return chat_of(update), album
    if isinstance(text, str) and (is_cut(text) or not text.startswith("/")):
        return chat_of(update), ""
    return None


def belonging_together(updates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first of some updates of a lane, with those after it that are parts of the same."""
    first, *others = updates
    found, group = [first], group_of(first)
    if group is None or not begins_group(first):
        return found
    for update in others:
        near = abs(sent_at(update) - sent_at(found[-1])) <= APART
        if near and group_of(update) == group and (group[1] or begins_group(found[-1])):
            found.append(update)
        elif not group[1]:
            break  # the parts of a text are adjacent
    return found


def with_words(update: dict[str, Any], words: str) -> dict[str, Any]:
    """The update as if the person had typed what they said."""
    spoken = ("voice", "video_note")
    message = {name: value for name, value in update["message"].items() if name not in spoken}
    return {**update, "message": message | {"text": words}}


def with_choice(update: dict[str, Any], choice: str) -> dict[str, Any]:
    """The update with the person's decision about the words in it."""
    return {**update, CHOICE: choice}


def choice_of(update: dict[str, Any]) -> str | None:
    """The person's decision about the words in the update."""
    choice = update.get(CHOICE)
    return choice if isinstance(choice, str) else None


def begins_group(update: dict[str, Any]) -> bool:
    """Whether further parts must be waited for."""
    message = update.get("message")
    if not isinstance(message, dict):
        return False
    text = message.get("text")
    return isinstance(message.get("media_group_id"), str) or (
        isinstance(text, str) and is_cut(text)
    )


def is_cut(text: str) -> bool:
    """Whether a text fills a message, so that it may continue in the next one."""
    return utf16_length(text) >= FULL


def sent_at(update: dict[str, Any]) -> int:
    """When a message was sent, in seconds; 0 if unknown."""
    message = update.get("message")
    date = message.get("date") if isinstance(message, dict) else None
    return date if isinstance(date, int) else 0


def asker_of(content: Any) -> int:
    """The sender of the update's content, or 0."""
    sender = content.get("from") if isinstance(content, dict) else None
    found = sender.get("id") if isinstance(sender, dict) else None
    return found if isinstance(found, int) else 0


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
