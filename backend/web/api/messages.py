"""Messages as the API writes them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from backend.conversations import Message, Role, State
from backend.sources import Card, File
from backend.web.api.wire import Shown

ModelNames = Callable[[str], str | None]


class CitationShown(Shown, frozen=True):
    """A source of an answer; `start` and `end` are offsets in code points, where known."""

    url: str
    title: str
    start: int | None
    end: int | None


class MessageShown(Shown, frozen=True):
    """One message. `text` of an answer is untrusted Markdown; `runId` is what to follow while
    its `state` is `running`. `task`, its `options` and `searched` say how a question was
    asked."""

    id: UUID
    parent_id: UUID | None
    role: Role
    text: str
    state: State
    model_id: str | None
    model_name: str | None
    run_id: UUID | None
    error_code: str | None
    citations: list[CitationShown]
    created_at: datetime
    attachments: list[Card]
    task: str | None
    options: dict[str, str]
    searched: bool


def show_message(
    message: Message, model_names: ModelNames, files: Sequence[File] = ()
) -> MessageShown:
    """A message as the API writes it."""
    return MessageShown(
        id=message.id,
        parent_id=message.parent_id,
        role=message.role,
        text=message.text,
        state=message.state,
        model_id=message.model_id,
        model_name=model_names(message.model_id) if message.model_id else None,
        run_id=message.run_id,
        error_code=message.error_code,
        citations=[
            CitationShown(url=c.url, title=c.title, start=c.start, end=c.end)
            for c in message.citations
        ],
        created_at=message.created_at,
        attachments=[file.card for file in files],
        task=message.asked.task,
        options=message.asked.options,
        searched=message.asked.search,
    )
