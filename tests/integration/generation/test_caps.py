"""Caps on spending in the life of runs: refused before anything is sent, settled when they end.

Exercises backend/generation/run/estimate.py, backend/metering/operator_cap.py,
backend/generation/side/questions.py.
"""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from backend.db import Database
from backend.errors import (
    ModelPriceUnknown,
    OperatorCapReached,
    ProviderRefused,
    SpendingCapReached,
)
from backend.generation.fakes import FixedModels, NoImageModels
from backend.generation.record.heartbeat import OwnerProcess, record_heartbeat, this_process
from backend.generation.run.model_stream import ModelStream
from backend.generation.run.running import ActiveRun
from backend.generation.schemas import RunOrder
from backend.generation.tables import runs
from backend.llm import Done, Event, Sent, Text, Usage
from backend.llm.cost import ceiling
from backend.llm.router import Router
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever
from backend.metering import spending
from backend.metering.spending import Month
from backend.metering.tables import day_shards, reservations
from tests.fixtures.generation import USER, MakeRoom, Room, model, now

DEAR = model("dear", input_price=2_000_000, output_price=10_000_000, price_known=True)
DEARER = replace(DEAR, id="dearer", output_price=20_000_000)
CHEAP = model("cheap", price_known=True)
VAGUE = model("vague")
MODELS = FixedModels(DEAR, DEARER, CHEAP, VAGUE)
SENT = Sent("fake", "dear", "0" * 64)
ANSWER = [Batch(SENT, Text("Hi")), Batch(Usage(10, 0, 10), Done("stop"))]


async def cap_at(database: Database, cap: int | None) -> None:
    """Set the person's cap."""
    async with database.unit_of_work() as db:
        await spending.set_cap(db, USER, cap, datetime.now(UTC))


async def month(room: Room) -> Month:
    """The person's month."""
    async with room.database.snapshot() as db:
        return await spending.month(db, USER, datetime.now(UTC))


async def test_a_run_above_the_cap_is_not_started(make_room: MakeRoom) -> None:
    """A refused run writes and sends nothing; a cheaper model still answers."""
    adapter = FakeAdapter(ANSWER)
    room = await make_room(adapter, models=MODELS)
    await cap_at(room.database, 10_000)
    with pytest.raises(SpendingCapReached):
        await room.send(model_id="dear")
    with pytest.raises(ModelPriceUnknown):
        await room.send(model_id="vague")
    assert adapter.requests == []
    assert await room.quota() == (0, 0)
    run = await room.send(model_id="cheap")
    assert (await room.events(run))[-1]["state"] == "complete"


async def test_the_hold_is_replaced_by_the_cost(make_room: MakeRoom) -> None:
    """While an answer is written its highest possible cost is held; afterwards only its cost
    counts."""
    room = await make_room(FakeAdapter([Batch(SENT, Text("Hi")), Forever()]), models=MODELS)
    await cap_at(room.database, 20_000)
    run = await room.send(model_id="dear")
    held = await month(room)
    assert held.spent == 0
    assert held.reserved > 1024 * 10
    await room.first_text(run)
    await room.generation.stop(USER, run.id)
    end = (await room.events(run))[-1]
    after = await month(room)
    assert (after.spent, after.reserved) == (end.get("costMicroDollars", 0), 0)


async def test_the_operators_cap_applies_to_everybody(make_room: MakeRoom) -> None:
    """Over the operator's cap only free models answer, until the next day."""
    room = await make_room(FakeAdapter(ANSWER), models=MODELS, daily_cap=12_000)
    first = await room.send(model_id="dear")
    assert (await room.events(first))[-1]["costMicroDollars"] == 120
    await room.events(await room.send(user_id=8, model_id="dear"))
    with pytest.raises(OperatorCapReached) as caught:
        await room.send(user_id=9, model_id="dearer")
    assert 0 < (caught.value.retry_after or 0) <= 86_400
    run = await room.send(user_id=9, model_id="cheap")
    assert (await room.events(run))[-1]["state"] == "complete"


class RecordingModels(ModelStream):
    """Records each request before it is answered."""

    def __init__(self, real: ModelStream) -> None:
        self.real = real
        self.asked: list[RunOrder] = []

    def open(self, running: ActiveRun) -> AsyncGenerator[Sequence[Event], None]:
        """See ModelStream."""
        self.asked.append(running.order)
        return self.real.open(running)


async def test_no_dearer_model_stands_in_under_a_cap(make_room: MakeRoom) -> None:
    """What is held covers the most expensive model that may answer."""
    room = await make_room(FakeAdapter(ANSWER), models=MODELS)
    models = RecordingModels(room.generation.parts.models)
    room.generation.parts.models = models
    await room.events(await room.send(model_id="dear"))
    await cap_at(room.database, 1_000_000)
    await room.events(await room.send(model_id="dear"))
    free, capped = models.asked
    assert {one.id for one in free.choices} == {"dear", "dearer", "cheap", "vague"}
    assert free.budget is None
    assert [one.id for one in capped.choices] == ["dear", "cheap"]
    assert capped.budget == ceiling(capped.request, capped.input_tokens)


async def test_the_answering_model_is_recorded(make_room: MakeRoom) -> None:
    """Behind a router the model's maker is booked by name."""
    routed = replace(DEAR, wire_name="x-ai/grok-4.7")
    adapter = FakeAdapter(ANSWER)
    room = await make_room(adapter, models=FixedModels(routed))
    await room.events(await room.send(model_id="dear"))
    async with room.database.snapshot() as db:
        row = (await db.execute(sa.select(reservations))).one()
    assert (row.state, row.provider, row.maker) == ("settled", "fake", "xai")


async def test_a_refusal_costs_the_person_nothing(make_room: MakeRoom) -> None:
    """A failed attempt may be charged by its provider: the operator pays for it."""
    refusing = FakeAdapter([Batch(SENT), ProviderRefused(provider="fake")])
    room = await make_room(refusing, models=MODELS, daily_cap=1_000_000)
    room.generation.parts.models = ModelStream(
        Router({"fake": refusing}), NoImageModels(), room.database, room.receipts, now
    )
    run = await room.send(model_id="dear")
    assert (await room.events(run))[-1]["state"] == "failed"
    this_month = await month(room)
    assert (this_month.spent, this_month.reserved) == (0, 0)
    spent, held = await operator(room)
    assert spent > 0
    assert held == 0
    assert await room.quota() == (0, 0)


async def test_a_dead_processs_holds_are_released(make_room: MakeRoom) -> None:
    """A dead process's runs are reaped, and what they held is released."""
    adapter = FakeAdapter([Batch(SENT, Text("Hi")), Forever()])
    room = await make_room(adapter, models=MODELS, daily_cap=1_000_000)
    await cap_at(room.database, 100_000)
    await room.send(model_id="dear")
    assert (await month(room)).reserved > 0
    dead = OwnerProcess("dead", this_process("dead").host, 2**22 - 3)
    async with room.database.unit_of_work() as db:
        await record_heartbeat(db, dead, datetime.now(UTC))
        await db.execute(sa.update(runs).values(owner=dead.id))
    assert await room.generation.parts.reaper.reap() == 1
    assert (await month(room)).reserved == 0
    assert await operator(room) == (0, 0)


async def operator(room: Room) -> tuple[int, int]:
    """What the operator's day has cost, and the highest further cost of what is under way."""
    async with room.database.snapshot() as db:
        rows = (await db.execute(sa.select(day_shards))).all()
    return sum(row.spent_micro_dollars for row in rows), sum(row.held_micro_dollars for row in rows)
