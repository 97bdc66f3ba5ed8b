"""What goes wrong during a soak, one thing after another, each taken back within seconds."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from benchmarks.soak.stage import Part, Stage

Fault: TypeAlias = Callable[[Stage], Awaitable[None]]
OUTAGE_SECONDS: Final = 4.0


async def kill_web(stage: Stage) -> None:
    """kill -9 of the web process to which Telegram brings its updates."""
    await _kill(stage.webs[1])


async def kill_worker(stage: Stage) -> None:
    """kill -9 of the worker."""
    await _kill(stage.worker)


async def restart_valkey(stage: Stage) -> None:
    """Valkey crashes and comes back empty: every log and rate is gone."""
    await asyncio.to_thread(stage.valkey.restart)


async def restart_postgres(stage: Stage) -> None:
    """PostgreSQL is stopped, which ends every connection, and started."""
    await asyncio.to_thread(stage.database.restart)


async def provider_outage(stage: Stage) -> None:
    """The provider is gone in the middle of its answers, and back after a while."""
    stage.provider.kill()
    await asyncio.sleep(OUTAGE_SECONDS)
    stage.provider.start()
    await stage.provider.await_ready()


async def _kill(part: Part) -> None:
    part.kill()
    part.start()
    await part.await_ready()


FAULTS: Final[dict[str, Fault]] = {
    "kill -9 web": kill_web,
    "Valkey restart": restart_valkey,
    "kill -9 worker": kill_worker,
    "PostgreSQL restart": restart_postgres,
    "provider outage": provider_outage,
}
