"""Topics of a forum, created and closed by people and the bot."""

from telegram_emulator.group_records import GroupRecord, TopicRecord
from telegram_emulator.groups import GENERAL
from telegram_emulator.hub import Hub
from telegram_emulator.schemas import BotApi


def make_forum(group: GroupRecord) -> None:
    """Give a supergroup topics, beginning with the general one."""
    group.is_forum = True
    group.topics.setdefault(GENERAL, TopicRecord(name="General"))


def create(hub: Hub, group: GroupRecord, record: TopicRecord, user_id: int) -> int:
    """Open a topic; its id is that of the service message about it."""
    thread_id = hub.world.next_message_id
    group.topics[thread_id] = record
    note(hub, group, thread_id, {"forum_topic_created": view(record)}, user_id)
    return thread_id


def close(hub: Hub, group: GroupRecord, thread_id: int, user_id: int, *, closed: bool) -> None:
    """Close a topic, or open it again."""
    group.topics[thread_id].closed = closed
    word = "forum_topic_closed" if closed else "forum_topic_reopened"
    note(hub, group, thread_id, {word: {}}, user_id)


def note(hub: Hub, group: GroupRecord, thread_id: int, content: BotApi, user_id: int) -> None:
    """Add a service message about a topic to it."""
    place = {"message_thread_id": thread_id, "is_topic_message": True}
    in_topic = {} if thread_id == GENERAL else place
    hub.store.changed()
    hub.chats.say(group.id, {**content, **in_topic}, hub.groups.author(group, user_id))


def view(record: TopicRecord) -> BotApi:
    """`ForumTopicCreated`"""
    shown: BotApi = {"name": record.name, "icon_color": record.icon_color}
    if record.icon_custom_emoji_id:
        shown["icon_custom_emoji_id"] = record.icon_custom_emoji_id
    return shown


def message_ids(hub: Hub, group: GroupRecord, thread_id: int) -> list[int]:
    """The ids of the messages in a topic; those of the general topic name none."""
    named = None if thread_id == GENERAL else thread_id
    stored = hub.chats.record(group.id).messages
    return [one.id for one in stored if one.message.get("message_thread_id") == named]
