"""/health/live: the process answers. /health/ready: it can do its work."""

import asyncio
from typing import Any

import sqlalchemy as sa
from litestar import Response, get

from backend.db import Database
from backend.web.parts import Part

READY_SECONDS = 2.0


class Readiness:
    """What this process knows of its own state."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.draining = False

    async def check(self) -> dict[str, str]:
        """Each part's state: `ok`, or one word for what is wrong."""
        return {
            "database": await self._database_state(),
            "process": "draining" if self.draining else "ok",
        }

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


@get("/health/ready", tags=["Health"], summary="Whether new requests should come here")
async def ready(readiness: Part[Readiness]) -> Response[dict[str, Any]]:
    """200 when new requests may come, 503 while draining or without a database."""
    checks = await readiness.check()
    fine = all(state == "ok" for state in checks.values())
    return Response(
        {"status": "ok" if fine else "unavailable", "checks": checks},
        status_code=200 if fine else 503,
    )
