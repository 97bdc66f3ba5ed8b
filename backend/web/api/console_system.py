"""/api/console/system and /waiting: what runs, when jobs last did, and what waits for a word."""

from datetime import datetime
from typing import Any

from litestar import get

from backend import __version__
from backend.console import count_waiting
from backend.db import Database, schema_revision
from backend.generation import seen_processes
from backend.identity import Principal
from backend.settings import Settings
from backend.tasks import last_runs
from backend.web.api.wire import Shown
from backend.web.operators import operator_from
from backend.web.parts import Part


class ProcessShown(Shown, frozen=True):
    """A web process and its newest heartbeat. One that died stays for some seconds."""

    host: str
    pid: int
    seen_at: datetime


class JobShown(Shown, frozen=True):
    """When a job last finished, in any process."""

    name: str
    ran_at: datetime


class SystemShown(Shown, frozen=True):
    """`revision` is the database's; null before the first migration."""

    version: str
    revision: str | None
    processes: list[ProcessShown]
    jobs: list[JobShown]


class WaitingShown(Shown, frozen=True):
    """Messages to support, and objections and reports, that nobody has answered."""

    requests: int
    cases: int


@get("/console/waiting", tags=["The operator"], summary="How much waits for an answer")
async def show_waiting(
    principal: Part[Principal], settings: Part[Settings], database: Part[Database]
) -> WaitingShown:
    """Counts only: nobody's words are opened."""
    operator_from(settings, principal).require("answer")
    async with database.snapshot() as db:
        found = await count_waiting(db)
    return WaitingShown(requests=found.requests, cases=found.cases)


@get("/console/system", tags=["The operator"], summary="Version, processes and jobs")
async def show_system(
    principal: Part[Principal], settings: Part[Settings], database: Part[Database]
) -> SystemShown:
    """All processes and jobs, whichever process answers."""
    operator_from(settings, principal).require("figures")
    async with database.snapshot() as db:
        revision = await schema_revision(db)
        processes, ran = await seen_processes(db), await last_runs(db)
    return SystemShown(
        version=__version__,
        revision=revision,
        processes=[
            ProcessShown(host=one.host, pid=one.pid, seen_at=one.seen_at) for one in processes
        ],
        jobs=[JobShown(name=name, ran_at=ran_at) for name, ran_at in ran.items()],
    )


handlers: list[Any] = [show_waiting, show_system]
