"""Forgets runs that ended long ago, and deliveries that are over."""

from datetime import timedelta

from backend.generation.retention import forget_old
from backend.tasks.parts import Parts
from backend.tasks.schedule import Job


def make_job(parts: Parts) -> Job:
    """Four times a day."""

    async def run() -> None:
        await forget_old(parts.database, parts.clock())

    return Job("old-rows", timedelta(hours=6), run)
