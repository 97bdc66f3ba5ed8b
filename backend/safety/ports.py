"""The port between Tanya and any moderation: a text is judged, and refused or not."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.llm import ImagePart, ReceiptEnd, ReceiptEntry, ReceiptSource

Side: TypeAlias = Literal["question", "answer"]


class JudgedPicture(Struct, frozen=True):
    """A picture to be sent to a provider or shown; `file_id` is None if it is not stored."""

    file_id: UUID | None
    part: ImagePart


class JudgedText(Struct, frozen=True, kw_only=True):
    """A text, or pictures, on the way to a provider or to a reader.

    `subject_id` is the answer that it is asked or written for, or the check: by it a person
    appeals; None where there is nothing to appeal against. `text` may be a part; `sources` are the
    stored texts and files that it is of, for the receipt. `server_only`: it must not leave this
    server to be judged.
    """

    user_id: int
    side: Side
    text: str = ""
    pictures: tuple[JudgedPicture, ...] = ()
    subject_id: UUID | None
    server_only: bool
    run_id: UUID | None = None
    conversation_id: UUID | None = None
    message_ids: tuple[UUID, ...] = ()
    file_ids: tuple[UUID, ...] = ()
    sources: tuple[ReceiptSource, ...] = ()


class Refusal(Struct, frozen=True):
    """Who refused a text (`rules`, or a provider's id), and for what."""

    judge: str
    category: str


class Moderation(Protocol):
    """Judges texts. None means that a text may pass, never that it was not judged: an
    implementation that cannot judge raises an error."""

    @property
    def provider(self) -> str | None:
        """The id of the provider to which texts go to be judged; None if they stay here."""
        ...

    @property
    def name(self) -> str:
        """That provider's name for people; empty without one."""
        ...

    async def judge(self, judged: JudgedText) -> Refusal | None:
        """The refusal, or None.

        Raises:
            ModerationUnavailable: it could not be judged, and must not pass unjudged.
        """
        ...


class ModerationReceipts(Protocol):
    """Where receipts are kept (privacy's room)."""

    async def open_with_recipe(self, db: AsyncConnection, entry: ReceiptEntry) -> UUID:
        """Keep an attempt's receipt, and how to make its body again, in the caller's transaction;
        returns its id."""
        ...

    async def close(self, db: AsyncConnection, ends: Sequence[ReceiptEnd]) -> None:
        """Record how attempts ended; repeats change nothing."""
        ...
