"""Messages as clients see them, in the stream's first event and wherever else they are sent."""

from datetime import datetime
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from backend.conversations import Message


class CitationView(Struct, frozen=True):
    """A source of an answer."""

    url: str
    title: str
    start: int | None
    end: int | None


class MessageView(Struct, frozen=True, rename="camel", kw_only=True):
    """One message of the tree."""

    id: UUID
    parent_id: UUID | None
    role: str
    text: str
    state: str
    created_at: datetime
    citations: tuple[CitationView, ...] = ()
    model_id: str | UnsetType = UNSET
    model_name: str | UnsetType = UNSET
    run_id: UUID | UnsetType = UNSET
    error_code: str | UnsetType = UNSET


def message_view(message: Message, model_name: str | None = None) -> MessageView:
    """The message as clients see it; `model_name` is the catalog's for its `model_id`."""
    return MessageView(
        id=message.id,
        parent_id=message.parent_id,
        role=message.role,
        text=message.text,
        state=message.state,
        created_at=message.created_at,
        citations=tuple(CitationView(c.url, c.title, c.start, c.end) for c in message.citations),
        model_id=message.model_id or UNSET,
        model_name=model_name or UNSET,
        run_id=message.run_id or UNSET,
        error_code=message.error_code or UNSET,
    )
