"""Creating groups, channels and topics, and changing their members."""

from typing import Annotated, Literal

import msgspec

from telegram_emulator.actions.base import Action


class CreateGroup(Action, frozen=True, tag="createGroup"):
    """Creates a group of `person_id` and the `member_ids` (the bot is given by its id like a
    person). `forum` gives a supergroup topics. `crowd` is how many members it has besides those,
    who are counted and never named. → `GroupCreated`"""

    person_id: int
    title: str
    kind: Literal["group", "supergroup", "channel"] = "supergroup"
    member_ids: tuple[int, ...] = ()
    username: str = ""
    forum: bool = False
    crowd: Annotated[int, msgspec.Meta(ge=0, le=200_000)] = 0


class AddMember(Action, frozen=True, tag="addMember"):
    """Somebody joins (`user_id` is the person), or is added: a person, or the bot by its id."""

    person_id: int
    chat_id: int
    user_id: int


class RemoveMember(Action, frozen=True, tag="removeMember"):
    """Somebody leaves (`user_id` is the person), or is removed, with `ban` for good."""

    person_id: int
    chat_id: int
    user_id: int
    ban: bool = False


class SetAdmin(Action, frozen=True, tag="setAdmin"):
    """Gives administrator's rights (names of `ChatMemberAdministrator`); an empty list removes them
    all. With "is_anonymous" the administrator is hidden."""

    person_id: int
    chat_id: int
    user_id: int
    rights: tuple[str, ...] = ()


class SetPermissions(Action, frozen=True, tag="setPermissions"):
    """Sets what members may do, by names of `ChatPermissions`."""

    person_id: int
    chat_id: int
    permissions: tuple[str, ...]


class CreateTopic(Action, frozen=True, tag="createTopic"):
    """Opens a topic of a forum. → `TopicCreated`"""

    person_id: int
    chat_id: int
    name: str


class CloseTopic(Action, frozen=True, tag="closeTopic"):
    """Closes a topic, or opens it again. The general topic is 1."""

    person_id: int
    chat_id: int
    thread_id: int
    closed: bool = True


class LinkDiscussion(Action, frozen=True, tag="linkDiscussion"):
    """A channel's posts appear in this supergroup from now on, where they can be commented on."""

    person_id: int
    channel_id: int
    group_id: int


class UpgradeGroup(Action, frozen=True, tag="upgradeGroup"):
    """A basic group becomes a supergroup with another id. → `GroupCreated`"""

    person_id: int
    chat_id: int


class JoinByLink(Action, frozen=True, tag="joinByLink"):
    """Follows an invite link of the bot's: joins, or asks to (`chat_join_request`)."""

    person_id: int
    link: str


class BoostChat(Action, frozen=True, tag="boostChat"):
    """A person with Premium boosts a supergroup or channel for a month, or withdraws that."""

    person_id: int
    chat_id: int
    taken_back: bool = False
