"""What the identity room hands out."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.identity.init_data import TelegramUser
from backend.identity.tokens import Token


class Session(msgspec.Struct, frozen=True):
    """A session just opened. `user` and `start_param` come from init data and are not stored."""

    token: Token
    user: TelegramUser
    language: str
    start_param: str | None


class Principal(msgspec.Struct, frozen=True):
    """Who makes a request. `renewed` is a fresh token to hand to the client, when due."""

    user_id: int
    session_id: UUID
    language: str
    renewed: Token | None


class Profile(msgspec.Struct, frozen=True):
    """What is kept of a person. `hand_off`: deliver answers nobody watched to the bot chat;
    `suggestions`: propose what to say next."""

    user_id: int
    language: str
    created_at: datetime
    seen_at: datetime
    hand_off: bool = True
    model_id: str | None = None
    custom_instructions: str | None = None
    suggestions: bool = True
    persona_id: str | None = None


class SettingsChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a person changes; what is UNSET stays as it is."""

    hand_off: bool | msgspec.UnsetType = msgspec.UNSET
    model_id: str | msgspec.UnsetType | None = msgspec.UNSET
    custom_instructions: str | msgspec.UnsetType | None = msgspec.UNSET
    suggestions: bool | msgspec.UnsetType = msgspec.UNSET
    persona_id: str | msgspec.UnsetType | None = msgspec.UNSET
