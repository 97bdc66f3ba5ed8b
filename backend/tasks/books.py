"""Closes a past month's books and settles it with the partners."""

from datetime import timedelta

import structlog

from backend.ledger import agreements, closing
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob

log = structlog.get_logger("tanya.billing")


def make_job(parts: Parts) -> PeriodicJob:
    """Every few hours, once the month can be closed."""

    async def run() -> None:
        now = parts.clock()
        async with parts.database.unit_of_work() as db:
            month = await closing.ripe_month(db, now)
            if month is not None:
                made = await closing.close_months(db, agreements.read(), month, now)
                log.info("month_closed", month=month, statements=len(made))

    return PeriodicJob("books", timedelta(hours=6), run)
