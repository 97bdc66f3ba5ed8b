"""A run's first event: the question and the answer that is being written."""

from collections.abc import Sequence
from uuid import UUID

from backend.conversations import Message
from backend.files import File
from backend.generation.stream.events import StartEvent, event_payload
from backend.generation.stream.message_shown import show_message


def start_payload(
    run_id: UUID,
    conversation_id: UUID,
    question: Message | None,
    answer: Message,
    files: Sequence[File] = (),
) -> bytes:
    """The JSON of a run's first event; `question` where this run brought one, with
    its files."""
    asked = None if question is None else show_message(question, files)
    return event_payload(StartEvent(run_id, conversation_id, asked, show_message(answer)))
