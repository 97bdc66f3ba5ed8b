"""Reading an answer's stream: from its frames, again after a break, to its end."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from backend.bot.answering import run_events
from backend.bot.answering.run_events import follow_run
from backend.generation import EndEvent, Generation, Run, StreamEvent, TextEvent
from backend.generation.stream.events import read_events
from backend.uuid7 import uuid7

RUN = Run(id=uuid7(), user_id=1, conversation_id=uuid7(), message_id=uuid7())


def frame(number: int, **event: Any) -> bytes:
    """One frame, as the log writes it."""
    return f"id: {number}\ndata: {json.dumps(event)}\n\n".encode()


MESSAGE: dict[str, Any] = {
    "id": str(RUN.message_id), "parentId": None, "role": "assistant", "text": "Before. ",
    "state": "running", "modelId": None, "modelName": None, "runId": str(RUN.id),
    "errorCode": None, "citations": [], "createdAt": "2026-01-01T00:00:00Z", "attachments": [],
    "task": None, "options": {}, "searched": False, "thinking": None,
}  # fmt: skip
START = frame(
    1,
    type="start",
    runId=str(RUN.id),
    conversationId=str(RUN.conversation_id),
    message=MESSAGE,
    userMessage=None,
)
USAGE = {"inputTokens": 1, "cachedTokens": 0, "outputTokens": 2, "reasoningTokens": 0}


class Streams:
    """Answers `events` from one prepared list of blocks after another."""

    def __init__(self, *streams: list[bytes]) -> None:
        self.streams = list(streams)
        self.asked: list[int] = []

    async def events(
        self, user_id: int, run_id: object, after: int
    ) -> AsyncIterator[tuple[int, StreamEvent]]:
        """See Generation."""
        self.asked.append(after)
        for block in self.streams.pop(0):
            await asyncio.sleep(0)
            for numbered in read_events(block):
                yield numbered


async def read(*streams: list[bytes]) -> tuple[run_events.AnswerSoFar, list[str], list[int]]:
    """What was read, shown and asked for."""
    source, shown = Streams(*streams), list[str]()
    answered = await follow_run(cast("Generation", source), RUN, shown.append)
    return answered, shown, source.asked


async def test_it_reads_read_to_end_and_shows_what_grows() -> None:
    """Frames may come joined or alone; comments and events of no interest are passed over."""
    answered, shown, asked = await read(
        [
            START + frame(2, type="model", modelId="m", modelName="M", fallback=False),
            b":\n\n",
            frame(3, type="text", text="Hello ") + frame(4, type="reasoning", text="Hm"),
            frame(5, type="text", text="there"),
            frame(6, type="end", state="complete", usage=USAGE),
        ]
    )
    assert (answered.text, answered.state) == ("Before. Hello there", "complete")
    assert shown[-1] == "Before. Hello there"
    assert asked == [0]


async def test_a_stream_that_breaks_off_is_followed_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the last number received; also if there is nothing for a while."""
    monkeypatch.setattr(run_events, "RECONNECT_SECONDS", 0)
    answered, _, asked = await read(
        [START, frame(2, type="text", text="Hello ")],
        [],
        [frame(3, type="text", text="there"), frame(4, type="end", state="stopped")],
    )
    assert (answered.text, answered.state) == ("Before. Hello there", "stopped")
    assert asked == [0, 2, 2]


async def test_a_new_start_begins_the_answer_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a crash less may be kept than was seen: what is kept counts."""
    monkeypatch.setattr(run_events, "RECONNECT_SECONDS", 0)
    picture = {"id": str(uuid7()), "kind": "image", "name": "a.png", "mediaType": "image/png",
               "size": 9}  # fmt: skip
    told = {"type": "attachment", "messageId": str(RUN.message_id), "file": picture}
    again = START.replace(b"id: 1", b"id: 4")
    answered, _, _ = await read(
        [START, frame(2, type="text", text="x" * 99), frame(3, **told)],
        [again, frame(5, type="text", text="kept"), frame(6, type="end", state="interrupted",
         errorCode="run_interrupted", errorTitle="T", errorDetail="D")],
    )  # fmt: skip
    assert answered.text == "Before. kept"
    assert answered.pictures == []
    assert (answered.error_code, answered.error_title) == ("run_interrupted", "T")


def test_frames_are_taken_apart_with_their_numbers() -> None:
    """A block of several frames gives each with its own number."""
    end = frame(8, type="end", state="complete")
    block = frame(7, type="text", text="data: id: 9\n\n") + b":\n\n" + end
    assert list(read_events(block)) == [
        (7, TextEvent("data: id: 9\n\n")),
        (8, EndEvent(state="complete")),
    ]


async def test_thinking_that_was_shown_is_taken_out_of_the_answer() -> None:
    """What the run itself had written until then goes; what was there before it stays."""
    answered, shown, _ = await read(
        [
            START + frame(2, type="text", text="The person 😀"),
            frame(3, type="text_was_reasoning", start=len("Before. ")),
            frame(4, type="text", text="Hello!") + frame(5, type="end", state="complete"),
        ]
    )
    assert answered.text == "Before. Hello!"
    assert "Before. " in shown
