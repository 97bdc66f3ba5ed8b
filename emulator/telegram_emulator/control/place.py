"""Where a person writes: the chat with the bot, or a group that they are in."""

from dataclasses import dataclass
from typing import Any

from telegram_emulator.content import quoted, without_reply
from telegram_emulator.errors import ActionRefused
from telegram_emulator.group_records import GroupRecord
from telegram_emulator.groups import permission_for
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import StoredMessage


@dataclass(frozen=True)
class Place:
    """A chat's number, the message fields that name the sender, and those that put the message into
    a topic or make it a reply."""

    key: int
    author: BotApi
    context: BotApi


def place_of(hub: Hub, action: Any, content: BotApi) -> Place:
    """Where `content` is sent to.

    Raises:
        ActionRefused: if a client would show no text field, or the topic or message does not exist.
    """
    person_id, chat_id = action.person_id, action.chat_id
    if chat_id is None:
        _check_private(hub, person_id)
        return Place(person_id, {"from": hub.profile.user(person_id)}, _in_private(hub, action))
    group = member_of(hub, person_id, chat_id)
    if group.kind == "channel":
        if not hub.groups.has_right(group, person_id, "can_post_messages"):
            raise ActionRefused("CHAT_ADMIN_REQUIRED")
    elif not hub.groups.may(group, person_id, permission_for(content)):
        raise ActionRefused("CHAT_WRITE_FORBIDDEN")
    anonymous = bool(hub.groups.member(group, person_id).rights.get("is_anonymous"))
    author = hub.groups.author(group, person_id, anonymous=anonymous)
    return Place(chat_id, author, _in_group(hub, group, action))


def member_of(hub: Hub, person_id: int, chat_id: int) -> GroupRecord:
    """The group, if the person is in it.

    Raises:
        ActionRefused: otherwise, or when it has become a supergroup.
    """
    hub.chats.person(person_id)
    group = hub.groups.get(chat_id)
    if group.migrated_to is not None:
        raise ActionRefused("CHAT_ID_INVALID")
    if not hub.groups.is_in(group, person_id):
        raise ActionRefused("USER_NOT_PARTICIPANT")
    return group


def seen(hub: Hub, action: Any) -> tuple[int, StoredMessage]:
    """A message that the person sees, and its chat.

    Raises:
        ActionRefused: when there is none.
    """
    key = action.person_id if action.chat_id is None else action.chat_id
    if action.chat_id is not None:
        member_of(hub, action.person_id, key)
    stored = hub.chats.message(key, action.message_id)
    if stored is None:
        raise ActionRefused("MESSAGE_ID_INVALID")
    return key, stored


def _in_private(hub: Hub, action: Any) -> BotApi:
    reply = _reply(hub, action.person_id, action)
    thread_id = getattr(action, "thread_id", None)
    try:
        thread = hub.places.thread(action.person_id, thread_id, reply.get("reply_to_message"))
    except ApiError:
        raise ActionRefused("TOPIC_DELETED") from None
    return {**reply, **thread}


def _in_group(hub: Hub, group: GroupRecord, action: Any) -> BotApi:
    reply = _reply(hub, group.id, action)
    thread_id = getattr(action, "thread_id", None)
    try:
        thread = hub.places.thread(group.id, thread_id, reply.get("reply_to_message"))
    except ApiError:
        raise ActionRefused("TOPIC_DELETED") from None
    topic = group.topics.get(thread.get("message_thread_id", 1))
    if topic and topic.closed and not hub.groups.is_admin(group, action.person_id):
        raise ActionRefused("TOPIC_CLOSED")
    return {**reply, **thread}


def _reply(hub: Hub, key: int, action: Any) -> BotApi:
    if (message_id := getattr(action, "reply_to", None)) is None:
        return {}
    target = hub.chats.message(key, message_id)
    if target is None:
        raise ActionRefused("REPLY_MESSAGE_ID_INVALID")
    try:
        quote = quoted(target, getattr(action, "quote", None))
    except ApiError:
        raise ActionRefused("QUOTE_TEXT_INVALID") from None
    return {"reply_to_message": without_reply(target.message), **quote}


def _check_private(hub: Hub, person_id: int) -> None:
    """Refuse if a client would show a Start or Unblock button instead of a text field."""
    chat = hub.chats.record(person_id)
    if chat.blocked:
        raise ActionRefused("YOU_BLOCKED_USER")
    if not chat.started:
        raise ActionRefused("press Start first")
