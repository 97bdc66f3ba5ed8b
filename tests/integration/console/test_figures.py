"""Figures whose sums can be checked by hand, on both databases.

Exercises backend/console/figures.py.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from backend.console.figures import sum_up
from backend.conversations.tables import conversations
from backend.generation.tables import runs
from backend.ledger import ledger, movements
from tests.integration.console.conftest import ANN, BOB, Desk


async def answered(desk: Desk, user_id: int, **values: Any) -> None:
    """Store an answer that ended now."""
    conversation, now = uuid4(), desk.clock()
    row = {
        "user_id": user_id, "id": uuid4(), "conversation_id": conversation,
        "message_id": uuid4(), "client_key": uuid4(), "request_seal": b"", "kind": "send",
        "state": "complete", "owner": "p", "language": "en", "model_id": "grok",
        "started_at": now, "input_tokens": 10, "output_tokens": 20, "cost_micro_dollars": 1_000,
    } | values  # fmt: skip
    async with desk.database.unit_of_work() as db:
        held: dict[str, Any] = {"user_id": user_id, "id": conversation}
        for column in conversations.c:
            if not column.nullable and column.name not in held and column.server_default is None:
                held[column.name] = b"" if isinstance(column.type, sa.LargeBinary) else now
        await db.execute(sa.insert(conversations).values(**held))
        await db.execute(sa.insert(runs).values(**row))


async def test_days_models_and_conversion(desk: Desk) -> None:
    """Yesterday Ann asked twice, once without an answer; today she and Bob ask; she pays and is
    refunded half."""
    await answered(desk, ANN)
    await answered(desk, ANN, state="failed", cost_micro_dollars=None)
    desk.clock.advance(days=1)
    await answered(desk, ANN, model_id="gpt", answered_by="grok")
    await answered(desk, BOB, model_id="gpt", cost_micro_dollars=5_000)
    now = desk.clock()
    async with desk.database.unit_of_work() as db:
        paid = [
            movements.payment("person:a", 100, "one", now),
            movements.sale("person:a", "subscription", 100, "one", now),
        ]
        await ledger.post(db, paid, now)
    async with desk.database.snapshot() as db:
        found = await sum_up(db, 2, now)
    first, second = found.days
    assert second.day - first.day == timedelta(days=1)
    assert (first.people, first.new_people, first.answers, first.failed) == (1, 3, 1, 1)
    assert (second.people, second.new_people, second.answers, second.failed) == (2, 0, 2, 0)
    assert (first.cost_micro_dollars, second.cost_micro_dollars) == (1_000, 6_000)
    assert (first.stars, second.stars) == (0, 100)
    assert second.margin_micro_dollars == 100 * 13_000 - 6_000
    assert [(one.model_id, one.people, one.answers) for one in found.models] == [
        ("gpt", 1, 1), ("grok", 1, 2),
    ]  # fmt: skip
    way = found.funnel
    assert (way.came, way.asked, way.returned, way.paid) == (3, 2, 1, 0)
    assert found.plans == []
    assert [(one.kind, one.stars) for one in found.sales] == [("subscription", 100)]


async def test_who_stays_is_counted_from_when_they_came(desk: Desk) -> None:
    """Ann asks on the day she comes and eight days later, Bob only on the first: after a week she
    has stayed and he has not, and after thirty days nobody can be asked about yet."""
    await answered(desk, ANN)
    await answered(desk, BOB)
    desk.clock.advance(days=8)
    await answered(desk, ANN)
    async with desk.database.snapshot() as db:
        found = await sum_up(db, 20, desk.clock())
        later = await sum_up(db, 3, desk.clock())
    told = {one.after_days: (one.came, one.stayed) for one in found.retention}
    assert told == {1: (3, 1), 7: (3, 1), 30: (0, 0)}
    assert all(one.came == 0 for one in later.retention)


async def test_what_is_given_back_is_not_sold(desk: Desk) -> None:
    """A pack that was sold and returned leaves a subscription's Stars alone."""
    now = desk.clock()
    async with desk.database.unit_of_work() as db:
        moved = [
            movements.sale("person:a", "subscription", 100, "one", now),
            movements.sale("person:a", "pack", 40, "two", now),
            movements.returned("person:a", "pack", 40, "two", now),
        ]
        await ledger.post(db, moved, now)
    async with desk.database.snapshot() as db:
        found = await sum_up(db, 1, now)
    assert {one.kind: one.stars for one in found.sales} == {"subscription": 100, "pack": 0}
