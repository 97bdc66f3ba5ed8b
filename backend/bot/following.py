"""Reading an answer's events to their end, as any other reader of the run does."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from uuid import UUID

import msgspec

from backend.generation import Generation, Run

AGAIN_SECONDS = 0.5
"""A stream that breaks off is followed again: its process died, or its log was lost."""


class EventFile(msgspec.Struct, frozen=True, rename="camel"):
    """A file that an event tells of."""

    id: UUID
    kind: str
    name: str


class StreamEvent(msgspec.Struct, frozen=True, rename="camel"):
    """What the bot needs of a stream's event."""

    type: str
    text: str = ""
    message: msgspec.Raw = msgspec.Raw(b"")
    message_id: UUID | None = None
    file: EventFile | None = None
    code: str = ""
    url: str = ""
    state: str = ""
    error_code: str = ""
    error_title: str = ""
    error_detail: str = ""


class Answered(msgspec.Struct):
    """An answer as far as it has come; without `state` it has not ended."""

    text: str = ""
    pictures: list[EventFile] = msgspec.field(default_factory=list)
    unread: list[StreamEvent] = msgspec.field(default_factory=list)
    state: str = ""
    error_code: str = ""
    error_title: str = ""
    error_detail: str = ""

    def apply(self, event: StreamEvent) -> None:
        """Take one event in."""
        match event.type:
            case "start":
                self.text = _decode_start(event.message).text
                self.pictures.clear()
                self.unread.clear()
            case "text":
                self.text += event.text
            case "attachment" if event.file is not None and event.file.kind == "image":
                self.pictures.append(event.file)
            case "notice" if event.url:
                self.unread.append(event)
            case "end":
                self.state, self.error_code = event.state, event.error_code
                self.error_title, self.error_detail = event.error_title, event.error_detail


class _Start(msgspec.Struct):
    text: str = ""


_decode = msgspec.json.Decoder(StreamEvent).decode
_decode_start = msgspec.json.Decoder(_Start).decode


async def follow(generation: Generation, run: Run, show: Callable[[str], None]) -> Answered:
    """Read to the end, showing the text as it grows.

    Raises:
        NotFound: the conversation was deleted meanwhile.
    """
    answered, last = Answered(), 0
    while True:
        async for number, event in _events(await generation.follow(run.user_id, run.id, last)):
            last = number
            answered.apply(event)
            show(answered.text)
        if answered.state:
            return answered
        await asyncio.sleep(AGAIN_SECONDS)


async def _events(blocks: AsyncIterable[bytes]) -> AsyncIterator[tuple[int, StreamEvent]]:
    async for block in blocks:
        for numbered in events(block):
            yield numbered


def events(block: bytes) -> Iterator[tuple[int, StreamEvent]]:
    """The events of some whole frames, each with its number; comments are passed over."""
    number = 0
    for line in block.split(b"\n"):
        if line.startswith(b"id: "):
            number = int(line[4:])
        elif line.startswith(b"data: "):
            yield number, _decode(line[6:])
