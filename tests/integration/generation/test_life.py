"""Runs in the process: queue, context, titles, checkpoints, dead processes, draining.

Exercises backend/generation/record/checkpoint.py, backend/generation/record/end_event.py.
"""

import asyncio
import os
from datetime import UTC, datetime
from math import inf
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from backend.conversations import get_conversation, rename
from backend.errors import ModelNotInPlan, ProviderUnavailable, ServerBusy, ServerDraining
from backend.generation import Continue, erase, export
from backend.generation.fakes import FixedModels
from backend.generation.record.heartbeat import (
    DEAD_SECONDS,
    HeartbeatWatch,
    OwnerProcess,
    record_heartbeat,
    this_process,
)
from backend.generation.record.reaper import RunReaper
from backend.generation.tables import owners, runs
from backend.llm import ChatRequest, Done, Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever, Pause, Script
from backend.runlog.person_events import LocalPersonEvents
from backend.uuid7 import uuid7
from tests.fixtures.generation import USER, MakeRoom, Room, model, text_of, until

ENDLESS: Script = [Batch(Text("So far")), Forever()]


async def test_runs_queue_and_are_told_their_place(make_room: MakeRoom) -> None:
    """Above the process's limit a run waits and sees its place; above the queue's limit it is
    refused."""
    room = await make_room(FakeAdapter(ENDLESS), max_runs=1, queue_limit=1)
    first = await room.send(user_id=1)
    second = await room.send(user_id=2)
    with pytest.raises(ServerBusy) as refusal:
        await room.send(user_id=3)
    assert refusal.value.retry_after
    chunks = aiter(await room.generation.follow(2, second.id, 0))
    seen = (await anext(chunks)).decode()
    while '"queued"' not in seen:
        seen += (await anext(chunks)).decode()
    assert '{"type":"queued","place":1}' in seen
    await room.generation.stop(1, first.id)
    while "So far" not in seen:
        seen += (await anext(chunks)).decode()
    await room.generation.stop(2, second.id)
    await until(lambda: room.generation.running == 0)
    assert (await room.row(second)).state == "stopped"


async def test_an_answer_that_takes_too_long_is_ended(make_room: MakeRoom) -> None:
    """A model that never ends is cut off: its text is stored, and the message is returned to the
    quota."""
    room = await make_room(FakeAdapter(ENDLESS))
    run = await room.send()
    await until(lambda: all(running.text for running in room.generation.parts.active))
    for running in room.generation.parts.active:
        assert running.due < inf
        running.due = 0.0
    events = await room.events(run)
    assert (text_of(events), events[-1]["state"]) == ("So far", "interrupted")
    assert events[-1]["errorCode"] == "provider_timed_out"
    assert await room.quota() == (0, 0)


async def test_a_refused_repeat_still_joins_its_run(make_room: MakeRoom) -> None:
    """A repeat of an accepted send needs no place in the queue."""
    room = await make_room(FakeAdapter(ENDLESS), max_runs=1, queue_limit=0)
    ids: dict[str, Any] = {"id": uuid7(), "conversation_id": uuid7()}
    run = await room.send(**ids)
    assert (await room.send(**ids)).id == run.id
    with pytest.raises(ServerBusy):
        await room.send(user_id=8)
    await room.generation.stop(USER, run.id)


async def test_the_reader_is_told_where_the_context_is_cut(make_room: MakeRoom) -> None:
    """When older messages do not fit, a notice names the first one that is still sent."""
    adapter = FakeAdapter.saying("ok")
    room = await make_room(adapter, models=FixedModels(model("small", context_tokens=1400)))
    run = await room.send("a" * 2000)
    await room.events(run)
    run = await room.send(
        "b" * 2000, conversation_id=run.conversation_id, parent_id=run.message_id, create=False
    )
    events = await room.events(run)
    (notice,) = [event for event in events if event["type"] == "notice"]
    assert notice["code"] == "context_cut"
    assert notice["messageId"] == events[0]["userMessage"]["id"]
    assert [turn.text[0] for turn in adapter.requests[1].turns] == ["b"]


async def test_the_plan_decides_over_models(make_room: MakeRoom) -> None:
    """An expensive model is refused with the plan's name; without a choice, an allowed model
    answers."""
    models = FixedModels(model("dear", price_class="high"), model("fair", price_class="low"))
    room = await make_room(FakeAdapter.saying("ok"), models=models)
    with pytest.raises(ModelNotInPlan):
        await room.send(model_id="dear")
    run = await room.send()
    assert (await room.events(run))[1]["modelId"] == "fair"


def _titled(title: Script) -> FakeAdapter:
    def script(request: ChatRequest) -> Script:
        asked = not request.system  # the request for a title has everything in its one turn
        return title if asked else [Batch(Text("Go to Ubud."), Done("stop"))]

    return FakeAdapter(script)


async def _title(room: Room, conversation_id: Any) -> str | None:
    async with room.database.snapshot() as db:
        return (await get_conversation(db, room.vault, USER, conversation_id)).title


async def test_a_title_is_made_after_the_first_turn(make_room: MakeRoom) -> None:
    """The cheapest allowed model writes the title, in the background, with a receipt."""
    adapter = _titled([Batch(Text('"A week in Bali."'), Done("stop"))])
    models = FixedModels(model("good", price_class="low"), model("cheap"))
    room = await make_room(adapter, models=models, titles=True)
    run = await room.send("Plan a week in Bali")
    await room.events(run)
    await until(lambda: len(room.receipts.entries) == 2)
    await until(lambda: _title(room, run.conversation_id))
    assert await _title(room, run.conversation_id) == "A week in Bali"
    assert [entry.purpose for entry in room.receipts.entries] == ["send", "title"]
    assert adapter.requests[1].model.id == "cheap"
    assert await room.quota() == (1, 0)


async def test_a_stopped_answer_gives_a_title_too(make_room: MakeRoom) -> None:
    """An answer that was stopped still gets a title from its text."""
    adapter = FakeAdapter(
        lambda request: ENDLESS if request.system else [Batch(Text("Bali"), Done("stop"))]
    )
    room = await make_room(adapter, titles=True)
    run = await room.send("Plan a week in Bali")
    chunks = aiter(await room.generation.follow(USER, run.id, 0))
    while "So far" not in (await anext(chunks)).decode():
        pass
    await room.generation.stop(USER, run.id)
    await until(lambda: _title(room, run.conversation_id))
    assert await _title(room, run.conversation_id) == "Bali"


async def test_a_title_never_replaces_the_persons_own(make_room: MakeRoom) -> None:
    """A title that the person set is never replaced."""
    room = await make_room(_titled([Pause(0.3), Batch(Text("Other"), Done("stop"))]), titles=True)
    run = await room.send()
    await room.events(run)
    async with room.database.unit_of_work() as db:
        await rename(db, room.vault, USER, run.conversation_id, "Mine")
    await until(lambda: len(room.receipts.entries) == 2)
    assert await _title(room, run.conversation_id) == "Mine"


async def test_a_tiny_model_is_not_asked_for_titles(make_room: MakeRoom) -> None:
    """The question's first words become the title where only the small local model could write
    one."""
    adapter = FakeAdapter.saying("Well.")
    small = replace(model("tiny"), small=True)
    room = await make_room(adapter, models=FixedModels(small), titles=True)
    run = await room.send("What is a *monsoon*?\nAnd why?")
    await room.events(run)
    await until(lambda: _title(room, run.conversation_id))
    assert await _title(room, run.conversation_id) == "What is a monsoon?"
    assert len(adapter.requests) == 1


async def test_a_tasks_prompt_is_no_title(make_room: MakeRoom) -> None:
    """Where no model writes one, the person's own words do, not the prompt that is sent with
    them."""
    small = replace(model("tiny"), small=True)
    room = await make_room(FakeAdapter.saying("Well."), models=FixedModels(small), titles=True)
    run = await room.send("planets", task="quiz")
    await room.events(run)
    await until(lambda: _title(room, run.conversation_id))
    assert await _title(room, run.conversation_id) == "planets"


async def test_a_title_may_fail(make_room: MakeRoom) -> None:
    """A provider that fails to write a title changes nothing else."""
    adapter = _titled([ProviderUnavailable(provider="fake")])
    room = await make_room(adapter, titles=True)
    run = await room.send()
    assert (await room.events(run))[-1]["state"] == "complete"
    await until(lambda: len(adapter.requests) == 2)
    assert await _title(room, run.conversation_id) is None


async def test_running_text_is_checkpointed(make_room: MakeRoom) -> None:
    """A checkpoint stores the text so far; the receipt is stored before that."""
    room = await make_room(FakeAdapter(ENDLESS))
    run = await room.send()
    await room.first_text(run)
    await room.generation.parts.checkpointer.save_texts()
    message = await room.message(run)
    assert (message.text, message.state) == ("So far", "running")
    assert len(room.receipts.entries) == 1
    await room.generation.stop(USER, run.id)
    await until(lambda: room.generation.running == 0)
    assert [end.outcome for end in room.receipts.ends.values()] == ["stopped"]


async def _abandon(room: Room, process: OwnerProcess) -> None:
    """Make all runs of the room those of another process."""
    async with room.database.unit_of_work() as db:
        await record_heartbeat(db, process, datetime.now(UTC))
        await db.execute(sa.update(runs).values(owner=process.id))


async def test_runs_of_a_dead_process_are_ended(make_room: MakeRoom) -> None:
    """The runs of a dead process keep their text, return their reservations, and can be
    continued."""
    room = await make_room(FakeAdapter(ENDLESS, [Batch(Text(" and on"), Done("stop"))]))
    run = await room.send()
    await room.first_text(run)
    await room.generation.parts.checkpointer.save_texts()
    here = this_process("dead")
    await _abandon(room, OwnerProcess("dead", here.host, 2**22 - 3))
    assert await room.generation.parts.reaper.reap() == 1
    message = await room.message(run)
    assert (message.text, message.state, message.error_code) == (
        "So far",
        "interrupted",
        "run_interrupted",
    )
    assert await room.quota() == (0, 0)
    await room.generation.stop(USER, run.id)
    await until(lambda: room.generation.running == 0)
    assert (await room.message(run)).state == "interrupted"
    on = await room.generation.continue_answer(
        USER, "en", Continue(id=uuid7(), message_id=run.message_id)
    )
    assert text_of(await room.events(on)) == "So far and on"
    assert await room.quota() == (1, 0)


async def test_a_process_on_another_machine_is_dead_when_its_heartbeat_stops(
    make_room: MakeRoom,
) -> None:
    """A process counts as dead when its heartbeat did not change for long enough by this process's
    own clock; wall clocks are not compared."""
    room = await make_room(FakeAdapter(ENDLESS))
    run = await room.send()
    other = OwnerProcess("elsewhere", "another host", 1)
    await _abandon(room, other)
    now = [100.0]
    far_future = datetime(2040, 1, 1, tzinfo=UTC)
    reaper = RunReaper(
        room.database,
        room.log,
        LocalPersonEvents(),
        room.receipts,
        this_process("me"),
        lambda: far_future,
        lambda: now[0],
    )
    assert await reaper.reap() == 0
    now[0] += DEAD_SECONDS - 1
    assert await reaper.reap() == 0
    async with room.database.unit_of_work() as db:
        await record_heartbeat(db, other, datetime(2000, 1, 1, tzinfo=UTC))
    now[0] += 2
    assert await reaper.reap() == 0
    now[0] += DEAD_SECONDS + 1
    assert await reaper.reap() == 1
    assert (await room.row(run)).state == "interrupted"
    async with room.database.snapshot() as db:
        assert "elsewhere" not in (await db.execute(sa.select(owners.c.id))).scalars().all()
    await room.generation.stop(USER, run.id)


async def test_a_living_process_is_left_alone(make_room: MakeRoom) -> None:
    """A process on this machine that is alive and beats is not taken for dead."""
    room = await make_room(FakeAdapter(ENDLESS))
    here = this_process("other")
    async with room.database.unit_of_work() as db:
        await record_heartbeat(
            db, OwnerProcess("other", here.host, os.getppid()), datetime.now(UTC)
        )
    async with room.database.snapshot() as db:
        assert await HeartbeatWatch(room.generation.parts.process).dead(db, 0.0) == []


async def test_draining_lets_answers_finish(make_room: MakeRoom) -> None:
    """Draining accepts nothing new, and running answers end within the time."""
    room = await make_room(
        FakeAdapter([Batch(Text("one")), Pause(0.4), Batch(Text(" two"), Done("stop"))])
    )
    run = await room.send()
    draining = asyncio.create_task(room.generation.drain(30))
    await asyncio.sleep(0)
    with pytest.raises(ServerDraining):
        await room.send(user_id=8)
    await draining
    assert (await room.message(run)).text == "one two"
    assert (await room.message(run)).state == "complete"


async def test_draining_stores_what_does_not_finish(make_room: MakeRoom) -> None:
    """After the drain time answers are stored as interrupted, readers are told, and quota is
    returned."""
    room = await make_room(FakeAdapter(ENDLESS))
    run = await room.send()
    reading = asyncio.create_task(room.events(run))
    await room.first_text(run)
    await room.generation.drain(0.1)
    events = await reading
    assert (events[-1]["state"], events[-1]["errorCode"]) == ("interrupted", "run_interrupted")
    assert text_of(events) == "So far"
    assert (await room.message(run)).text == "So far"
    assert await room.quota() == (0, 0)


async def test_runs_are_exported_and_erased(make_room: MakeRoom) -> None:
    """An export holds runs and deliveries; erasure deletes them."""
    room = await make_room(FakeAdapter.saying("ok"))
    run = await room.send()
    await until(lambda: room.generation.running == 0)
    async with room.database.unit_of_work() as db:
        copy = await export(db, USER)
        assert [entry["id"] for entry in copy["runs"]] == [run.id]
        assert len(copy["deliveries"]) == 1
        await erase(db, USER)
        assert await export(db, USER) == {"runs": [], "deliveries": []}
