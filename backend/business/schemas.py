"""The room's types."""

from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

Mode: TypeAlias = Literal["off", "draft", "away", "auto"]
"""Nothing is read; drafts for the owner; answers outside hours and drafts otherwise; answers
always."""
DraftEnd: TypeAlias = Literal["sent", "skipped"]
MAX_KNOWLEDGE: Final = 12_000
"""The most characters of the owner's own text."""
MAX_REPLY: Final = 3_500
"""The most characters of a reply to a customer."""
MAX_FILES: Final = 10
MAX_FILE_TEXT: Final = 50_000
"""How many characters of a file are stored; the rest is not used."""
MAX_HANDOVER: Final = 20
"""The most hand-over phrases, each with at most this many characters:"""
MAX_HANDOVER_WORD: Final = 60


class Line(Struct, frozen=True):
    """A message in a chat: its number, whether it is the customer's, its text, and when it was
    written, in seconds."""

    number: int
    customer: bool
    text: str
    at: int


class BusinessAccount(Struct, frozen=True, kw_only=True):
    """A connected account. `authorised` are the providers that may get customers' messages, None
    before the owner has chosen; with `stays_here` only models of this server may."""

    user_id: int
    connection_id: str
    enabled: bool
    can_reply: bool
    mode: Mode
    stays_here: bool
    authorised: frozenset[str] | None
    knowledge: str
    handover: tuple[str, ...]
    away_from: int | None
    away_to: int | None
    time_zone: str | None
    daily_limit: int


class AccountChange(Struct, frozen=True, kw_only=True):
    """Changes; fields that are UNSET stay."""

    mode: Mode | UnsetType = UNSET
    stays_here: bool | UnsetType = UNSET
    authorised: frozenset[str] | UnsetType = UNSET
    knowledge: str | UnsetType = UNSET
    handover: tuple[str, ...] | UnsetType = UNSET
    away: tuple[int, int, str] | UnsetType = UNSET


class CustomerChat(Struct, frozen=True, kw_only=True):
    """A chat with a customer. `answered`: how often today; `introduced`: whether the customer was
    told that an assistant writes."""

    customer_id: int
    history: tuple[Line, ...]
    heard_at: datetime | None
    paused_until: datetime | None
    answered: int
    introduced: bool


class ReplyDraft(Struct, frozen=True, kw_only=True):
    """A reply that waits, or waited, for the owner."""

    id: UUID
    customer_id: int
    text: str
    state: str
    number: int | None


class BusinessFile(Struct, frozen=True, kw_only=True):
    """One of the owner's files, without its text. `size` counts characters; `cut`: the text was
    longer."""

    id: UUID
    name: str
    size: int
    cut: bool


CustomerState: TypeAlias = Literal["draft", "paused", "answered", "waiting"]
"""A draft waits for the owner; the bot is paused there; the owner's side wrote last; the customer
wrote last."""


class Customer(Struct, frozen=True, kw_only=True):
    """A customer in the owner's list. `last` is the newest message; `wrote` and `answered` count
    those of the last day."""

    id: int
    name: str
    state: CustomerState
    last: str
    heard_at: datetime | None
    wrote: int
    answered: int
    draft: ReplyDraft | None


class InboxDay(Struct, frozen=True, kw_only=True):
    """The figures of a day (UTC): messages received, drafts made, sent and skipped, automatic
    answers, and the cost of models in micro-dollars."""

    day: date
    received: int
    drafted: int
    sent: int
    skipped: int
    answered: int
    cost_micro_dollars: int


class InboxFigures(Struct, frozen=True):
    """An inbox in figures."""

    customers: int
    open: int
    sent: int
    skipped: int
