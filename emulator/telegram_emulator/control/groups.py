"""Creating and changing groups, channels and topics as people."""

import re

from telegram_emulator.actions import (
    AddMember,
    CloseTopic,
    CreateGroup,
    CreateTopic,
    GroupCreated,
    LinkDiscussion,
    RemoveMember,
    SetAdmin,
    SetPermissions,
    TopicCreated,
    UpgradeGroup,
)
from telegram_emulator.control.handlers import Actions
from telegram_emulator.control.place import member_of
from telegram_emulator.errors import ActionRefused
from telegram_emulator.group_changes import membership, topics
from telegram_emulator.group_records import GroupRecord, MemberRecord, TopicRecord
from telegram_emulator.groups import ADMIN_RIGHTS, PERMISSIONS
from telegram_emulator.hub import Hub


def create_group(hub: Hub, action: CreateGroup) -> GroupCreated:
    """Create a group with its members."""
    hub.chats.person(action.person_id)
    if not action.title.strip():
        raise ActionRefused("CHAT_TITLE_EMPTY")
    if action.username and not re.fullmatch(r"[A-Za-z]\w{3,31}", action.username):
        raise ActionRefused("USERNAME_INVALID")
    if action.username and hub.groups.by_username(action.username) is not None:
        raise ActionRefused("USERNAME_OCCUPIED")
    group = hub.groups.create(action.kind, action.title, action.person_id)
    group.username, group.crowd = action.username, action.crowd
    if action.forum and action.kind == "supergroup":
        topics.make_forum(group)
    for user_id in action.member_ids:
        _add(hub, group, action.person_id, user_id)
    return GroupCreated(group.id)


def add_member(hub: Hub, action: AddMember) -> None:
    """Join, or add somebody."""
    if action.user_id == action.person_id:
        group = hub.groups.get(action.chat_id)
        if not group.username:
            raise ActionRefused("INVITE_HASH_INVALID")
    else:
        group = member_of(hub, action.person_id, action.chat_id)
        if not hub.groups.may(group, action.person_id, "can_invite_users"):
            raise ActionRefused("CHAT_ADMIN_REQUIRED")
    _add(hub, group, action.person_id, action.user_id)


def _add(hub: Hub, group: GroupRecord, person_id: int, user_id: int) -> None:
    if user_id == hub.profile.bot_id:
        if not hub.profile.setting("can_join_groups"):
            raise ActionRefused("BOT_GROUPS_BLOCKED")
        if group.kind == "channel":
            raise ActionRefused("a bot in a channel is an administrator: use setAdmin")
    else:
        hub.chats.person(user_id)
    status = hub.groups.member(group, user_id).status
    if status == "kicked":
        raise ActionRefused("USER_KICKED")
    if status != "left":
        raise ActionRefused("USER_ALREADY_PARTICIPANT")
    membership.place(hub, group, user_id, MemberRecord(status="member"), person_id)


def remove_member(hub: Hub, action: RemoveMember) -> None:
    """Leave, or remove somebody."""
    group = member_of(hub, action.person_id, action.chat_id)
    if not hub.groups.is_in(group, action.user_id):
        raise ActionRefused("USER_NOT_PARTICIPANT")
    if action.user_id != action.person_id:
        _require(hub, group, action.person_id, "can_restrict_members")
    record = MemberRecord(status="kicked" if action.ban else "left")
    membership.place(hub, group, action.user_id, record, action.person_id)


def set_admin(hub: Hub, action: SetAdmin) -> None:
    """Make somebody an administrator, or a member again."""
    group = member_of(hub, action.person_id, action.chat_id)
    _require(hub, group, action.person_id, "can_promote_members")
    if unknown := set(action.rights) - set(ADMIN_RIGHTS):
        raise ActionRefused(f"no such right: {', '.join(sorted(unknown))}")
    if action.user_id != hub.profile.bot_id:
        hub.chats.person(action.user_id)
    member = hub.groups.member(group, action.user_id)
    rights = dict.fromkeys(action.rights, True)
    if member.status == "creator":  # the creator's rights are fixed, only anonymity can change
        record = MemberRecord(status="creator", rights=rights)
    elif rights:
        record = MemberRecord(status="administrator", rights={**rights, "can_manage_chat": True})
    else:
        record = MemberRecord(status="left" if group.kind == "channel" else "member")
    membership.place(hub, group, action.user_id, record, action.person_id)


def set_permissions(hub: Hub, action: SetPermissions) -> None:
    """Set the permissions of members."""
    group = member_of(hub, action.person_id, action.chat_id)
    _require(hub, group, action.person_id, "can_restrict_members")
    group.permissions = {name: name in action.permissions for name in PERMISSIONS}
    hub.store.changed()


def create_topic(hub: Hub, action: CreateTopic) -> TopicCreated:
    """Open a topic."""
    group = _forum(hub, action)
    if not 1 <= len(action.name) <= 128:
        raise ActionRefused("TOPIC_TITLE_EMPTY")
    record = TopicRecord(name=action.name)
    return TopicCreated(topics.create(hub, group, record, action.person_id))


def close_topic(hub: Hub, action: CloseTopic) -> None:
    """Close a topic, or open it again."""
    group = _forum(hub, action)
    if action.thread_id not in group.topics:
        raise ActionRefused("TOPIC_ID_INVALID")
    topics.close(hub, group, action.thread_id, action.person_id, closed=action.closed)


def _forum(hub: Hub, action: CreateTopic | CloseTopic) -> GroupRecord:
    group = member_of(hub, action.person_id, action.chat_id)
    if not group.is_forum:
        raise ActionRefused("CHANNEL_FORUM_MISSING")
    if not hub.groups.may(group, action.person_id, "can_manage_topics"):
        raise ActionRefused("CHAT_ADMIN_REQUIRED")
    return group


def link_discussion(hub: Hub, action: LinkDiscussion) -> None:
    """Let a channel's posts be discussed in a group."""
    channel = member_of(hub, action.person_id, action.channel_id)
    group = member_of(hub, action.person_id, action.group_id)
    if channel.kind != "channel" or group.kind != "supergroup":
        raise ActionRefused("LINK_NOT_MODIFIED")
    _require(hub, channel, action.person_id, "can_change_info")
    channel.linked, group.linked = group.id, channel.id
    hub.store.changed()


def upgrade_group(hub: Hub, action: UpgradeGroup) -> GroupCreated:
    """Make a supergroup of a basic group."""
    group = member_of(hub, action.person_id, action.chat_id)
    if group.kind != "group" or hub.groups.member(group, action.person_id).status != "creator":
        raise ActionRefused("CHAT_ADMIN_REQUIRED")
    return GroupCreated(membership.upgrade(hub, group).id)


def _require(hub: Hub, group: GroupRecord, person_id: int, right: str) -> None:
    if not hub.groups.has_right(group, person_id, right):
        raise ActionRefused("CHAT_ADMIN_REQUIRED")


ACTIONS: Actions = {
    CreateGroup: create_group,
    AddMember: add_member,
    RemoveMember: remove_member,
    SetAdmin: set_admin,
    SetPermissions: set_permissions,
    CreateTopic: create_topic,
    CloseTopic: close_topic,
    LinkDiscussion: link_discussion,
    UpgradeGroup: upgrade_group,
}
