"""What generation needs of others. Each is small, and `app` joins it to what does it."""

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.llm import ChatRequest, Event, Model, Retention, Sent
from backend.sources import Wanted


class Preferences(Struct, frozen=True):
    """What a person has set. `hand_off`: deliver answers nobody watched to the bot chat;
    `suggestions`: propose what to say next."""

    hand_off: bool = True
    model_id: str | None = None
    custom_instructions: str | None = None
    suggestions: bool = True
    persona_id: str | None = None


class People(Protocol):
    """Where people's settings are."""

    async def preferences(self, db: AsyncConnection, user_id: int) -> Preferences:
        """The person's settings, the defaults for somebody unknown."""
        ...


class Consents(Protocol):
    """What people have agreed to (privacy's room)."""

    async def agreed(self, db: AsyncConnection, user_id: int) -> frozenset[str]:
        """The ids of the providers to which the person's words may go."""
        ...


class Models(Protocol):
    """The models that this installation offers (llm's catalog)."""

    @property
    def active(self) -> Sequence[Model]:
        """Those that can be used now, best first."""
        ...

    @property
    def default(self) -> Model:
        """The one for people who have chosen none."""
        ...

    def find(self, model_id: str) -> Model | None:
        """The active model with this id."""
        ...


class Router(Protocol):
    """Asks the first of `choices` that answers; before its first word others may take over."""

    def stream(
        self, request: ChatRequest, choices: Sequence[Model], budget: int | None = None
    ) -> AsyncGenerator[Sequence[Event], None]:
        """See llm's Adapter; `budget` is the most micro-dollars that all attempts may cost.

        Raises ProviderError once all have failed.
        """
        ...


class Painters(Protocol):
    """The models that make pictures, and who asks them."""

    @property
    def painters(self) -> Sequence[Model]:
        """Those that can be used now, best first."""
        ...

    @property
    def painter_router(self) -> Router:
        """Asks them."""
        ...


class ReceiptEntry(Struct, frozen=True, kw_only=True):
    """One call that left for a provider, and the recipe by which its bytes can be made again.

    `prompts` are the templates in it, with their versions, such as `system@1`; `materials` the
    files that went along, in the order and form in which they did.
    """

    user_id: int
    run_id: UUID
    conversation_id: UUID
    purpose: str
    sent: Sent
    retention: Retention | None
    message_ids: tuple[UUID, ...]
    request: ChatRequest
    prompts: tuple[str, ...] = ()
    materials: tuple[Wanted, ...] = ()
    sent_at: datetime


class Receipts(Protocol):
    """Where receipts are kept (privacy's room)."""

    async def record(self, db: AsyncConnection, entries: Sequence[ReceiptEntry]) -> None:
        """Keep them, in the caller's transaction. Repeats change nothing."""
        ...


class NoReceipts:
    """Keeps none: for tests, and until there is a room for them."""

    async def record(self, db: AsyncConnection, entries: Sequence[ReceiptEntry]) -> None:
        """See Receipts."""


class AnswerCourier(Protocol):
    """Brings a finished answer to the person's chat with the bot."""

    async def deliver(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, markdown: str
    ) -> None:
        """Send it, split as the chat needs, with a button back to the conversation.

        Raises:
            CourierRetry: not now; `retry_after` tells when.
            CourierGone: never: the person has blocked the bot or left.
        """
        ...
