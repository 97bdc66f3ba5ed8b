"""Stored records of groups, supergroups, channels and business connections."""

from datetime import datetime
from typing import Literal

import msgspec

from telegram_emulator.schemas import BotApi

GroupKind = Literal["group", "supergroup", "channel"]
MemberStatus = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]


class GroupPart(msgspec.Struct, kw_only=True):
    """Base of everything in this file."""


class MemberRecord(GroupPart):
    """A membership in a group. `rights` are an administrator's, or what a restricted member may do;
    `until` is the end of a restriction or ban as Unix time, 0 for none."""

    status: MemberStatus
    rights: dict[str, bool] = {}
    title: str = ""
    tag: str = ""
    until: int = 0


class TopicRecord(GroupPart):
    """A topic of a forum; the general one has the id 1."""

    name: str
    icon_color: int = 0x6FB9F0
    icon_custom_emoji_id: str = ""
    closed: bool = False
    hidden: bool = False


class InviteRecord(GroupPart):
    """An invite link created by the bot."""

    link: str
    name: str = ""
    expire_date: int = 0
    member_limit: int = 0
    by_request: bool = False
    revoked: bool = False
    primary: bool = False
    price: int = 0
    period: int = 0


class GroupRecord(GroupPart):
    """A group; its messages are stored with those of all other chats.

    `spoke_last`: no other bot has written here since the bot did, so commands without a bot's name
    go to it. `requests` are people who asked to join. `migrated_to` is the supergroup it became.
    `crowd` is how many members it has besides `members`.
    """

    id: int
    kind: GroupKind
    title: str
    username: str = ""
    description: str = ""
    is_forum: bool = False
    members: dict[int, MemberRecord] = {}
    permissions: dict[str, bool] = {}
    topics: dict[int, TopicRecord] = {}
    invites: dict[str, InviteRecord] = {}
    requests: list[int] = []
    banned_chats: list[int] = []
    linked: int | None = None
    photo: BotApi | None = None
    protected: bool = False
    spoke_last: bool = False
    migrated_to: int | None = None
    sticker_set: str = ""
    boosts: list[BotApi] = []
    crowd: int = 0


class EphemeralRecord(GroupPart):
    """A message in a group that only one member sees."""

    id: int
    chat_id: int
    receiver_id: int
    message: BotApi


class BusinessRecord(GroupPart):
    """A person's account that the bot is connected to. `paused` are chats in which the owner paused
    the bot."""

    id: str
    owner_id: int
    rights: dict[str, bool]
    date: int
    enabled: bool = True
    excluded: list[int] = []


class BusinessChatRecord(GroupPart):
    """A private chat of a connected account: its owner's with a customer. `heard_at`: when the
    customer last wrote."""

    key: int
    connection_id: str
    owner_id: int
    customer_id: int
    heard_at: datetime | None = None
    read_up_to: int = 0
