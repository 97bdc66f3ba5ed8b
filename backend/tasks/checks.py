"""Ends checks whose process died, and releases what they reserved."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every minute."""

    async def run() -> None:
        await parts.checks.end_abandoned()

    return PeriodicJob("checks", timedelta(minutes=1), run)
