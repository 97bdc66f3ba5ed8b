"""Closes the books of a month that is over and settles it with the partners."""

from datetime import timedelta

import structlog

from backend.billing import agreements, statements
from backend.tasks.parts import Parts
from backend.tasks.schedule import Job

log = structlog.get_logger("tanya.billing")


def make_job(parts: Parts) -> Job:
    """Every few hours, once the month is ripe."""

    async def run() -> None:
        now = parts.clock()
        async with parts.database.unit_of_work() as db:
            month = await statements.ripe_month(db, now)
            if month is not None:
                made = await statements.close(db, agreements.read(), month, now)
                log.info("month_closed", month=month, statements=len(made))

    return Job("books", timedelta(hours=6), run)
