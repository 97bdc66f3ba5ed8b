"""Who is calling: Telegram's init data, people, sessions and their limits."""

from backend.identity.people import change_settings, erase, export, profile, remember
from backend.identity.schemas import Principal, Profile, Session, SettingsChange
from backend.identity.service import Identity, forget_ended_sessions
from backend.identity.tokens import Token

__all__ = [
    "Identity",
    "Principal",
    "Profile",
    "Session",
    "SettingsChange",
    "Token",
    "change_settings",
    "erase",
    "export",
    "forget_ended_sessions",
    "profile",
    "remember",
]
