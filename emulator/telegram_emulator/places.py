"""The three kinds of chats behind one number: private ones, groups, chats of connected accounts.

`Chats` stores messages by that number; the differences between the kinds are here.
"""

from telegram_emulator.business import Business
from telegram_emulator.groups import GENERAL, TELEGRAM, Groups
from telegram_emulator.profile import Profile
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.world import World

NOT_MIRRORED = {"message_id", "chat", "date", "edit_date", "sender_chat", "reply_to_message"}
"""Fields of a channel's post that its copy in the discussion group does not take over."""


class Places:
    """The kind and the rules of a chat, by its number."""

    def __init__(self, world: World, profile: Profile, groups: Groups, business: Business) -> None:
        self._world = world
        self._profile = profile
        self._groups = groups
        self._business = business

    def known(self, chat_id: int | str, connection_id: str | None = None) -> int:
        """The number of the chat that a call names, whether or not the bot may write there.

        Raises:
            ApiError: when there is none.
        """
        text = str(chat_id)
        if not text:
            raise ApiError("chat_id is empty")
        if connection_id:
            return self._business.chat_of_call(connection_id, chat_id).key
        if text.startswith("@"):
            found = self._groups.by_username(text[1:])
        else:
            found = int(text) if text.lstrip("-").isdigit() else None
        if found is None or not (found in self._world.people or found in self._world.groups):
            raise ApiError("chat not found")
        return found

    def check_reachable(self, key: int) -> None:
        """Check that the bot is in a group, or may write in a connected account's chat.

        Raises:
            ApiError: when not.
        """
        if key in self._world.groups:
            self._groups.bot_place(key)
        elif business := self._world.business_chats.get(key):
            self._business.check_sending(business)

    def exists(self, key: int) -> bool:
        """Whether there is such a group or chat of a connected account."""
        return key in self._world.groups or key in self._world.business_chats

    def from_bot(self, key: int) -> BotApi:
        """The message fields that name the bot as the sender."""
        if group := self._groups.find(key):
            return self._groups.author(group, self._profile.bot_id)
        if business := self._world.business_chats.get(key):
            return {
                "from": self._profile.user(business.owner_id),
                "sender_business_bot": self._profile.bot_user(),
                "business_connection_id": business.connection_id,
            }
        return {"from": self._profile.bot_user()}

    def update_kind(self, key: int, *, edited: bool) -> str:
        """The field of `Update` for a message."""
        group = self._groups.find(key)
        if group is not None and group.kind == "channel":
            return "edited_channel_post" if edited else "channel_post"
        kind = "business_message" if key in self._world.business_chats else "message"
        return f"edited_{kind}" if edited else kind

    def hears(self, key: int, message: BotApi) -> bool:
        """Whether the bot gets a message."""
        if group := self._groups.find(key):
            return self._groups.hears(group, message)
        if business := self._world.business_chats.get(key):
            return self._business.hears(business)
        return True

    def spoke(self, key: int) -> None:
        """Note that the bot wrote there."""
        if group := self._groups.find(key):
            group.spoke_last = True

    def thread(self, key: int, thread_id: int | None, replied: BotApi | None) -> BotApi:
        """The fields that put a message into its topic or thread of replies.

        Raises:
            ApiError: for a topic that is not there.
        """
        group = self._groups.find(key)
        if (
            group is None
            and key in self._world.people
            and self._profile.setting("has_topics_enabled")
        ):
            thread_id = thread_id or (replied or {}).get("message_thread_id")
            return {"message_thread_id": thread_id, "is_topic_message": True} if thread_id else {}
        if group is None or group.kind != "supergroup":
            if thread_id:
                raise ApiError("message thread not found")
            return {}
        if not thread_id and replied is not None:
            thread_id = replied.get("message_thread_id") or (
                None if group.is_forum else replied["message_id"]
            )
        if not thread_id or (group.is_forum and thread_id == GENERAL):
            return {}
        if group.is_forum:
            self._groups.topic(group, thread_id)
            return {"message_thread_id": thread_id, "is_topic_message": True}
        return {"message_thread_id": thread_id}

    def discussion(self, key: int) -> int | None:
        """The group in which a channel's posts are discussed."""
        group = self._groups.find(key)
        return group.linked if group is not None and group.kind == "channel" else None

    def mirrored(self, post: BotApi) -> tuple[BotApi, BotApi]:
        """A channel's post in its discussion group: content and author."""
        channel = post["chat"]
        origin = {
            "type": "channel",
            "chat": channel,
            "message_id": post["message_id"],
            "date": post["date"],
        }
        content = {name: value for name, value in post.items() if name not in NOT_MIRRORED}
        mark = {"is_automatic_forward": True, "forward_origin": origin}
        return {**content, **mark}, {"from": TELEGRAM, "sender_chat": channel}
