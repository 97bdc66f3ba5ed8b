"""Who is calling: Telegram's init data, people, sessions and their limits."""

from backend.identity.erased import ErasedPeople
from backend.identity.limits import (
    ANONYMOUS,
    APPEAL,
    CHECK,
    ERASE,
    EXPORT,
    PERSON,
    SEND,
    SIGN_IN,
    SUGGEST,
    UPLOAD,
    Limiter,
    MemoryLimiter,
    Rule,
    address_key,
)
from backend.identity.people import (
    change_settings,
    erase,
    export,
    known_since,
    open_sessions,
    profile,
    remember,
    require_known,
    retention_page,
)
from backend.identity.schemas import OpenSession, Principal, Profile, Session, SettingsChange
from backend.identity.service import Identity, forget_ended_sessions
from backend.identity.tokens import Token
from backend.identity.usernames import Usernames, read_person

__all__ = [
    "ANONYMOUS",
    "APPEAL",
    "CHECK",
    "ERASE",
    "EXPORT",
    "PERSON",
    "SEND",
    "SIGN_IN",
    "SUGGEST",
    "UPLOAD",
    "ErasedPeople",
    "Identity",
    "Limiter",
    "MemoryLimiter",
    "OpenSession",
    "Principal",
    "Profile",
    "Rule",
    "Session",
    "SettingsChange",
    "Token",
    "Usernames",
    "address_key",
    "change_settings",
    "erase",
    "export",
    "forget_ended_sessions",
    "known_since",
    "open_sessions",
    "profile",
    "read_person",
    "remember",
    "require_known",
    "retention_page",
]
