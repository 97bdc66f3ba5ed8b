"""What changes a group and tells its members and the bot: places in it, topics, messages to one.

Apart from `groups`, whose state the hub holds: what acts on it needs the hub.
"""

from telegram_emulator.group_changes import ephemeral, membership, topics

__all__ = ["ephemeral", "membership", "topics"]
