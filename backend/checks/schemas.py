"""The checks room's types."""

from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from backend.placeholders import restore

Verdict: TypeAlias = Literal["agrees", "conflicts", "none"]
"""What a source says about a claim; `none`: no source was found."""
State: TypeAlias = Literal["listed", "running", "complete", "stopped", "interrupted", "failed"]

MAX_TEXT: Final = 20_000
"""Longest text that is checked, in characters."""
MAX_CLAIMS: Final = 8
MAX_CLAIM: Final = 300
"""Longest claim, in characters."""


class Claim(Struct, frozen=True):
    """A claim. `kept` is false if the person dropped it; `verdict` is None until it is checked.

    `quote` is in the page at `url` word for word; both are empty if no source was found.
    """

    text: str
    kept: bool = True
    verdict: Verdict | None = None
    quote: str = ""
    url: str = ""
    title: str = ""


class CheckRequest(Struct, frozen=True):
    """What to check: a message of the person's conversations, or a text. `id` is a UUIDv7 from the
    client, which makes the request idempotent."""

    id: UUID
    message_id: UUID | None = None
    text: str = ""
    placeholders: dict[str, str] = {}
    """What the placeholders in `text` stand for; for a message its conversation knows."""


class Content(Struct, frozen=True):
    """The encrypted part of a check. `text` is empty if a message was checked."""

    claims: tuple[Claim, ...]
    text: str = ""
    placeholders: dict[str, str] = {}


class Price(Struct, frozen=True):
    """The price of a check: messages of the quota, and the highest provider cost of a claim in
    micro-dollars; None if the model's prices are unknown."""

    messages: int
    claim_micro_dollars: int | None


class Check(Struct, frozen=True, kw_only=True):
    """A check. `model_id` is the checking model; `simulated` if it is a simulation."""

    id: UUID
    state: State
    claims: tuple[Claim, ...]
    text: str
    model_id: str
    model_name: str
    provider: str
    simulated: bool
    price: Price
    created_at: datetime
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cost_micro_dollars: int = 0
    cost_estimated: bool = False
    error_code: str | None = None
    placeholders: dict[str, str] = {}

    @property
    def shown(self) -> "Check":
        """The check for its owner, with placeholders replaced, which no provider sees. Quotations
        are unchanged."""
        claims = tuple(
            replace(one, text=restore(one.text, self.placeholders)) for one in self.claims
        )
        return replace(self, claims=claims, text=restore(self.text, self.placeholders))
