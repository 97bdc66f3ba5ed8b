"""Deletes files that never became part of a message, and those whose last message is deleted."""

from datetime import timedelta

from backend.files import forget_unsent
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob

UNSENT = timedelta(days=1)


def make_job(parts: Parts) -> PeriodicJob:
    """Once an hour."""

    async def run() -> None:
        async with parts.database.unit_of_work() as db:
            await forget_unsent(db, parts.clock() - UNSENT)

    return PeriodicJob("files", timedelta(hours=1), run)
