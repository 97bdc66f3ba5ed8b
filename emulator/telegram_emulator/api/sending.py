"""Common code of all send methods: chat, rate limit, reply, text."""

from typing import Any

from telegram_emulator.api.markup import read_markup
from telegram_emulator.api.params import given, wire
from telegram_emulator.content import LONGEST_CAPTION, LONGEST_TEXT, fields, quoted, without_reply
from telegram_emulator.group_changes import ephemeral
from telegram_emulator.groups import GENERAL
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError, too_many_requests
from telegram_emulator.schemas import BotApi
from telegram_emulator.text import Formatted, format_text
from telegram_emulator.world import StoredMessage


def send(hub: Hub, call: Any, content: BotApi, *, invoice: bool = False) -> StoredMessage:
    """Add the bot's message to the chat that a call names.

    Raises:
        ApiError: where the bot may not write, or not so fast.
    """
    key = reach(hub, call)
    if hub.groups.find(key):
        hub.groups.check_sending(key, content)
    markup = read_markup(call.reply_markup, invoice=invoice)
    reply = _reply(hub, key, call)
    content = {**content, **reply, **_thread(hub, key, call, reply)}
    if given(call.protect_content):
        content["has_protected_content"] = True
    if getattr(call, "message_effect_id", None):
        content["effect_id"] = call.message_effect_id
    if wait := hub.faults.seconds_until_allowed(key, hub.clock.real().timestamp()):
        raise too_many_requests(wait)
    if (parameters := ephemeral.parameters_of(call)) is not None:
        return ephemeral.send(hub, key, parameters, content, markup)
    return hub.chats.receive(key, content, markup)


def reach(hub: Hub, call: Any) -> int:
    """The chat that a call writes to.

    Raises:
        ApiError: for chats, threads and connections that are not there.
    """
    key = hub.chats.find(call.chat_id, getattr(call, "business_connection_id", None))
    hub.places.thread(key, getattr(call, "message_thread_id", None), None)
    return key


def _thread(hub: Hub, key: int, call: Any, reply: BotApi) -> BotApi:
    thread_id = getattr(call, "message_thread_id", None)
    place = hub.places.thread(key, thread_id, reply.get("reply_to_message"))
    group = hub.groups.find(key)
    topic = group.topics.get(place.get("message_thread_id", GENERAL)) if group else None
    if not (group and topic and topic.closed):
        return place
    if not hub.groups.has_right(group, hub.profile.bot_id, "can_manage_topics"):
        raise ApiError("TOPIC_CLOSED")
    return place


def _reply(hub: Hub, key: int, call: Any) -> BotApi:
    parameters = call.reply_parameters
    message_id = parameters.message_id if parameters else getattr(call, "reply_to_message_id", None)
    if not message_id:
        return {}
    target = hub.chats.message(key, message_id)
    if target is not None:
        quote = given(parameters.quote) if parameters else None
        return {"reply_to_message": without_reply(target.message), **quoted(target, quote)}
    lenient = bool(parameters and given(parameters.allow_sending_without_reply))
    # In connected accounts' chats a missing reply target is no error (the Bot API's
    # ReplyParameters).
    lenient = lenient or key in hub.world.business_chats
    if not (lenient or getattr(call, "allow_sending_without_reply", False)):
        raise ApiError("message to be replied not found")
    return {}


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
    """The caption's fields for a message."""
    formatted = format_text(
        call.caption or "",
        given(call.parse_mode),
        [wire(entity) for entity in call.caption_entities or []],
        LONGEST_CAPTION,
        "message caption is too long",
    )
    return fields(formatted, "caption", "caption_entities")
