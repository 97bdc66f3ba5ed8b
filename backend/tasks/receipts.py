"""Closes receipts whose process died before the attempt's result was recorded."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Four times an hour."""

    async def run() -> None:
        async with parts.database.unit_of_work() as db:
            await parts.receipts.close_old_orphans(db)

    return PeriodicJob("receipts", timedelta(minutes=15), run)
