"""Deletes old runs and refusals, finished deliveries, and the content of ended links."""

from datetime import timedelta

from backend import safety
from backend.conversations import sharing
from backend.generation import forget_old_runs
from backend.privacy import forget_old_looks
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Four times a day."""

    async def run() -> None:
        await forget_old_runs(parts.database, parts.clock())
        async with parts.database.unit_of_work() as db:
            await sharing.forget_ended_shares(db, parts.clock())
            await safety.forget_old(db, parts.clock())
            await forget_old_looks(db, parts.clock())

    return PeriodicJob("old-rows", timedelta(hours=6), run)
