"""Releases reservations of lost runs, and books what answers cost, day by day."""

from datetime import timedelta

from backend.metering import count_answers, provider_calls, quota
from backend.metering import provider_costs as costs
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob

# No answer takes this long; the reaper of runs returns most reservations much earlier.
ABANDONED = timedelta(hours=6)


def make_job(parts: Parts) -> PeriodicJob:
    """Every quarter of an hour."""

    async def run() -> None:
        now = parts.clock()
        async with parts.database.unit_of_work() as db:
            await quota.release_abandoned_quota(db, now - ABANDONED, now)
            await provider_calls.release_abandoned_calls(db, now - ABANDONED, now)
        async with parts.database.unit_of_work() as db:
            await costs.book(db, now)
            await count_answers(db, now)
            await costs.forget_ended(db, now)

    return PeriodicJob("quota", timedelta(minutes=15), run)
