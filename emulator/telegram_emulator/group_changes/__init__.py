"""Functions that change a group and tell its members and the bot: membership, topics, ephemeral
messages.

They need the hub, and are therefore apart from `groups`, which the hub contains.
"""

from telegram_emulator.group_changes import ephemeral, membership, topics

__all__ = ["ephemeral", "membership", "topics"]
