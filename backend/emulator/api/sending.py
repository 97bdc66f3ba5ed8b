"""What all sends have in common: to whom, how often, in reply to what, with which text."""

from typing import Any

from backend.emulator.api.markup import read_markup
from backend.emulator.api.params import given, wire
from backend.emulator.hub import Hub
from backend.emulator.refusals import ApiError, too_many_requests
from backend.emulator.schemas import BotApi
from backend.emulator.text import Formatted, format_text
from backend.emulator.world import StoredMessage

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""UTF-16 units after parsing."""


def send(hub: Hub, call: Any, content: BotApi, *, invoice: bool = False) -> StoredMessage:
    """Put the bot's message into the chat a call names.

    Raises:
        ApiError: where the bot may not write, or not so fast.
    """
    person_id = reach(hub, call)
    markup = read_markup(call.reply_markup, invoice=invoice)
    content = {**content, **_reply(hub, person_id, call)}
    if given(call.protect_content):
        content["has_protected_content"] = True
    if call.message_effect_id:
        content["effect_id"] = call.message_effect_id
    if wait := hub.faults.seconds_until_allowed(person_id, hub.clock.real().timestamp()):
        raise too_many_requests(wait)
    return hub.chats.receive(person_id, content, markup)


def reach(hub: Hub, call: Any) -> int:
    """The person a call writes to.

    Raises:
        ApiError: for chats, threads and connections that are not there.
    """
    if getattr(call, "business_connection_id", None):
        raise ApiError("business connection not found")
    person_id = hub.chats.find(call.chat_id)
    if getattr(call, "message_thread_id", None):
        raise ApiError("message thread not found")
    return person_id


def _reply(hub: Hub, person_id: int, call: Any) -> BotApi:
    parameters = call.reply_parameters
    message_id = parameters.message_id if parameters else getattr(call, "reply_to_message_id", None)
    if not message_id:
        return {}
    target = hub.chats.message(person_id, message_id)
    if target is not None:
        return {"reply_to_message": without_reply(target.message)}
    lenient = bool(parameters and given(parameters.allow_sending_without_reply))
    if not (lenient or getattr(call, "allow_sending_without_reply", False)):
        raise ApiError("message to be replied not found")
    return {}


def without_reply(message: BotApi) -> BotApi:
    """A message as it appears inside another one."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}


def text_of(call: Any, *, empty: str | None = "message text is empty") -> Formatted:
    """The text of a call.

    Raises:
        TextError: when it cannot be parsed or is too long.
        ApiError: `empty`, when there is none.
    """
    formatted = format_text(
        call.text or "",
        given(call.parse_mode),
        [wire(entity) for entity in call.entities or []],
        LONGEST_TEXT,
        "message is too long",
    )
    if not formatted.text and empty is not None:
        raise ApiError(empty)
    return formatted


def caption_of(call: Any) -> BotApi:
    """The caption's fields of a message."""
    formatted = format_text(
        call.caption or "",
        given(call.parse_mode),
        [wire(entity) for entity in call.caption_entities or []],
        LONGEST_CAPTION,
        "message caption is too long",
    )
    return fields(formatted, "caption", "caption_entities")


def fields(formatted: Formatted, text: str = "text", entities: str = "entities") -> BotApi:
    """Text and entities as a message names them."""
    content: BotApi = {text: formatted.text} if formatted.text else {}
    if formatted.entities:
        content[entities] = formatted.entities
    return content
