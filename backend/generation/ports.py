"""What generation needs from other rooms; the container provides implementations."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Protocol
from uuid import UUID

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Vault
from backend.errors import TanyaError
from backend.files import File, Made, ReadPage
from backend.llm import ChatRequest, Event, Image, Model, ReceiptEnd, ReceiptEntry, SendRecorder


class Preferences(Struct, frozen=True):
    """What a person has set. `hand_off`: deliver answers nobody watched to the bot chat;
    `suggestions`: propose what to say next."""

    hand_off: bool = True
    model_id: str | None = None
    custom_instructions: str | None = None
    suggestions: bool = True
    persona_id: str | None = None


class Agreed(Protocol):
    """The ids of providers that a person has agreed to."""

    def __contains__(self, provider: object, /) -> bool: ...


class PreferencesSource(Protocol):
    """Where people's settings are."""

    async def preferences(self, db: AsyncConnection, user_id: int) -> Preferences:
        """The person's settings, the defaults for somebody unknown."""
        ...


class ConsentCheck(Protocol):
    """People's consents (privacy's room)."""

    async def agreed(self, db: AsyncConnection, user_id: int) -> Agreed:
        """The ids of the providers that the person has agreed to."""
        ...


class Intake(Protocol):
    """Whether the operator allows new answers and checks (console's switchboard)."""

    def refusal(self) -> TanyaError | None:
        """Why not; None if they are allowed."""
        ...


class OfferedModels(Protocol):
    """The models that this installation offers (llm's catalog)."""

    @property
    def active(self) -> Sequence[Model]:
        """The models that can be used now, best first."""
        ...

    @property
    def default(self) -> Model:
        """The model for people who have chosen none."""
        ...

    def find(self, model_id: str) -> Model | None:
        """The active model with this id."""
        ...


class ModelRouter(Protocol):
    """Streams from the first of `choices` that answers; falls back only before the first word."""

    def stream(
        self,
        request: ChatRequest,
        choices: Sequence[Model],
        budget: int | None,
        recorder: SendRecorder,
    ) -> AsyncGenerator[Sequence[Event], None]:
        """Like llm's Adapter; `budget` is the most micro-dollars that all attempts may cost, and
        `recorder` records each before it is sent.

        Raises ProviderError once all have failed.
        """
        ...


class ImageModels(Protocol):
    """The models that make pictures, and their router."""

    @property
    def painters(self) -> Sequence[Model]:
        """The models that can be used now, best first."""
        ...

    @property
    def painter_router(self) -> ModelRouter:
        """Their router."""
        ...


class ReceiptWriter(Protocol):
    """Storage of receipts (privacy's room)."""

    async def open(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """Store an attempt's receipt in the caller's transaction; returns its id."""
        ...

    async def open_with_recipe(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """As `open`, with how to rebuild its body."""
        ...

    async def keep_recipe(self, db: AsyncConnection, entry: ReceiptEntry, receipt_id: UUID) -> None:
        """Store how to rebuild an answer's body, after it was sent; repeats change nothing."""
        ...

    async def close(self, db: AsyncConnection, ends: Sequence[ReceiptEnd]) -> None:
        """Record how attempts ended; repeats change nothing."""
        ...

    async def close_orphans(self, db: AsyncConnection, user_id: int, run_id: UUID) -> None:
        """Close the receipts that a dead process left open, with an unknown outcome."""
        ...


class PageReader(Protocol):
    """Reads pages that a question links to, for models that cannot (files' room)."""

    async def read(self, user_id: int, address: str, language: str = "") -> ReadPage:
        """The page's text; `language` is the person's, which distinguishes legacy encodings.

        Raises:
            PageNotRead: the subclass says why.
        """
        ...

    async def attach_pages(
        self,
        db: AsyncConnection,
        vault: Vault,
        user_id: int,
        conversation_id: UUID,
        message_id: UUID,
        pages: Iterable[ReadPage],
    ) -> tuple[File, ...]:
        """Make pages part of the message that links to them."""
        ...


class PictureKeeper(Protocol):
    """Stores pictures from models (files' room)."""

    async def clean(self, image: Image) -> Made:
        """The picture, re-encoded.

        Raises:
            TanyaError: it is no picture, or too large.
        """
        ...

    async def store_made(
        self, db: AsyncConnection, user_id: int, message: tuple[UUID, UUID], made: Sequence[Made]
    ) -> None:
        """Store them in the caller's transaction; `message` is conversation and message."""
        ...


class AnswerCourier(Protocol):
    """Sends a finished answer to the person's chat with the bot."""

    async def deliver(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, markdown: str
    ) -> None:
        """Send it, split as the chat needs, with a button to the conversation.

        Raises:
            CourierRetry: not now; `retry_after` says when.
            CourierGone: the person has blocked the bot or left.
        """
        ...

    async def tell_refused(
        self, user_id: int, language: str, conversation_id: UUID, message_id: UUID, code: str
    ) -> None:
        """Say that moderation refused a scheduled question or its answer, with a way to appeal.
        Raises as `deliver`."""
        ...
