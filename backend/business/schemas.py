"""What the room takes and hands out."""

from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

Mode: TypeAlias = Literal["off", "draft", "away", "auto"]
"""Nothing is read; drafts for the owner; answers outside hours, else drafts; answers always."""
DraftEnd: TypeAlias = Literal["sent", "skipped"]
MAX_KNOWLEDGE: Final = 12_000
"""Characters of the owner's own text that answers are made of."""
MAX_REPLY: Final = 3_500
"""Characters of a reply to a customer."""
MAX_FILES: Final = 10
MAX_FILE_TEXT: Final = 50_000
"""Characters of a file that are kept; the rest is not read."""
MAX_HANDOVER: Final = 20
"""Hand-over words; each is of so many characters at most:"""
MAX_HANDOVER_WORD: Final = 60


class Line(Struct, frozen=True):
    """One line of a chat: the message's number, whether it is the customer's, its words and when
    it was written, in seconds."""

    number: int
    customer: bool
    text: str
    at: int


class BusinessAccount(Struct, frozen=True, kw_only=True):
    """A connected account. `authorised` are the providers that customers' words may go to, None
    before the owner has chosen; with `stays_here` they go to models of this server only."""

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
    """What is to be another; what is UNSET stays."""

    mode: Mode | UnsetType = UNSET
    stays_here: bool | UnsetType = UNSET
    authorised: frozenset[str] | UnsetType = UNSET
    knowledge: str | UnsetType = UNSET
    handover: tuple[str, ...] | UnsetType = UNSET
    away: tuple[int, int, str] | UnsetType = UNSET


class CustomerChat(Struct, frozen=True, kw_only=True):
    """A chat with a customer. `answered`: how often today; `introduced`: whether the customer was
    told that an assistant answers."""

    customer_id: int
    history: tuple[Line, ...]
    heard_at: datetime | None
    paused_until: datetime | None
    answered: int
    introduced: bool


class ReplyDraft(Struct, frozen=True, kw_only=True):
    """A reply that waits for the owner, or did."""

    id: UUID
    customer_id: int
    text: str
    state: str
    number: int | None


class BusinessFile(Struct, frozen=True, kw_only=True):
    """One of the owner's files, without its text. `size` counts characters; `cut`: there was more,
    which is not read."""

    id: UUID
    name: str
    size: int
    cut: bool


CustomerState: TypeAlias = Literal["draft", "paused", "answered", "waiting"]
"""A draft waits for the owner; nothing is done there; the owner's side wrote last; the customer."""


class Customer(Struct, frozen=True, kw_only=True):
    """A customer in the owner's list. `last` is the newest line; `wrote` and `answered` count the
    last day's."""

    id: int
    name: str
    state: CustomerState
    last: str
    heard_at: datetime | None
    wrote: int
    answered: int
    draft: ReplyDraft | None


class InboxDay(Struct, frozen=True, kw_only=True):
    """What happened on a day, UTC: messages received, drafts made, sent and skipped, answers sent
    without asking, and what models cost, in micro-dollars."""

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
