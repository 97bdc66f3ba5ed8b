"""Returns what was held by runs that are gone, and books what answers cost, day by day."""

from datetime import timedelta

from backend.billing import charges, costs, quota
from backend.tasks.parts import Parts
from backend.tasks.schedule import Job

# No answer takes this long; the reaper of runs returns most reservations much earlier.
ABANDONED = timedelta(hours=6)


def make_job(parts: Parts) -> Job:
    """Every quarter of an hour."""

    async def run() -> None:
        now = parts.clock()
        async with parts.database.unit_of_work() as db:
            await quota.release_abandoned(db, now - ABANDONED, now)
            await charges.release_abandoned(db, now - ABANDONED, now)
        async with parts.database.unit_of_work() as db:
            await costs.book(db, now)
            await costs.forget_ended(db, now)

    return Job("quota", timedelta(minutes=15), run)
