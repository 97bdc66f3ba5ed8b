"""The hot path: a model's events become numbered events in the run's log.

One pull is one network read; one flush is one append. After a flush with text the run waits one
rotation of the wheel before it reads on, and the adapter leaves its socket alone meanwhile. So
the first token, and any token that comes later than 100 ms after the last flush, goes out at
once, and what comes faster goes out together ten times a second.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias, assert_never

from backend.errors import AnswerTooLong
from backend.generation import events as wire
from backend.generation.log import RunWriter
from backend.generation.wheel import Wheel
from backend.llm import (
    Answering,
    Citation,
    Done,
    Event,
    Failed,
    Image,
    Reasoning,
    Retention,
    Sent,
    Text,
    ToolActivity,
    Usage,
)

MAX_CHARACTERS = 400_000
"""An answer that has not ended by then never will."""

_TURNS_TO_SEND = 2
"""Of the loop: in the first the readers take what was flushed, at whose end it is written."""

Shape: TypeAlias = list[int | str]
"""An answer's events without its text: a number is a text event of so many code points, a string
is any other event's JSON, empty where it is not kept. With the text it gives the log again."""


class Relay:
    """What is known of one answer while it is being written, and after.

    `base_length`: code points that the answer had before this run.
    """

    __slots__ = (
        "_base_length",
        "_payloads",
        "_pieces",
        "_thoughts",
        "_wheel",
        "_writer",
        "answering",
        "citations",
        "done",
        "failed",
        "images",
        "length",
        "model_id",
        "parts",
        "retention",
        "sent",
        "shape",
        "usage",
    )

    def __init__(self, writer: RunWriter, wheel: Wheel, base_length: int = 0) -> None:
        self._writer = writer
        self._wheel = wheel
        self._base_length = base_length
        self._pieces: list[str] = []
        self._thoughts: list[str] = []
        self._payloads: list[bytes] = []
        self.parts: list[str] = []
        self.length = 0
        self.shape: Shape = []
        self.sent: tuple[Sent, ...] = ()
        self.retention: Retention | None = None
        self.answering: Answering | None = None
        self.citations: tuple[Citation, ...] = ()
        self.images: tuple[Image, ...] = ()
        self.usage: Usage | None = None
        self.failed: tuple[Failed, ...] = ()
        self.done: Done | None = None

    @property
    def text(self) -> str:
        """The answer so far."""
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""

    async def carry(self, batches: AsyncIterator[Sequence[Event]]) -> None:
        """Carry everything until the stream ends.

        Raises:
            ProviderError: as the stream does; what came before it has been carried.
            AnswerTooLong: there is no end to it.
        """
        rotation = self._wheel.rotation
        async for batch in batches:
            for event in batch:
                if type(event) is Text:
                    self._pieces.append(event.text)
                else:
                    self._take(event)
            if self.flush():
                if self.length > MAX_CHARACTERS:
                    raise AnswerTooLong(limit=MAX_CHARACTERS)
                await (rotation() if self.done is None else _sent())

    def tell(self, event: wire.Shown) -> None:
        """Append one event of the run's own, at once."""
        self._add(wire.payload(event))
        self.flush()

    def hold(self, json: bytes) -> None:
        """Add one event's JSON; readers get it with the next flush."""
        self._add(json)

    def _take(self, event: Event) -> None:
        """Anything but text; what was gathered before it keeps its place before it."""
        match event:
            case Text(text):
                self._pieces.append(text)
            case Reasoning(text):
                self._end_text()
                self._thoughts.append(text)
            case ToolActivity(tool, state, query):
                self._add(wire.payload(wire.Activity(tool, state, query)))
            case Citation():
                self._cite(event)
            case Answering(model_id, model_name, fallback):
                self.answering = event
                self._add(wire.payload(wire.ModelChosen(model_id, model_name, fallback)))
            case Image():
                self.images = (*self.images, event)
            case Sent():
                self.sent = (*self.sent, event)
            case Usage():
                self.usage = event
            case Failed():
                # What it used is its own: the answer's is still to come.
                self.failed = (*self.failed, event)
                self.usage = None
            case Retention():
                self.retention = event
            case Done():
                self.done = event
            case _:
                assert_never(event)

    def _cite(self, citation: Citation) -> None:
        """Offsets count from the start of the answer, which this run may only continue."""
        url, title, start, end = citation.url, citation.title, citation.start, citation.end
        start = None if start is None else start + self._base_length
        end = None if end is None else end + self._base_length
        self.citations = (*self.citations, Citation(url, title, start, end))
        self._add(wire.payload(wire.CitationShown(url, title, start, end)))

    def _add(self, json: bytes) -> None:
        self._end_text()
        self._end_thoughts()
        self._payloads.append(json)
        self.shape.append(json.decode())

    def _end_text(self) -> None:
        if self._pieces:
            self._end_thoughts()
            text = "".join(self._pieces)
            self._pieces.clear()
            self.parts.append(text)
            self.length += len(text)
            self.shape.append(len(text))
            self._payloads.append(wire.text_payload(text))

    def _end_thoughts(self) -> None:
        if self._thoughts:
            self._payloads.append(wire.reasoning_payload("".join(self._thoughts)))
            self._thoughts.clear()
            self.shape.append("")

    def flush(self) -> bool:
        """Append what was gathered; whether there was anything of the model's own words."""
        words = False
        if self._pieces:
            words = True
            self._end_text()
        elif self._thoughts:
            words = True
            self._end_thoughts()
        if self._payloads:
            self._writer.append(self._payloads)
            self._payloads = []
        return words


async def _sent() -> None:
    """Let the last words go out before their end is stored, which holds the loop."""
    for _ in range(_TURNS_TO_SEND):
        await asyncio.sleep(0)
