"""Under overload: who is refused first, and that no run is ended for it.

Exercises backend/generation/run/admission.py, backend/generation/request/start.py.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from backend.conversations.tables import conversations
from backend.errors import ServerBusy
from backend.llm.simulation.fake import FakeAdapter
from backend.plans import plans
from backend.plans.tables import entitlements
from tests.fixtures.generation import MakeRoom, Room, now, until
from tests.integration.generation.test_life import ENDLESS


async def subscribe(room: Room, user_id: int) -> None:
    """Open the most expensive plan."""
    best = max(plans.PLANS, key=lambda plan: plan.rank)
    until_then = now() + timedelta(days=1)
    async with room.database.unit_of_work() as db:
        await db.execute(
            sa.insert(entitlements).values(
                user_id=user_id, plan_id=best.id, until=until_then, grace_until=until_then,
                source="subscription",
            )
        )  # fmt: skip


async def test_the_free_plan_is_refused_first(make_room: MakeRoom) -> None:
    """From half of the queue on, the free plan is refused. Paid plans use the rest of the queue,
    then they are refused too. A refusal leaves nothing, and the running answer continues."""
    room = await make_room(FakeAdapter(ENDLESS), max_runs=1, queue_limit=4)
    for paying in (201, 202):
        await subscribe(room, paying)
    first = await room.send(user_id=100)
    await room.first_text(first)
    for number in (101, 102, 103):
        await room.send(user_id=number)
    await until(lambda: room.generation.queued == 3)
    with pytest.raises(ServerBusy):
        await room.send(user_id=104)
    async with room.database.snapshot() as db:
        mine = sa.select(conversations.c.id).where(conversations.c.user_id == 104)
        assert (await db.execute(mine)).all() == []
    await room.send(user_id=201)
    await until(lambda: room.generation.queued == 4)
    with pytest.raises(ServerBusy):
        await room.send(user_id=202)
    assert (await room.row(first)).state == "running"
