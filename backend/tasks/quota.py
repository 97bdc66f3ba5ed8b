"""Releases reservations of lost runs, and books what answers cost, day by day."""

from datetime import datetime, timedelta

from backend.db import Database
from backend.metering import count_answers, provider_calls, quota
from backend.metering import provider_costs as costs
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob

# No answer takes this long; the reaper of runs returns most reservations much earlier.
ABANDONED = timedelta(hours=6)


async def release_abandoned(database: Database, before: datetime, now: datetime) -> None:
    """Give back what lost runs and calls from before `before` hold, each in a transaction of its
    own: one that locks several people's rows could wait for somebody who waits for it."""
    async with database.snapshot() as db:
        held_runs = await quota.abandoned_quota(db, before)
        held_calls = await provider_calls.abandoned_calls(db, before)
    for user_id, run_id in held_runs:
        async with database.unit_of_work() as db:
            await quota.release_quota(db, user_id, run_id, now)
    for user_id, charge_id in held_calls:
        async with database.unit_of_work() as db:
            await provider_calls.release_call_cost(db, user_id, charge_id, now)


def make_job(parts: Parts) -> PeriodicJob:
    """Every quarter of an hour."""

    async def run() -> None:
        now = parts.clock()
        await release_abandoned(parts.database, now - ABANDONED, now)
        async with parts.database.unit_of_work() as db:
            await costs.book(db, now)
            await count_answers(db, now)
            await costs.forget_ended(db, now)

    return PeriodicJob("quota", timedelta(minutes=15), run)
