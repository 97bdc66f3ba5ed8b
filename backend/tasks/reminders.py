"""Sends reminders that are due."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every twenty seconds: they are due to the minute."""

    async def run() -> None:
        await parts.reminders.work()

    return PeriodicJob("reminders", timedelta(seconds=20), run)
