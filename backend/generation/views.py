"""Messages as clients see them, in the stream's first event and wherever else they are sent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.conversations import Message
from backend.generation.events import Start, payload
from backend.sources import Card, File


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
    citations: tuple[CitationView, ...]
    model_id: str | None
    model_name: str | None
    run_id: UUID | None
    error_code: str | None
    attachments: tuple[Card, ...]
    task: str | None
    options: dict[str, str]
    searched: bool


def message_view(message: Message, files: Sequence[File] = ()) -> MessageView:
    """The message as clients see it. Which model answers is told by an event of its own."""
    return MessageView(
        id=message.id,
        parent_id=message.parent_id,
        role=message.role,
        text=message.text,
        state=message.state,
        created_at=message.created_at,
        citations=tuple(CitationView(c.url, c.title, c.start, c.end) for c in message.citations),
        model_id=message.model_id,
        model_name=None,
        run_id=message.run_id,
        error_code=message.error_code,
        attachments=tuple(file.card for file in files),
        task=message.asked.task,
        options=message.asked.options,
        searched=message.asked.search,
    )


def start_payload(
    run_id: UUID,
    conversation_id: UUID,
    question: Message | None,
    answer: Message,
    files: Sequence[File] = (),
) -> bytes:
    """The JSON of a run's first event; `question` where this run brought one, with
    its files."""
    asked = None if question is None else message_view(question, files)
    return payload(Start(run_id, conversation_id, asked, message_view(answer)))
