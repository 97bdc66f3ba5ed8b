"""/api/console/system: which version runs, where, and when its jobs last did."""

from datetime import datetime
from typing import Any

from litestar import get

from backend import __version__
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


handlers: list[Any] = [show_system]
