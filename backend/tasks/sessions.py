"""Deletes sessions that are over."""

from datetime import timedelta

from backend.identity import forget_ended_sessions
from backend.tasks.parts import Parts
from backend.tasks.schedule import Job


def make_job(parts: Parts) -> Job:
    """Once an hour."""

    async def run() -> None:
        async with parts.database.unit_of_work() as db:
            await forget_ended_sessions(db, parts.clock())

    return Job("sessions", timedelta(hours=1), run)
