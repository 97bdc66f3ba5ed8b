"""The identity room's types."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.identity.init_data import TelegramUser
from backend.identity.tokens import Token


class Session(msgspec.Struct, frozen=True):
    """A session just opened. `user` and `start_param` come from init data and are not stored.

    What a device keeps of the person's words is theirs for as long as `device_epoch` stays the
    same: it changes when they sign out everywhere, and when somebody erased comes back.
    """

    token: Token
    user: TelegramUser
    language: str
    start_param: str | None
    device_epoch: str


class SeenUsername(msgspec.Struct, frozen=True):
    """What Telegram said of a person's username, as a keyed hash (None: they have none), and when
    it said so."""

    hash: bytes | None
    at: datetime


class Principal(msgspec.Struct, frozen=True):
    """The person behind a request. `renewed` is a fresh token for the client, if due."""

    user_id: int
    session_id: UUID
    language: str
    renewed: Token | None


class Profile(msgspec.Struct, frozen=True):
    """A person's stored settings. `hand_off`: deliver answers nobody watched to the bot chat;
    `suggestions`: propose what to say next; `retention_days`: how long conversations are kept after
    their last change, None: until they are deleted. `chosen_language`: what they chose in place of
    their Telegram's; `signed_out_at`: when they last signed out everywhere; `redact_others`:
    others' words are sent with placeholders for names and similar data, without asking;
    `username_since`: since when they have been seen with the username that operators find them by,
    None: by none; `interactive_cards`: the bot sends widgets to them; `join_questions`: what they
    write in a row in the chat becomes one question."""

    user_id: int
    language: str
    created_at: datetime
    seen_at: datetime
    hand_off: bool = True
    model_id: str | None = None
    custom_instructions: str | None = None
    suggestions: bool = True
    persona_id: str | None = None
    retention_days: int | None = None
    chosen_language: str | None = None
    signed_out_at: datetime | None = None
    redact_others: bool = False
    username_since: datetime | None = None
    interactive_cards: bool = False
    join_questions: bool = False


class OpenSession(msgspec.Struct, frozen=True):
    """One of a person's sessions. `device` is the kind of device, if known."""

    id: UUID
    device: str | None
    created_at: datetime
    expires_at: datetime


class SettingsChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changed settings; UNSET fields stay as they are."""

    hand_off: bool | msgspec.UnsetType = msgspec.UNSET
    model_id: str | msgspec.UnsetType | None = msgspec.UNSET
    custom_instructions: str | msgspec.UnsetType | None = msgspec.UNSET
    suggestions: bool | msgspec.UnsetType = msgspec.UNSET
    persona_id: str | msgspec.UnsetType | None = msgspec.UNSET
    retention_days: int | msgspec.UnsetType | None = msgspec.UNSET
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    redact_others: bool | msgspec.UnsetType = msgspec.UNSET
    interactive_cards: bool | msgspec.UnsetType = msgspec.UNSET
    join_questions: bool | msgspec.UnsetType = msgspec.UNSET
