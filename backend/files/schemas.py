"""The files room's types."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from backend.reading.schemas import Kind

Form: TypeAlias = Literal["image", "file", "text", "mention"]
"""How a file is sent to a model: as a picture, as a file that the model reads, as extracted text,
or only mentioned."""


class FetchedPage(Struct, frozen=True):
    """A web server's response: `url` is the final address."""

    url: str
    media_type: str
    charset: str
    content: bytes


class Details(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Sealed metadata of a file. `sha256` is the hash of the stored content."""

    name: str
    sha256: str = ""
    url: str = ""
    truncated: bool = False
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    seconds: int | None = None


class Card(Struct, frozen=True, kw_only=True, rename="camel"):
    """A file as clients see it. `url` is a page's address; `size` is in bytes."""

    id: UUID
    kind: Kind
    name: str
    media_type: str
    size: int
    url: str | UnsetType = UNSET
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    pages: int | UnsetType = UNSET
    truncated: bool = False


class File(Struct, frozen=True, kw_only=True):
    """A person's upload, or a picture that a model made for them; without its content.

    `size` counts the stored bytes. `text_tokens` is the cost of its text for a model; 0: it has
    none.
    """

    id: UUID
    kind: Kind
    media_type: str
    size: int
    text_tokens: int
    created_at: datetime
    details: Details

    @property
    def needs(self) -> str | None:
        """The capability that a model needs for it: "vision", "files" or None."""
        if self.kind == "image":
            return "vision"
        return "files" if self.kind == "pdf" and not self.text_tokens else None

    @property
    def card(self) -> Card:
        """The file as clients see it."""
        details = self.details
        return Card(
            id=self.id,
            kind=self.kind,
            name=details.name,
            media_type=self.media_type,
            size=self.size,
            url=details.url or UNSET,
            width=details.width or UNSET,
            height=details.height or UNSET,
            pages=details.pages or UNSET,
            truncated=details.truncated,
        )


class Made(Struct, frozen=True):
    """A picture from a model, decoded safely and not stored yet."""

    card: Card
    details: Details
    content: bytes


class Wanted(Struct, frozen=True):
    """A file for a model; `max_tokens` limits its text, `number` identifies it in the request."""

    message_id: UUID
    file: File
    form: Form
    number: int
    max_tokens: int = 0


class Upload(Struct, frozen=True, kw_only=True):
    """An upload. `name` and `media_type` are claims; `id` makes repeats idempotent; `language` is
    the person's, by which legacy encodings of text are distinguished. `transcript`: the text of a
    recording, if it is known already. `server_only`: it belongs to a server-only conversation, so
    no provider may transcribe a recording. `sound`: of a video only its sound is read."""

    data: bytes
    name: str = ""
    media_type: str = ""
    language: str = ""
    id: UUID | None = None
    transcript: str | None = None
    server_only: bool = False
    sound: bool = False
