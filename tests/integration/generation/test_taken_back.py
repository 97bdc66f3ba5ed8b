"""Reasoning that was shown as the answer until its closing tag came is moved out of the answer."""

from collections.abc import Sequence
from typing import Any

import pytest

from backend.citations import Citation
from backend.generation import Continue
from backend.llm import Done, Text, Usage, WasThinking
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever, Script
from backend.uuid7 import uuid7
from tests.fixtures.generation import USER, MakeRoom, until

TOLD: Script = [
    Batch(Text("The person greets")),
    Batch(Text(" 😀.\n"), Citation("https://a.example", "A", 0, 3)),
    Batch(WasThinking(), Text("Hello")),
    Batch(Text(" there!"), Usage(input_tokens=5, output_tokens=9), Done("stop")),
]


def shown(events: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """Reasoning and answer, as a client shows them after these events."""
    text = thinking = ""
    for event in events:
        match event["type"]:
            case "start":
                text, thinking = event["message"]["text"], ""
            case "text":
                text += event["text"]
            case "text_was_reasoning":
                text, thinking = text[: event["start"]], thinking + text[event["start"] :]
            case "reasoning":
                thinking += event["text"]
    return thinking, text


async def test_shown_text_moves_to_the_reasoning(make_room: MakeRoom) -> None:
    """Readers are told; the answer is stored without it and the reasoning with it."""
    room = await make_room(FakeAdapter(TOLD))
    run = await room.send()
    assert shown(await room.events(run)) == ("The person greets 😀.\n", "Hello there!")
    stored = await room.message(run)
    assert (stored.text, stored.state, stored.citations) == ("Hello there!", "complete", ())
    assert stored.thinking is not None
    assert stored.thinking.text == "The person greets 😀.\n"
    assert (await room.row(run)).length == len("Hello there!")


@pytest.mark.parametrize("dropped", [False, True], ids=["from the log", "from the database"])
async def test_resuming_anywhere_gives_the_answer_alone(
    make_room: MakeRoom, *, dropped: bool
) -> None:
    """Resumed after any event, also when the log is gone, the answer is the same and has no
    reasoning."""
    room = await make_room(FakeAdapter(TOLD))
    run = await room.send()
    whole = await room.events(run)
    if dropped:
        await room.log.drop(run.id)
    for after in range(len(whole) + 1):
        seen = [*whole[:after], *await room.events(run, after)]
        assert shown(seen)[1] == "Hello there!"
        numbers = [event["n"] for event in seen]
        assert numbers == sorted(set(numbers))


async def test_a_continued_answer_keeps_its_earlier_text(make_room: MakeRoom) -> None:
    """Text of an earlier run is never moved to the reasoning."""
    room = await make_room(FakeAdapter([Batch(Text("Before. ")), Forever()], TOLD))
    run = await room.send()
    await room.first_text(run)
    await room.generation.stop(USER, run.id)
    await until(lambda: room.generation.running == 0)
    on = await room.generation.continue_answer(
        USER, "en", Continue(id=uuid7(), message_id=run.message_id)
    )
    thinking, text = shown(await room.events(on))
    assert (thinking, text) == ("The person greets 😀.\n", "Before. Hello there!")
    await room.log.drop(on.id)
    assert shown(await room.events(on))[1] == "Before. Hello there!"
    assert (await room.message(on)).text == "Before. Hello there!"
