"""Old runs and deliveries are deleted; answers stay."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from backend.generation.record import outbox as outbox_rows
from backend.generation.record import retention
from backend.generation.record.retention import DELIVERIES_KEPT, RUNS_KEPT, forget_old_runs
from backend.generation.schemas import Run
from backend.generation.tables import outbox, runs
from backend.llm import Text
from backend.llm.simulation.fake import Batch, FakeAdapter, Forever
from tests.fixtures.generation import MakeRoom, Room, until

DAY = timedelta(days=1)


async def _kept(room: Room) -> set[object]:
    async with room.database.snapshot() as db:
        return set((await db.execute(sa.select(runs.c.id))).scalars())


async def _answered(room: Room, user_id: int) -> Run:
    run = await room.send(user_id=user_id)
    await room.events(run)
    return run


async def test_runs_are_kept_longer_than_usage_looks_back(
    make_room: MakeRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Expired runs are deleted on every page of the table, but no run under way and no message."""
    monkeypatch.setattr(retention, "PAGE", 2)
    room = await make_room(FakeAdapter.saying("Hello"))
    ended = [await _answered(room, user_id) for user_id in (3, 1, 2, 3, 5)]
    now = datetime.now(UTC)
    assert timedelta(days=366) < RUNS_KEPT
    assert await forget_old_runs(room.database, now + RUNS_KEPT - DAY) == 0
    assert await _kept(room) == {run.id for run in ended}
    assert await forget_old_runs(room.database, now + RUNS_KEPT + DAY) == 5
    assert await _kept(room) == set()
    assert (await room.message(ended[0])).text == "Hello"


async def test_a_run_under_way_is_never_old(make_room: MakeRoom) -> None:
    """Whatever the clock says, a running run is not deleted."""
    room = await make_room(FakeAdapter([Batch(Text("So far")), Forever()]))
    run = await room.send()
    await until(lambda: room.generation.running == 1)
    assert await forget_old_runs(room.database, datetime.now(UTC) + 10 * RUNS_KEPT) == 0
    assert await _kept(room) == {run.id}
    await room.generation.stop(run.user_id, run.id)


async def test_finished_deliveries_are_deleted(make_room: MakeRoom) -> None:
    """Pending deliveries are kept, however old."""
    room = await make_room(FakeAdapter.saying("Hello"))
    now = datetime.now(UTC)
    sent, waiting = [await _answered(room, user_id) for user_id in (1, 2)]
    async with room.database.unit_of_work() as db:
        for run in (sent, waiting):
            await outbox_rows.put_in_outbox(db, run, "en", now)
        await db.execute(sa.update(outbox).where(outbox.c.run_id == sent.id).values(state="sent"))
    later = now + DELIVERIES_KEPT
    assert await forget_old_runs(room.database, later - DAY) == 0
    assert await forget_old_runs(room.database, later + DAY) == 1
    assert [row.run_id for row in await room.outbox()] == [waiting.id]
