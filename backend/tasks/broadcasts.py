"""Tells people what operators have to say to many."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Looks every few seconds; a running broadcast is sent to its end."""

    async def run() -> None:
        await parts.broadcasts.work()

    return PeriodicJob("broadcasts", timedelta(seconds=5), run)
