"""Which messages of a group the bot gets.

As in core.telegram.org/bots/features#privacy-mode: commands for it, replies to messages by or for
it, messages sent through it, and service messages. Administrators, and bots with privacy mode off,
get everything. A mere mention is not in that list.
"""

from collections.abc import Callable

from telegram_emulator.schemas import BotApi

SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
)


class PrivacyMode:
    """One bot's privacy mode: which messages of a group it gets."""

    def __init__(self, bot_id: int, username: str, find: Callable[[int], BotApi | None]) -> None:
        self._bot_id = bot_id
        self._username = username.lower()
        self._find = find

    def lets_through(self, message: BotApi, *, spoke_last: bool) -> bool:
        """Whether the bot gets `message`. `spoke_last`: no other bot has written since it did."""
        if any(name in message for name in SERVICE):
            return True
        if message.get("via_bot", {}).get("id") == self._bot_id:
            return True
        if (named := self._command(message)) is not None:
            return named == self._username or (named == "" and spoke_last)
        return self._answers_us(message)

    def _command(self, message: BotApi) -> str | None:
        """The bot that a message's first command names, "" if it names none."""
        text = message.get("text") or message.get("caption") or ""
        entities = message.get("entities") or message.get("caption_entities") or []
        for entity in entities:
            if entity["type"] == "bot_command" and entity["offset"] == 0:
                command: str = text[: entity["length"]]
                return command.partition("@")[2].lower()
        return None

    def _answers_us(self, message: BotApi) -> bool:
        replied = message.get("reply_to_message")
        while replied is not None:
            if replied.get("from", {}).get("id") == self._bot_id:
                return True
            if self._command(replied) == self._username:
                return True
            # A message inside another one comes without its own reply target.
            whole = self._find(replied["message_id"])
            replied = whole.get("reply_to_message") if whole else None
        return False
