"""The hot path: a model's events become numbered events in the run's log.

One pull is one network read; one flush is one append. After a flush with text the run waits one
rotation of the timer wheel before it reads again; the adapter's socket stays paused meanwhile. So
the first token, and any token more than 100 ms after the last flush, is sent at once, and faster
ones are sent together ten times a second.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeAlias, assert_never

from backend.citations import Citation
from backend.errors import AnswerTooLong
from backend.generation.run.thinking import ThinkingCollector
from backend.generation.run.timer_wheel import TimerWheel
from backend.generation.stream import events as wire
from backend.llm import (
    Answering,
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
    WasThinking,
    utf8_bytes,
)
from backend.runlog import RunWriter

MAX_CHARACTERS = 400_000
"""A longer answer is treated as endless and cut."""

_TURNS_TO_SEND = 2
"""How many turns of the event loop to wait: readers take the flushed events in the first, at whose
end they are written."""

_KEPT = tuple(f'{{"type":"{kind}"' for kind in ("model", "queued", "notice"))
"""The entry in the shape that remains of withdrawn text."""

Shape: TypeAlias = list[int | str]
"""The events of an answer without its text: a number is a text event with this many code points, a
string is any other event's JSON, empty if it is not stored. Together with the text it gives the log
again."""


class Relay:
    """State of one answer, during and after its run.

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
        "first_words_at",
        "images",
        "judged",
        "length",
        "model_id",
        "parts",
        "sent",
        "shape",
        "taken_back",
        "thinking",
        "usage",
        "withdrawn",
    )

    def __init__(self, writer: RunWriter, wheel: TimerWheel, base_length: int = 0) -> None:
        self._writer = writer
        self._wheel = wheel
        self._base_length = base_length
        self._pieces: list[str] = []
        self._thoughts: list[str] = []
        self._payloads: list[bytes] = []
        self.parts: list[str] = []
        self.length = 0
        self.shape: Shape = []
        self.thinking = ThinkingCollector()
        self.sent: tuple[Sent, ...] = ()
        self.answering: Answering | None = None
        self.citations: tuple[Citation, ...] = ()
        self.images: tuple[Image, ...] = ()
        self.usage: Usage | None = None
        self.failed: tuple[Failed, ...] = ()
        self.done: Done | None = None
        self.judged = 0
        """How many characters of the text moderation has accepted."""
        self.taken_back = False
        self.withdrawn: tuple[int, int] | None = None
        """Bytes of text and thinking that were withdrawn; they are paid for."""
        self.first_words_at: float | None = None
        """By the loop's clock; None before the model's first output."""

    @property
    def text(self) -> str:
        """The answer so far."""
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""

    async def carry(self, batches: AsyncIterator[Sequence[Event]]) -> None:
        """Relay events until the stream ends.

        Raises:
            ProviderError: from the stream, after earlier events were relayed.
            AnswerTooLong: it is too long.
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

    def append_event(self, event: wire.StreamEvent) -> None:
        """Append one event of the run itself, at once."""
        self._add(wire.event_payload(event))
        self.flush()

    def buffer_event(self, json: bytes) -> None:
        """Buffer one event's JSON; readers get it with the next flush."""
        self._add(json)

    def _take(self, event: Event) -> None:
        """Handle any event except text; buffered text goes before it."""
        match event:
            case Text(text):
                self._pieces.append(text)
            case Reasoning(text):
                self._end_text()
                self._thoughts.append(text)
                self.thinking.add(text, asyncio.get_running_loop().time())
            case WasThinking():
                self._take_back()
            case ToolActivity(tool, state, query):
                self.thinking.step(tool, state, query)
                self._add(wire.event_payload(wire.ActivityEvent(tool, state, query)))
            case Citation():
                self._cite(event)
            case Answering(model_id, model_name, fallback):
                self.answering = event
                self._add(wire.event_payload(wire.ModelEvent(model_id, model_name, fallback)))
            case Image():
                self.images = (*self.images, event)
            case Sent():
                self.sent = (*self.sent, event)
            case Usage():
                self.usage = event
            case Failed():
                # Its usage is not the answer's, which is still to come.
                self.failed = (*self.failed, event)
                self.usage = None
            case Retention():
                pass  # for the receipt only
            case Done():
                self.done = event
            case _:
                assert_never(event)

    def _take_back(self) -> None:
        """The text so far was thinking. A replay does not contain it, only that it was
        withdrawn."""
        self._end_text()
        now = asyncio.get_running_loop().time()
        self.thinking.add(self.text, now, began=self.first_words_at)
        self.parts, self.length = [], 0
        self.judged, self.taken_back = 0, True
        self.shape = ["" if isinstance(entry, int) else entry for entry in self.shape]
        self.citations = tuple(cited for cited in self.citations if cited.end is None)
        self._add(wire.event_payload(wire.TextWasReasoningEvent(self._base_length)))

    def withdraw(self) -> None:
        """Withdraw everything that this run wrote, including thinking and pictures. A replay does
        not contain it, only that it was withdrawn; event numbers are kept."""
        self._end_text()
        self.withdrawn = utf8_bytes(self.text), utf8_bytes(self.thinking.text)
        self.parts, self.length = [], 0
        self.citations, self.images, self.thinking = (), (), ThinkingCollector()
        self.shape = [entry if _is_kept(entry) else "" for entry in self.shape]
        self.append_event(wire.TextWithdrawnEvent(self._base_length))

    def _cite(self, citation: Citation) -> None:
        """Offsets count from the start of the answer, which this run may only continue."""
        start, end = citation.start, citation.end
        start = None if start is None else start + self._base_length
        end = None if end is None else end + self._base_length
        self.citations = (*self.citations, Citation(citation.url, citation.title, start, end))
        self._add(wire.event_payload(wire.CitationEvent(citation.url, citation.title, start, end)))

    def _add(self, json: bytes) -> None:
        self._end_text()
        self._end_thoughts()
        self._payloads.append(json)
        self.shape.append(json.decode())

    def _end_text(self) -> None:
        if self._pieces:
            if self._thoughts:
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
        """Append what was buffered; returns whether it contained text of the model."""
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
        if words and self.first_words_at is None:
            self.first_words_at = asyncio.get_running_loop().time()
        return words


def _is_kept(entry: int | str) -> bool:
    """Whether an event reveals nothing of the text."""
    return isinstance(entry, str) and entry.startswith(_KEPT)


async def _sent() -> None:
    """Send the last text before storing the end, which blocks the loop."""
    for _ in range(_TURNS_TO_SEND):
        await asyncio.sleep(0)
