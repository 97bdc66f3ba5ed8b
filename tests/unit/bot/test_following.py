"""Reading an answer's stream: from its frames, again after a break, to its end."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from backend.bot import following
from backend.bot.following import events, follow
from backend.generation import Generation, Run
from backend.uuid7 import uuid7

RUN = Run(id=uuid7(), user_id=1, conversation_id=uuid7(), message_id=uuid7())


def frame(number: int, **event: Any) -> bytes:
    """One frame, as the log writes it."""
    return f"id: {number}\ndata: {json.dumps(event)}\n\n".encode()


START = frame(1, type="start", runId=str(RUN.id), message={"text": "Before. "}, userMessage=None)


class Streams:
    """Answers `follow` with one prepared list of blocks after another."""

    def __init__(self, *streams: list[bytes]) -> None:
        self.streams = list(streams)
        self.asked: list[int] = []

    async def follow(self, user_id: int, run_id: object, after: int) -> AsyncIterator[bytes]:
        """See Generation."""
        self.asked.append(after)
        return self._give(self.streams.pop(0))

    async def _give(self, blocks: list[bytes]) -> AsyncIterator[bytes]:
        for block in blocks:
            await asyncio.sleep(0)
            yield block


async def read(*streams: list[bytes]) -> tuple[following.Answered, list[str], list[int]]:
    """What was read, shown and asked for."""
    source, shown = Streams(*streams), list[str]()
    answered = await follow(cast("Generation", source), RUN, shown.append)
    return answered, shown, source.asked


async def test_it_reads_to_the_end_and_shows_what_grows() -> None:
    """Frames may come joined or alone; comments and events of no interest are passed over."""
    answered, shown, asked = await read(
        [
            START + frame(2, type="model", modelId="m", modelName="M", fallback=False),
            b":\n\n",
            frame(3, type="text", text="Hello ") + frame(4, type="reasoning", text="Hm"),
            frame(5, type="text", text="there"),
            frame(6, type="end", state="complete", usage={"inputTokens": 1}),
        ]
    )
    assert (answered.text, answered.state) == ("Before. Hello there", "complete")
    assert shown[-1] == "Before. Hello there"
    assert asked == [0]


async def test_a_stream_that_breaks_off_is_followed_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After the last number received; also if there is nothing for a while."""
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0)
    answered, _, asked = await read(
        [START, frame(2, type="text", text="Hello ")],
        [],
        [frame(3, type="text", text="there"), frame(4, type="end", state="stopped")],
    )
    assert (answered.text, answered.state) == ("Before. Hello there", "stopped")
    assert asked == [0, 2, 2]


async def test_a_new_start_begins_the_answer_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a crash less may be kept than was seen: what is kept counts."""
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0)
    picture = {"id": str(uuid7()), "kind": "image", "name": "a.png"}
    again = START.replace(b"id: 1", b"id: 4")
    answered, _, _ = await read(
        [START, frame(2, type="text", text="x" * 99), frame(3, type="attachment", file=picture)],
        [again, frame(5, type="text", text="kept"), frame(6, type="end", state="interrupted",
         errorCode="run_interrupted", errorTitle="T", errorDetail="D")],
    )  # fmt: skip
    assert answered.text == "Before. kept"
    assert answered.pictures == []
    assert (answered.error_code, answered.error_title) == ("run_interrupted", "T")


def test_frames_are_taken_apart_with_their_numbers() -> None:
    """A block of several frames gives each with its own number."""
    block = frame(7, type="text", text="data: id: 9\n\n") + b":\n\n" + frame(8, type="end")
    assert [(number, event.type) for number, event in events(block)] == [(7, "text"), (8, "end")]
    assert next(events(block))[1].text == "data: id: 9\n\n"
