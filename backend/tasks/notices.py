"""Sends due notices: receipts, renewals, ends."""

from datetime import timedelta

from backend.billing import notices
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every few seconds: a receipt should follow its payment."""

    async def run() -> None:
        await notices.deliver(parts.database, parts.notifier, parts.clock())

    return PeriodicJob("notices", timedelta(seconds=5), run)
