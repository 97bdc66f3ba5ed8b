"""Purges deleted conversations once the undo period is over, and expired temporary ones, whether or
not their app is open."""

from datetime import timedelta

from backend import conversations
from backend.files import forget_left
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every five seconds; usually there is nothing to do."""

    async def run() -> None:
        now = parts.clock()
        async with parts.database.snapshot() as db:
            people = await conversations.people_with_overdue(db, now)
        for user_id in people:
            async with parts.database.unit_of_work() as db:
                await conversations.forget_overdue(db, parts.vault, user_id, now)
                await forget_left(db, user_id)

    return PeriodicJob("deleted", timedelta(seconds=5), run)
