"""Topics of a supergroup that is a forum."""

from typing import Any

from aiogram.methods import (
    CloseForumTopic,
    CloseGeneralForumTopic,
    CreateForumTopic,
    DeleteForumTopic,
    EditForumTopic,
    EditGeneralForumTopic,
    GetForumTopicIconStickers,
    HideGeneralForumTopic,
    ReopenForumTopic,
    ReopenGeneralForumTopic,
    UnhideGeneralForumTopic,
    UnpinAllForumTopicMessages,
    UnpinAllGeneralForumTopicMessages,
)

from telegram_emulator.api.methods.members import group_of
from telegram_emulator.api.methods.method import Method
from telegram_emulator.group_changes import topics
from telegram_emulator.group_records import GroupRecord, TopicRecord
from telegram_emulator.groups import GENERAL
from telegram_emulator.hub import Hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi


def _forum(hub: Hub, call: Any) -> GroupRecord:
    group = group_of(hub, call.chat_id)
    if not group.is_forum:
        raise ApiError("the chat is not a forum")
    hub.groups.require(group, "can_manage_topics")
    return group


def create_topic(hub: Hub, call: CreateForumTopic) -> BotApi:
    """createForumTopic: not for topics in private chats."""
    group = _forum(hub, call)
    if not 1 <= len(call.name) <= 128:
        raise ApiError("TOPIC_TITLE_EMPTY")
    record = TopicRecord(name=call.name)
    if call.icon_color is not None:
        record.icon_color = call.icon_color
    record.icon_custom_emoji_id = call.icon_custom_emoji_id or ""
    thread_id = topics.create(hub, group, record, hub.profile.bot_id)
    return {"message_thread_id": thread_id, **topics.view(record)}


def edit_topic(hub: Hub, call: EditForumTopic) -> bool:
    """editForumTopic"""
    group = _forum(hub, call)
    record = hub.groups.topic(group, call.message_thread_id)
    _rename(hub, group, call.message_thread_id, record, call.name, call.icon_custom_emoji_id)
    return True


def edit_general(hub: Hub, call: EditGeneralForumTopic) -> bool:
    """editGeneralForumTopic"""
    group = _forum(hub, call)
    _rename(hub, group, GENERAL, group.topics[GENERAL], call.name, None)
    return True


def _rename(
    hub: Hub,
    group: GroupRecord,
    thread_id: int,
    record: TopicRecord,
    name: str | None,
    icon: str | None,
) -> None:
    if (name or record.name) == record.name and icon in (None, record.icon_custom_emoji_id):
        raise ApiError("TOPIC_NOT_MODIFIED")
    record.name = name or record.name
    edited: BotApi = {"name": record.name}
    if icon is not None:
        record.icon_custom_emoji_id = edited["icon_custom_emoji_id"] = icon
    topics.note(hub, group, thread_id, {"forum_topic_edited": edited}, hub.profile.bot_id)


def _switch(hub: Hub, group: GroupRecord, thread_id: int, *, closed: bool) -> bool:
    record = hub.groups.topic(group, thread_id)
    if record.closed == closed:
        raise ApiError("TOPIC_NOT_MODIFIED")
    topics.close(hub, group, thread_id, hub.profile.bot_id, closed=closed)
    return True


def close_topic(hub: Hub, call: CloseForumTopic) -> bool:
    """closeForumTopic"""
    return _switch(hub, _forum(hub, call), call.message_thread_id, closed=True)


def reopen_topic(hub: Hub, call: ReopenForumTopic) -> bool:
    """reopenForumTopic"""
    return _switch(hub, _forum(hub, call), call.message_thread_id, closed=False)


def close_general(hub: Hub, call: CloseGeneralForumTopic) -> bool:
    """closeGeneralForumTopic"""
    return _switch(hub, _forum(hub, call), GENERAL, closed=True)


def reopen_general(hub: Hub, call: ReopenGeneralForumTopic) -> bool:
    """reopenGeneralForumTopic"""
    return _switch(hub, _forum(hub, call), GENERAL, closed=False)


def hide_general(hub: Hub, call: HideGeneralForumTopic) -> bool:
    """hideGeneralForumTopic: hiding also closes it."""
    return _hide(hub, call, hidden=True)


def unhide_general(hub: Hub, call: UnhideGeneralForumTopic) -> bool:
    """unhideGeneralForumTopic"""
    return _hide(hub, call, hidden=False)


def _hide(hub: Hub, call: Any, *, hidden: bool) -> bool:
    group = _forum(hub, call)
    general = group.topics[GENERAL]
    if general.hidden == hidden:
        raise ApiError("TOPIC_NOT_MODIFIED")
    general.hidden = hidden
    general.closed = general.closed or hidden
    word = "general_forum_topic_hidden" if hidden else "general_forum_topic_unhidden"
    topics.note(hub, group, GENERAL, {word: {}}, hub.profile.bot_id)
    return True


def delete_topic(hub: Hub, call: DeleteForumTopic) -> bool:
    """deleteForumTopic: with all its messages."""
    group = group_of(hub, call.chat_id, "can_delete_messages")
    if call.message_thread_id == GENERAL:
        raise ApiError("TOPIC_ID_INVALID")
    hub.groups.topic(group, call.message_thread_id)
    del group.topics[call.message_thread_id]
    hub.chats.delete(group.id, topics.message_ids(hub, group, call.message_thread_id))
    return True


def unpin_topic(hub: Hub, call: UnpinAllForumTopicMessages) -> bool:
    """unpinAllForumTopicMessages"""
    return _unpin(hub, call.chat_id, call.message_thread_id)


def unpin_general(hub: Hub, call: UnpinAllGeneralForumTopicMessages) -> bool:
    """unpinAllGeneralForumTopicMessages"""
    return _unpin(hub, call.chat_id, GENERAL)


def _unpin(hub: Hub, chat_id: int | str, thread_id: int) -> bool:
    group = group_of(hub, chat_id, "can_pin_messages")
    hub.groups.topic(group, thread_id)
    for message_id in topics.message_ids(hub, group, thread_id):
        if message_id in hub.chats.record(group.id).pinned:
            hub.chats.unpin(group.id, message_id)
    return True


def icon_stickers(hub: Hub, call: GetForumTopicIconStickers) -> list[BotApi]:
    """getForumTopicIconStickers: always empty."""
    return []


METHODS = (
    Method(CreateForumTopic, create_topic),
    Method(EditForumTopic, edit_topic),
    Method(EditGeneralForumTopic, edit_general),
    Method(CloseForumTopic, close_topic),
    Method(ReopenForumTopic, reopen_topic),
    Method(CloseGeneralForumTopic, close_general),
    Method(ReopenGeneralForumTopic, reopen_general),
    Method(HideGeneralForumTopic, hide_general),
    Method(UnhideGeneralForumTopic, unhide_general),
    Method(DeleteForumTopic, delete_topic),
    Method(UnpinAllForumTopicMessages, unpin_topic),
    Method(UnpinAllGeneralForumTopicMessages, unpin_general),
    Method(GetForumTopicIconStickers, icon_stickers),
)
