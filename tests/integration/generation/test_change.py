"""Stopping, continuing and regenerating."""

import asyncio
from typing import Any

import pytest

from backend.citations import Citation
from backend.conversations import UNDO_LIFE, delete_conversation, forget_overdue
from backend.errors import AnswerNotContinuable, MessageNotFound, ProviderUnavailable
from backend.generation import Continue, Regenerate
from backend.generation.ports import Preferences
from backend.llm import ChatRequest, Done, Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever, Script
from backend.uuid7 import uuid7
from tests.fixtures.generation import USER, MakeRoom, text_of, until
from tests.fixtures.generation import now as current

ENDLESS: Script = [Batch(Text("So far")), Forever()]


async def test_stop_keeps_the_text_and_ends_the_request_at_once(make_room: MakeRoom) -> None:
    """Stop closes the provider's connection, keeps the text, counts as a used message."""
    adapter = FakeAdapter(ENDLESS)
    room = await make_room(adapter)
    run = await room.send()
    await room.first_text(run)
    await room.generation.stop(USER, run.id)
    await until(lambda: adapter.closed == 1)  # how soon: `python -m benchmarks stop`
    events = await room.events(run)
    assert (events[-1]["state"], text_of(events)) == ("stopped", "So far")
    message = await room.message(run)
    assert (message.state, message.text) == ("stopped", "So far")
    assert await room.quota() == (1, 0)
    row = await room.row(run)
    assert row.output_tokens > 0
    assert row.cost_estimated


async def test_a_stop_before_the_first_word_costs_nothing(make_room: MakeRoom) -> None:
    """A stop that arrives before the run's first step still stops it."""
    room = await make_room(FakeAdapter([Forever()]))
    for patience in (0.0, 0.05):
        run = await room.send()
        await asyncio.sleep(patience)
        await room.generation.stop(USER, run.id)
        assert (await room.events(run))[-1]["state"] == "stopped"
        assert await room.quota() == (0, 0)


async def test_two_tabs_stop_at_once(make_room: MakeRoom) -> None:
    """Repeated stops have the effect of one, also after the end."""
    room = await make_room(FakeAdapter(ENDLESS))
    run = await room.send()
    await room.first_text(run)
    await asyncio.gather(*(room.generation.stop(USER, run.id) for _ in range(5)))
    await until(lambda: room.generation.running == 0)
    await room.generation.stop(USER, run.id)
    assert [e["type"] for e in await room.events(run)].count("end") == 1
    assert await room.quota() == (1, 0)


async def test_a_cut_answer_is_continued_in_place(make_room: MakeRoom) -> None:
    """Continue adds to the same message; the model sees its answer so far and is asked to go on."""
    first: Script = [
        Batch(Text("One, two,"), Citation("https://a", "A", 0, 3)),
        Batch(Done("length")),
    ]
    second: Script = [
        Batch(
            Text(" three."),
            Citation("https://b", "B", 1, 6),
            Citation("https://c", "C", None, None),
        ),
        Batch(Done("stop")),
    ]
    adapter = FakeAdapter(first, second)
    room = await make_room(adapter)
    run = await room.send("Count")
    await room.events(run)
    on = await room.generation.continue_answer(
        USER, "en", Continue(id=uuid7(), message_id=run.message_id)
    )
    assert (on.message_id, on.id != run.id) == (run.message_id, True)
    events = await room.events(on)
    assert events[0]["userMessage"] is None
    assert events[0]["message"]["text"] == "One, two,"
    assert text_of(events) == "One, two, three."
    assert [(e["start"], e["end"]) for e in events if e["type"] == "citation"] == [
        (10, 15),
        (None, None),
    ]
    message = await room.message(run)
    assert (message.text, message.state) == ("One, two, three.", "complete")
    assert [(c.url, c.start) for c in message.citations] == [
        ("https://a", 0),
        ("https://b", 10),
        ("https://c", None),
    ]
    turns = adapter.requests[1].turns
    assert [turn.role for turn in turns] == ["user", "assistant", "user"]
    assert turns[1].text == "One, two,"
    await room.log.drop(run.id)
    await room.log.drop(on.id)
    assert text_of(await room.events(run)) == "One, two,"
    assert text_of(await room.events(on)) == "One, two, three."
    assert await room.quota() == (2, 0)


async def test_a_failed_continuation_keeps_the_text(make_room: MakeRoom) -> None:
    """A provider that fails before the first word of a continuation changes neither text nor
    quota."""
    failure = ProviderUnavailable(provider="fake")
    room = await make_room(FakeAdapter([Batch(Text("Half"))], [failure]))
    run = await room.send()
    await room.events(run)
    on = await room.generation.continue_answer(
        USER, "en", Continue(id=uuid7(), message_id=run.message_id)
    )
    assert (await room.events(on))[-1]["state"] == "interrupted"
    assert (await room.message(run)).text == "Half"
    assert await room.quota() == (0, 0)


async def test_answers_that_cannot_be_continued(make_room: MakeRoom) -> None:
    """A complete answer has no continuation; somebody else's is not found."""
    room = await make_room(FakeAdapter.saying("Done"))
    run = await room.send()
    await room.events(run)
    with pytest.raises(AnswerNotContinuable):
        await room.generation.continue_answer(
            USER, "en", Continue(id=uuid7(), message_id=run.message_id)
        )
    with pytest.raises(MessageNotFound):
        await room.generation.continue_answer(
            8, "en", Continue(id=uuid7(), message_id=run.message_id)
        )


async def test_regenerate_makes_a_sibling(make_room: MakeRoom) -> None:
    """Another answer is stored beside the first; a repeated key returns the same one."""
    adapter = FakeAdapter([Batch(Text("A"), Done("stop"))], [Batch(Text("B"), Done("stop"))])
    room = await make_room(adapter)
    run = await room.send("Toss")
    await room.events(run)
    wanted = Regenerate(id=uuid7(), message_id=run.message_id)
    other = await room.generation.regenerate(USER, "en", wanted)
    again = await room.generation.regenerate(USER, "en", wanted)
    assert again.id == other.id
    assert text_of(await room.events(other)) == "B"
    first, second = await room.message(run), await room.message(other)
    assert first.parent_id == second.parent_id
    assert first.id != second.id
    assert [turn.text for turn in adapter.requests[1].turns] == ["Toss"]


async def test_a_conversation_deleted_during_a_run(make_room: MakeRoom) -> None:
    """Deleting the conversation ends the run, stores nothing of it and returns the reservation."""
    room = await make_room(FakeAdapter(ENDLESS))
    run = await room.send()
    await room.first_text(run)
    async with room.database.unit_of_work() as db:
        now = current()
        await delete_conversation(db, room.vault, USER, run.conversation_id, now)
        await forget_overdue(db, room.vault, USER, now + UNDO_LIFE)
    await room.generation.stop(USER, run.id)
    await until(lambda: room.generation.running == 0)
    assert await room.quota() == (0, 0)


async def test_what_a_model_is_sent(make_room: MakeRoom) -> None:
    """A provider gets only the conversation and the system prompt with the person's own
    instructions."""
    adapter = FakeAdapter.saying("Yes")
    room = await make_room(adapter, preferences=Preferences(custom_instructions="Be kind."))
    run = await room.send("One?")
    await room.events(run)
    await room.events(
        await room.send(
            "Two?", conversation_id=run.conversation_id, parent_id=run.message_id, create=False
        )
    )
    request: ChatRequest = adapter.requests[1]
    assert [(t.role, t.text) for t in request.turns] == [
        ("user", "One?"),
        ("assistant", "Yes"),
        ("user", "Two?"),
    ]
    assert request.system.endswith("Be kind.")
    assert str(USER) not in request.system


async def test_a_repeated_continue_joins_the_run_it_started(make_room: MakeRoom) -> None:
    """A repeated request to continue returns the same run, while it runs and after."""
    room = await make_room(FakeAdapter([Batch(Text("Half"))], ENDLESS))
    run = await room.send()
    await room.events(run)
    wanted = Continue(id=uuid7(), message_id=run.message_id)
    on = await room.generation.continue_answer(USER, "en", wanted)
    assert (await room.generation.continue_answer(USER, "en", wanted)).id == on.id
    await room.generation.stop(USER, on.id)
    await until(lambda: room.generation.running == 0)
    late = await room.generation.continue_answer(USER, "en", wanted)
    assert (late.id, late.state) == (on.id, "stopped")


async def test_a_repeat_joins_even_when_nothing_new_could_start(make_room: MakeRoom) -> None:
    """A repeat of an accepted key is never refused for quota, plan or a full server."""
    room = await make_room(FakeAdapter(ENDLESS))
    ids: dict[str, Any] = {"id": uuid7(), "conversation_id": uuid7()}
    run = await room.send(**ids)
    assert (await room.send(**ids)).id == run.id
    assert await room.quota() == (1, 1)
    await room.generation.stop(USER, run.id)
    await until(lambda: room.generation.running == 0)
