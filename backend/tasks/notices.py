"""Tells people what the calendar and their payments bring: receipts, renewals, ends."""

from datetime import timedelta

from backend.billing import notices
from backend.tasks.parts import Parts
from backend.tasks.schedule import Job


def make_job(parts: Parts) -> Job:
    """Every few seconds: a receipt should follow its payment."""

    async def run() -> None:
        async with parts.database.unit_of_work() as db:
            await notices.queue_due(db, parts.clock())
        await notices.deliver(parts.database, parts.notifier, parts.clock())

    return Job("notices", timedelta(seconds=5), run)
