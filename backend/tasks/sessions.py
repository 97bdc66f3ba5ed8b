"""Deletes sessions and links to copies that are over, and notes about keys destroyed long ago."""

from datetime import timedelta

from backend.db import forget_destroyed
from backend.identity import forget_ended_sessions
from backend.privacy.archive import forget_ended_links
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Once an hour."""

    async def run() -> None:
        async with parts.database.unit_of_work() as db:
            await forget_ended_sessions(db, parts.clock())
            await forget_ended_links(db, parts.clock())
            await forget_destroyed(db, parts.clock())

    return PeriodicJob("sessions", timedelta(hours=1), run)
