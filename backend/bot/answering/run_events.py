"""Reads the events of a run to its end."""

import asyncio
from collections.abc import Callable

from msgspec import Struct, field

from backend.files import Card
from backend.generation import (
    AttachmentEvent,
    EndEvent,
    Generation,
    NoticeEvent,
    Run,
    StartEvent,
    StreamEvent,
    TextEvent,
    TextWasReasoningEvent,
    TextWithdrawnEvent,
)

RECONNECT_SECONDS = 0.5
"""Seconds before a stream that broke off is read again: its process died, or its log was lost."""


class AnswerSoFar(Struct):
    """What the events so far add up to; `state` is empty until the run has ended."""

    text: str = ""
    pictures: list[Card] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    """Pages that could not be read: the error's code, and the page's address."""
    state: str = ""
    error_code: str = ""
    error_title: str = ""
    error_detail: str = ""
    cost_micro_dollars: int = 0

    def apply(self, event: StreamEvent) -> None:
        """Apply one event."""
        match event:
            case TextEvent(text):
                self.text += text
            case StartEvent():
                self.text = event.message.text
                self.pictures.clear()
                self.unread.clear()
            case TextWasReasoningEvent(start) | TextWithdrawnEvent(start):
                self.text = self.text[:start]
            case AttachmentEvent() if event.file.kind == "image":
                self.pictures.append(event.file)
            case NoticeEvent(code=code, url=str(url)):
                self.unread.append((code, url))
            case EndEvent():
                self.state, self.error_code = event.state, event.error_code or ""
                self.error_title, self.error_detail = (
                    event.error_title or "",
                    event.error_detail or "",
                )
                self.cost_micro_dollars = event.cost_micro_dollars or 0


async def follow_run(generation: Generation, run: Run, show: Callable[[str], None]) -> AnswerSoFar:
    """Read a run to its end and call `show` with the text after each event.

    Raises:
        NotFound: the conversation was deleted meanwhile.
    """
    answered, last = AnswerSoFar(), 0
    while True:
        async for number, event in generation.events(run.user_id, run.id, last):
            last = number
            answered.apply(event)
            show(answered.text)
        if answered.state:
            return answered
        await asyncio.sleep(RECONNECT_SECONDS)
