"""Sending: from one transaction to a stored answer.

Exercises backend/generation/request/start.py, backend/generation/request/order.py,
backend/generation/request/turn.py, backend/generation/runs.py,
backend/generation/stream/start_event.py, backend/generation/stream/message_shown.py,
backend/generation/run/attempts.py.
"""

import asyncio
from typing import Any

import pytest

from backend.citations import Citation
from backend.conversations import Step, Thinking, get_conversation
from backend.errors import (
    ConversationNotFound,
    IdempotencyConflict,
    ModelUnknown,
    ProviderUnavailable,
    RunNotFound,
    TooManyRuns,
)
from backend.llm import Done, Reasoning, Text, ToolActivity, Usage
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever, Pause
from backend.uuid7 import uuid7
from tests.fixtures.generation import USER, MakeRoom, parse, text_of, until

FULL = FakeAdapter(
    [
        Batch(Reasoning("hm "), Reasoning("so")),
        Batch(ToolActivity("web_search", "started", "k2")),
        Batch(Text("K2 is "), Text("8611 m")),
        Pause(0.15),
        Batch(Text("."), Citation("https://example.org", "K2", 0, 5)),
        Batch(Usage(10, 2, 7, 3, cost_micro_dollars=42), Done("stop")),
    ]
)


async def test_an_answer_is_streamed_and_stored(make_room: MakeRoom) -> None:
    """The stream delivers everything in order; the database holds the same; the quota is used."""
    room = await make_room(FULL)
    run = await room.send("How high is K2?")
    events = await room.events(run)
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    kinds = [event["type"] for event in events]
    assert kinds == ["start", "model", "reasoning", "activity", "text", "text", "citation", "end"]
    start, end = events[0], events[-1]
    assert start["userMessage"]["text"] == "How high is K2?"
    assert (start["message"]["id"], start["message"]["state"]) == (str(run.message_id), "running")
    assert text_of(events) == "K2 is 8611 m."
    assert end == {
        "n": 8,
        "type": "end",
        "state": "complete",
        "usage": {"inputTokens": 10, "cachedTokens": 2, "outputTokens": 7, "reasoningTokens": 3},
        "costMicroDollars": 42,
        "remaining": 19,
    }
    message = await room.message(run)
    assert (message.text, message.state, message.model_id) == ("K2 is 8611 m.", "complete", "fake")
    assert [c.url for c in message.citations] == ["https://example.org"]
    assert message.thinking == Thinking("hm so", 0, (Step("web_search", "k2"),))
    row = await room.row(run)
    assert (row.state, row.finish_reason, row.cost_micro_dollars) == ("complete", "stop", 42)
    assert await room.quota() == (1, 0)
    assert [entry.purpose for entry in room.receipts.entries] == ["send"]


async def test_an_ended_run_is_replayed_from_the_database(make_room: MakeRoom) -> None:
    """When the log is gone, the same numbered events come from the database."""
    room = await make_room(FULL)
    run = await room.send()
    live = await room.events(run)
    await room.log.drop(run.id)
    live[2] = live[2] | {"text": ""}  # reasoning is stored with the message
    del live[-1]["remaining"]
    for after in range(len(live)):
        assert await room.events(run, after) == live[after:]
    beyond = await room.events(run, 500)
    assert [event["n"] for event in beyond] == [501, 502, 503]
    assert text_of(beyond) == text_of(live)


async def test_the_same_key_joins_the_run(make_room: MakeRoom) -> None:
    """Concurrent or an hour later, one key is one turn; different content is refused."""
    adapter = FakeAdapter.saying("All of it")
    room = await make_room(adapter)
    ids: dict[str, Any] = {"id": uuid7(), "conversation_id": uuid7()}
    twins = await asyncio.gather(*(room.send("Hello", **ids) for _ in range(5)))
    assert len({run.id for run in twins}) == 1
    assert text_of(await room.events(twins[0])) == "All of it"
    later = await room.send("Hello", **ids)
    assert (later.id, later.state) == (twins[0].id, "complete")
    assert len(adapter.requests) == 1
    with pytest.raises(IdempotencyConflict):
        await room.send("Hello!", **ids)
    with pytest.raises(IdempotencyConflict):
        await room.send("Hello", **{**ids, "conversation_id": uuid7()})
    assert await room.quota() == (1, 0)


async def test_a_run_continues_when_its_reader_leaves(make_room: MakeRoom) -> None:
    """A run continues when the request that started it is closed."""
    room = await make_room(
        FakeAdapter([Batch(Text("one ")), Pause(0.2), Batch(Text("two"), Done("stop"))])
    )
    run = await room.send()
    chunks = aiter(await room.generation.follow(USER, run.id, 0))
    first = parse(await anext(chunks))
    await chunks.aclose()  # type: ignore[attr-defined]
    await until(lambda: room.generation.running == 0)
    assert (await room.message(run)).text == "one two"
    rest = await room.events(run, first[-1]["n"])
    assert text_of(first + rest) == "one two"


async def test_a_run_belongs_to_its_owner(make_room: MakeRoom) -> None:
    """For anybody else the run does not exist: it cannot be followed or stopped, running or
    ended."""
    room = await make_room(FakeAdapter([Batch(Text("x")), Forever()]))
    run = await room.send()
    for stranger in (USER + 1, -USER):
        with pytest.raises(RunNotFound):
            await room.generation.follow(stranger, run.id, 0)
        with pytest.raises(RunNotFound):
            await room.generation.stop(stranger, run.id)
    await room.generation.stop(USER, run.id)
    await until(lambda: room.generation.running == 0)
    with pytest.raises(RunNotFound):
        await room.generation.follow(USER + 1, run.id, 0)


async def test_a_refused_send_leaves_nothing(make_room: MakeRoom) -> None:
    """A refusal writes no message, no run and no reservation."""
    room = await make_room(FakeAdapter([Batch(Text("x")), Forever()]))
    first = await room.send()
    conversation = uuid7()
    with pytest.raises(TooManyRuns):
        await room.send(conversation_id=conversation)
    with pytest.raises(ModelUnknown):
        await room.send(user_id=8, conversation_id=conversation, model_id="nonesuch")
    await room.generation.stop(USER, first.id)
    await until(lambda: room.generation.running == 0)
    async with room.database.snapshot() as db:
        for person in (USER, 8):
            with pytest.raises(ConversationNotFound):
                await get_conversation(db, room.vault, person, conversation)
    assert await room.quota() == (1, 0)


async def test_a_provider_that_fails_before_the_first_token(make_room: MakeRoom) -> None:
    """The run fails with a reason in the reader's language, and uses no quota."""
    room = await make_room(FakeAdapter([ProviderUnavailable(provider="fake")]))
    run = await room.send()
    end = (await room.events(run))[-1]
    assert (end["state"], end["errorCode"]) == ("failed", "provider_unavailable")
    assert end["errorTitle"]
    assert (await room.message(run)).state == "failed"
    assert await room.quota() == (0, 0)


async def test_a_provider_that_fails_after_the_first_token(make_room: MakeRoom) -> None:
    """The text is kept, the run is interrupted, and uses no quota."""
    room = await make_room(
        FakeAdapter([Batch(Text("Half a")), ProviderUnavailable(provider="fake")])
    )
    run = await room.send()
    events = await room.events(run)
    assert (events[-1]["state"], text_of(events)) == ("interrupted", "Half a")
    message = await room.message(run)
    assert (message.state, message.text) == ("interrupted", "Half a")
    assert message.error_code == "provider_unavailable"
    assert await room.quota() == (0, 0)


@pytest.mark.parametrize(
    ("script", "state", "code", "used"),
    [
        ([Batch(Text("x"), Done("length"))], "limited", None, 1),
        ([Batch(Done("length"))], "failed", "provider_garbled", 0),
        ([Batch(Done("stop"))], "failed", "provider_garbled", 0),
        ([Batch(Text("x"))], "interrupted", "answer_truncated", 0),
        ([Batch(Done("refusal"))], "failed", "provider_refused", 0),
        ([Batch(Text("No."), Done("refusal"))], "complete", None, 0),
        ([Batch(Text("x"), Done("content_filter"))], "complete", "provider_refused", 1),
    ],
)
async def test_how_an_answer_may_end(
    make_room: MakeRoom, script: list[Batch], state: str, code: str | None, used: int
) -> None:
    """Each way in which a provider ends an answer has its state, code and use of quota."""
    room = await make_room(FakeAdapter(script))
    run = await room.send()
    end = (await room.events(run))[-1]
    assert (end["state"], end.get("errorCode")) == (state, code)
    assert (await room.message(run)).state == state
    assert await room.quota() == (used, 0)
