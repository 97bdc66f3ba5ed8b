"""/health/live: the process responds. /health/ready: it can serve requests."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

import sqlalchemy as sa
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec

from backend.db import Database
from backend.web.api.wire import Shown
from backend.web.parts import Part

READY_SECONDS = 2.0
MIN_FREE_BYTES = 64 * 1024 * 1024
"""With less space in the data directory the process is not ready."""


class AnsweringModels(Protocol):
    """What readiness needs from the room of models."""

    @property
    def can_answer(self) -> bool:
        """Whether any model could be asked now."""
        ...


class Readiness:
    """The state of this process."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        valkey_url: str,
        models: AnsweringModels,
        failing_tasks: Callable[[], list[str]],
    ) -> None:
        self._database = database
        self._data_dir = data_dir
        self._valkey_url = valkey_url
        self._models = models
        self.failing_tasks = failing_tasks
        self.draining = False

    async def check(self) -> dict[str, str]:
        """The state of each part: `ok`, or one word for the problem."""
        checks = {
            "database": await self._database_state(),
            "disk": self._disk_state(),
            "models": "ok" if self._models.can_answer else "none",
            "process": "draining" if self.draining else "ok",
        }
        if self._valkey_url:
            checks["valkey"] = await self._valkey_state()
        return checks

    def _disk_state(self) -> str:
        try:
            free = shutil.disk_usage(self._data_dir).free
        except OSError:
            return "unreachable"
        return "ok" if free >= MIN_FREE_BYTES else "full"

    async def _valkey_state(self) -> str:
        from backend.valkey_client import UNREACHABLE, open_valkey

        valkey = open_valkey(self._valkey_url, socket_connect_timeout=READY_SECONDS)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await valkey.ping()
        except UNREACHABLE:
            return "unreachable"
        finally:
            await valkey.aclose()
        return "ok"

    async def _database_state(self) -> str:
        try:
            async with asyncio.timeout(READY_SECONDS), self._database.snapshot() as db:
                await db.execute(sa.text("SELECT 1"))
        except Exception:
            return "unreachable"
        return "ok"


@get("/health/live", tags=["Health"], summary="Whether the process answers", sync_to_thread=False)
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


class ReadinessShown(Shown, frozen=True):
    """`checks` holds each part's state: `ok`, or one word for what is wrong. `failingTasks` names
    background tasks whose last turns have all failed; requests can be answered all the same."""

    status: Literal["ok", "unavailable"]
    checks: dict[str, str]
    failing_tasks: list[str]


NOT_READY = {
    503: ResponseSpec(ReadinessShown, description="New requests should go elsewhere for now")
}


@get(
    "/health/ready",
    tags=["Health"],
    summary="Whether new requests should come here",
    responses=NOT_READY,
)
async def ready(readiness: Part[Readiness]) -> Response[ReadinessShown]:
    """200 when new requests may come; 503 while draining, without a database, Valkey or room on
    the disk, or when no model can answer."""
    checks = await readiness.check()
    fine = all(state == "ok" for state in checks.values())
    return Response(
        ReadinessShown(
            status="ok" if fine else "unavailable",
            checks=checks,
            failing_tasks=readiness.failing_tasks(),
        ),
        status_code=200 if fine else 503,
    )
