"""Groups and channels: finding them, their members, what the bot may do and which messages it
gets."""

from telegram_emulator.errors import ActionRefused
from telegram_emulator.group_records import GroupKind, GroupRecord, MemberRecord, TopicRecord
from telegram_emulator.groups.privacy import PrivacyMode
from telegram_emulator.groups.rights import (
    NAMES,
    first_permissions,
    member_view,
    permission_for,
)
from telegram_emulator.profile import Profile
from telegram_emulator.refusals import ApiError, migrated
from telegram_emulator.schemas import BotApi
from telegram_emulator.store import Store

ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_BOT = {
    "id": 136817688,
    "is_bot": True,
    "first_name": "Channel",
    "username": "Channel_Bot",
}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
"""The sender in `from` of messages by anonymous administrators and channels, and of a channel's
posts in its discussion group."""
GENERAL = 1
"""The id of a forum's general topic, which messages do not name."""
HERE = ("creator", "administrator", "member", "restricted")
NAMED = {"group": "group", "supergroup": "supergroup", "channel": "channel"}


class Groups:
    """Groups by their id. The bot is a member under its own id."""

    def __init__(self, store: Store, profile: Profile) -> None:
        self._store = store
        self._world = store.world
        self._profile = profile

    # Finding groups

    def find(self, chat_id: int) -> GroupRecord | None:
        """The group with this id."""
        return self._world.groups.get(chat_id)

    def get(self, chat_id: int) -> GroupRecord:
        """The group with this id, for an action of the page.

        Raises:
            ActionRefused: when there is none.
        """
        if chat_id not in self._world.groups:
            raise ActionRefused("CHAT_ID_INVALID")
        return self._world.groups[chat_id]

    def by_username(self, username: str) -> int | None:
        """The id of a public group or channel."""
        for group in self._world.groups.values():
            if group.username and group.username.lower() == username.lower():
                return group.id
        return None

    def create(self, kind: GroupKind, title: str, creator_id: int) -> GroupRecord:
        """Create a group with only its creator."""
        world = self._world
        number = world.next_group_number
        world.next_group_number += 1
        # Basic groups have short negative ids, the others the prefix -100.
        group_id = -number if kind == "group" else -1_000_000_000_000 - number
        group = GroupRecord(id=group_id, kind=kind, title=title, permissions=first_permissions())
        group.members[creator_id] = MemberRecord(status="creator")
        world.groups[group_id] = group
        self._store.changed()
        return group

    # Members

    def member(self, group: GroupRecord, user_id: int) -> MemberRecord:
        """The membership of a person; somebody who never was in the group has left."""
        return group.members.get(user_id) or MemberRecord(status="left")

    def is_in(self, group: GroupRecord, user_id: int) -> bool:
        """Whether a person is in a group now."""
        return self.member(group, user_id).status in HERE

    def is_admin(self, group: GroupRecord, user_id: int) -> bool:
        """Whether a person is an administrator or the creator."""
        return self.member(group, user_id).status in ("creator", "administrator")

    def has_right(self, group: GroupRecord, user_id: int, right: str) -> bool:
        """Whether a person has an administrator's right."""
        member = self.member(group, user_id)
        return member.status == "creator" or (
            member.status == "administrator" and member.rights.get(right, False)
        )

    def view(self, group: GroupRecord, user_id: int) -> BotApi:
        """A person's `ChatMember`."""
        return member_view(self.member(group, user_id), self._profile.anybody(user_id))

    def count(self, group: GroupRecord) -> int:
        """How many members it has, with those who are only counted."""
        return group.crowd + sum(member.status in HERE for member in group.members.values())

    # What the bot may do

    def bot_place(self, chat_id: int) -> GroupRecord:
        """The group, if the bot is in it.

        Raises:
            ApiError: with Telegram's error text for each way of not being in it.
        """
        group = self._world.groups[chat_id]
        if group.migrated_to is not None:
            raise migrated(group.migrated_to)
        status = self.member(group, self._profile.bot_id).status
        if status == "kicked":
            raise ApiError(f"bot was kicked from the {NAMED[group.kind]} chat", 403)
        if status == "left":
            raise ApiError(f"bot is not a member of the {NAMED[group.kind]} chat", 403)
        return group

    def require(self, group: GroupRecord, right: str) -> None:
        """Check that the bot has an administrator's right.

        Raises:
            ApiError: when it has not got it.
        """
        if not self.has_right(group, self._profile.bot_id, right):
            raise ApiError("not enough rights")

    def check_sending(self, chat_id: int, content: BotApi) -> None:
        """Check that the bot may send this.

        Raises:
            ApiError: when it may not.
        """
        group = self.bot_place(chat_id)
        bot_id = self._profile.bot_id
        if group.kind == "channel":
            if not self.has_right(group, bot_id, "can_post_messages"):
                raise ApiError("need administrator rights in the channel chat")
            return
        needed = permission_for(content)
        if not self.may(group, bot_id, needed):
            raise ApiError(f"not enough rights to send {NAMES[needed]} to the chat")

    def may(self, group: GroupRecord, user_id: int, permission: str) -> bool:
        """Whether a member may do something that the group's permissions cover."""
        member = self.member(group, user_id)
        if member.status in ("creator", "administrator"):
            return True
        if member.status == "restricted" and not member.rights.get(permission, False):
            return False
        return member.status in HERE and group.permissions.get(permission, False)

    def topic(self, group: GroupRecord, thread_id: int) -> TopicRecord:
        """The topic that a call names.

        Raises:
            ApiError: when there is none.
        """
        if thread_id not in group.topics:
            raise ApiError("message thread not found")
        return group.topics[thread_id]

    # What the bot is told

    def hears(self, group: GroupRecord, message: BotApi) -> bool:
        """Whether the bot gets a message of a group."""
        bot_id = self._profile.bot_id
        if not self.is_in(group, bot_id):
            return False
        if group.kind == "channel" or self.is_admin(group, bot_id):
            return True
        if self._profile.setting("can_read_all_group_messages"):
            return True
        privacy = PrivacyMode(
            bot_id, self._profile.username, lambda number: self._message(group.id, number)
        )
        return privacy.lets_through(message, spoke_last=group.spoke_last)

    def _message(self, chat_id: int, message_id: int) -> BotApi | None:
        chat = self._world.chats.get(chat_id)
        stored = chat.messages if chat else []
        return next((one.message for one in reversed(stored) if one.id == message_id), None)

    def author(self, group: GroupRecord, user_id: int, *, anonymous: bool = False) -> BotApi:
        """The message fields that name the sender."""
        chat = self._profile.chat(group.id)
        if group.kind == "channel":
            return {"sender_chat": chat}
        if anonymous:
            return {"from": ANONYMOUS, "sender_chat": chat}
        return {"from": self._profile.anybody(user_id)}
