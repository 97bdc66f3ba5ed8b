"""Who is calling: Telegram's init data, people, sessions and their limits."""

from backend.identity.limits import (
    ANONYMOUS,
    PERSON,
    SEND,
    SIGN_IN,
    Limiter,
    MemoryLimiter,
    Rule,
    address_key,
)
from backend.identity.people import change_settings, erase, export, profile, remember
from backend.identity.schemas import Principal, Profile, Session, SettingsChange
from backend.identity.service import Identity, forget_ended_sessions
from backend.identity.tokens import Token
from backend.identity.valkey_limits import ValkeyLimiter, open_limiter

__all__ = [
    "ANONYMOUS",
    "PERSON",
    "SEND",
    "SIGN_IN",
    "Identity",
    "Limiter",
    "MemoryLimiter",
    "Principal",
    "Profile",
    "Rule",
    "Session",
    "SettingsChange",
    "Token",
    "ValkeyLimiter",
    "address_key",
    "change_settings",
    "erase",
    "export",
    "forget_ended_sessions",
    "open_limiter",
    "profile",
    "remember",
]
