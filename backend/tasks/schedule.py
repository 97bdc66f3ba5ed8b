"""Runs jobs again and again: each by itself, never twice at once, a failure is only logged."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

import msgspec
import structlog

from backend.nursery import Nursery

log = structlog.get_logger("tanya.tasks")


class Job(msgspec.Struct, frozen=True):
    """One periodic job. `run` must be safe to run in several processes at once."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


def start_jobs(nursery: Nursery, jobs: Iterable[Job]) -> None:
    """Start all jobs; they stop with the nursery."""
    for job in jobs:
        nursery.start(_repeat(job), name=f"job-{job.name}")


async def _repeat(job: Job) -> None:
    while True:
        # The first turn and every pause vary a little, so that processes do not march in step.
        await asyncio.sleep(job.every.total_seconds() * random.uniform(0.9, 1.1))
        try:
            await job.run()
        except Exception:
            log.exception("job_failed", job=job.name)
