"""Runs each job periodically, independently and never twice at once; failures are logged.

When a job last ran is kept in the database. So a job that is due runs soon after a start, however
often the processes are restarted, and of several processes one runs it in each period.
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend import metrics
from backend.db import Database, insert
from backend.nursery import Nursery
from backend.tasks.tables import job_runs

log = structlog.get_logger("tanya.tasks")

LOOK = timedelta(seconds=30)
"""How often jobs are checked for being due. Jobs that run as often as this are not recorded."""
FIRST_LOOK_SECONDS = 3.0
JITTER = 0.1


class PeriodicJob(msgspec.Struct, frozen=True):
    """One periodic job. `run` must be safe to run in several processes at once."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


def start_jobs(
    nursery: Nursery, jobs: Iterable[PeriodicJob], database: Database, clock: Callable[[], datetime]
) -> None:
    """Start all jobs; they stop with the nursery."""
    for job in jobs:
        recorded = job.every > LOOK
        nursery.repeat(
            partial(run_if_due, job, database, clock) if recorded else job.run,
            name=f"job-{job.name}",
            every=min(job.every, LOOK).total_seconds(),
            first=FIRST_LOOK_SECONDS,
            jitter=JITTER,
        )


async def run_if_due(job: PeriodicJob, database: Database, clock: Callable[[], datetime]) -> bool:
    """Run the job unless it ran within its period, here or in another process; whether it did.

    A job that fails stays due. Raises what the job raises.
    """
    now = clock()
    async with database.unit_of_work() as db:
        before = (
            await db.execute(sa.select(job_runs.c.ran_at).where(job_runs.c.name == job.name))
        ).scalar_one_or_none()
        if not _is_due(job, before, now):
            return False
        claim = insert(db, job_runs).values(name=job.name, ran_at=now)
        unchanged = job_runs.c.ran_at == before
        claimed = await db.execute(
            claim.on_conflict_do_update(
                index_elements=[job_runs.c.name], set_={"ran_at": now}, where=unchanged
            )
        )
        if claimed.rowcount == 0:
            return False  # another process was first
    begun, outcome = time.perf_counter(), "failed"
    try:
        await job.run()
        outcome = "done"
    except BaseException:
        await _record(database, job, before)
        raise
    finally:
        metrics.JOB_SECONDS.labels(job.name, outcome).observe(time.perf_counter() - begun)
    return True


async def last_run(db: AsyncConnection) -> datetime | None:
    """When any job ran last, in any process."""
    ran_at: datetime | None = await db.scalar(sa.select(sa.func.max(job_runs.c.ran_at)))
    return ran_at


async def last_runs(db: AsyncConnection) -> dict[str, datetime]:
    """When each recorded job last ran, in any process, by name. One that failed is not counted."""
    rows = await db.execute(sa.select(job_runs).order_by(job_runs.c.name))
    return {row.name: row.ran_at for row in rows}


def _is_due(job: PeriodicJob, before: datetime | None, now: datetime) -> bool:
    # A run in the future means that the clock was set back, as the emulator's may be.
    return before is None or not before <= now < before + job.every


async def _record(database: Database, job: PeriodicJob, ran_at: datetime | None) -> None:
    this = job_runs.c.name == job.name
    async with database.unit_of_work() as db:
        if ran_at is None:
            await db.execute(sa.delete(job_runs).where(this))
        else:
            await db.execute(sa.update(job_runs).where(this).values(ran_at=ran_at))
