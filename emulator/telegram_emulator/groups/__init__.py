"""Groups and channels: members, rights, and what the bot is told."""

from telegram_emulator.groups.groups import GENERAL, HERE, TELEGRAM, Groups
from telegram_emulator.groups.privacy import SERVICE
from telegram_emulator.groups.rights import ADMIN_RIGHTS, PERMISSIONS, permission_for

__all__ = [
    "ADMIN_RIGHTS",
    "GENERAL",
    "HERE",
    "PERMISSIONS",
    "SERVICE",
    "TELEGRAM",
    "Groups",
    "permission_for",
]
