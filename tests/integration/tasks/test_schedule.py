"""Periodic jobs are due by what the database says, not by how long a process has run."""

from datetime import timedelta

import pytest

from backend.db import Database
from backend.tasks.schedule import PeriodicJob, run_if_due
from tests.conftest import Clock


class Work:
    """A job that counts its runs, and fails when told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.broken = False
        self.job = PeriodicJob("counting", timedelta(hours=6), self.run)

    async def run(self) -> None:
        """Run once."""
        if self.broken:
            raise ZeroDivisionError
        self.runs += 1


async def test_deploys_do_not_postpone_a_job(database: Database, clock: Clock) -> None:
    """Processes that live for an hour each run a six-hourly job four times a day: at once if it
    never ran, and as soon as it is due."""
    work = Work()
    for _ in range(24):
        await run_if_due(work.job, database, clock)  # soon after each start
        clock.advance(hours=1)
    assert work.runs == 4


async def test_one_of_several_processes_runs_it(database: Database, clock: Clock) -> None:
    """A worker that looks right after another one finds nothing to do."""
    work = Work()
    assert await run_if_due(work.job, database, clock)
    assert not await run_if_due(work.job, database, clock)
    assert work.runs == 1


async def test_a_failed_job_stays_due(database: Database, clock: Clock) -> None:
    """It is retried at the next look, not after a whole period."""
    work = Work()
    for before in (None, "a run that went well"):
        if before:
            await run_if_due(work.job, database, clock)
            clock.advance(hours=6)
        work.broken = True
        with pytest.raises(ZeroDivisionError):
            await run_if_due(work.job, database, clock)
        work.broken = False
        assert await run_if_due(work.job, database, clock)
        clock.advance(hours=6)


async def test_a_clock_set_back_stops_no_job(database: Database, clock: Clock) -> None:
    """The emulator's clock can be moved; a last run in the future is ignored."""
    work = Work()
    await run_if_due(work.job, database, clock)
    clock.advance(days=-30)
    assert await run_if_due(work.job, database, clock)
