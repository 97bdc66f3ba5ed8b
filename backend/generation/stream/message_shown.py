"""Messages as clients see them: in a stream's first event, and in the API's lists."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from backend.citations import Citation
from backend.conversations import Message, Role, State, Thinking
from backend.files import Card, File


class StepShown(Struct, frozen=True):
    """A tool that was used, and what it was asked, where that is known."""

    tool: str
    query: str | None


class ThinkingShown(Struct, frozen=True):
    """What the model thought before its answer, for how many seconds, and which tools it used."""

    text: str
    seconds: int
    steps: list[StepShown]


class MessageShown(Struct, frozen=True, rename="camel", kw_only=True):
    """One message. `text` of an answer is untrusted Markdown; `runId` is what to follow while
    its `state` is `running`. `task`, its `options` and `searched` say how a question was
    asked; `placeholders` what stands in it for what was not sent, and for what: an answer may have
    them too."""

    id: UUID
    parent_id: UUID | None
    role: Role
    text: str
    state: State
    model_id: str | None
    model_name: str | None
    run_id: UUID | None
    error_code: str | None
    citations: tuple[Citation, ...]
    created_at: datetime
    attachments: list[Card]
    task: str | None
    options: dict[str, str]
    searched: bool
    thinking: ThinkingShown | None
    placeholders: dict[str, str] = {}


def show_message(
    message: Message, files: Sequence[File] = (), model_name: str | None = None
) -> MessageShown:
    """A message with its files. In a stream a separate event has the model's name."""
    return MessageShown(
        id=message.id,
        parent_id=message.parent_id,
        role=message.role,
        text=message.text,
        state=message.state,
        model_id=message.model_id,
        model_name=model_name,
        run_id=message.run_id,
        error_code=message.error_code,
        citations=message.citations,
        created_at=message.created_at,
        attachments=[file.card for file in files],
        task=message.asked.task,
        options=message.asked.options,
        searched=message.asked.search,
        placeholders=message.asked.placeholders,
        thinking=_show_thinking(message.thinking),
    )


def _show_thinking(thinking: Thinking | None) -> ThinkingShown | None:
    if thinking is None:
        return None
    steps = [StepShown(step.tool, step.query) for step in thinking.steps]
    return ThinkingShown(thinking.text, thinking.seconds, steps)
