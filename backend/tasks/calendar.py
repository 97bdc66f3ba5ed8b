"""Queues notices about upcoming renewals and ends."""

from datetime import timedelta

from backend.billing import notices
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every minute, in transactions that stay short however many are due."""

    async def run() -> None:
        while await notices.queue_due(parts.database, parts.clock()):
            pass

    return PeriodicJob("calendar", timedelta(minutes=1), run)
