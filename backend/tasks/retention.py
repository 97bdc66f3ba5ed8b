"""Deletes conversations and checks past the retention that their people chose."""

from datetime import timedelta

from backend.conversations import copies
from backend.files import forget_left
from backend.identity import retention_page
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob

PEOPLE = 100


def make_job(parts: Parts) -> PeriodicJob:
    """Once an hour, in transactions of a page each."""

    async def run() -> None:
        after = -1
        while True:
            async with parts.database.snapshot() as db:
                page = await retention_page(db, after, PEOPLE)
            for user_id, days in page:
                await _forget(parts, user_id, timedelta(days=days))
            if len(page) < PEOPLE:
                return
            after = page[-1][0]

    return PeriodicJob("retention", timedelta(hours=1), run)


async def _forget(parts: Parts, user_id: int, kept: timedelta) -> None:
    await parts.checks.forget_older(user_id, parts.clock() - kept)
    gone = 0
    while True:
        async with parts.database.unit_of_work() as db:
            some = await copies.forget_older(db, user_id, parts.clock() - kept)
            gone += some
            if not some:
                if gone:
                    await forget_left(db, user_id)
                return
