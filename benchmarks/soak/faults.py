"""What goes wrong during a soak, one thing after another, each taken back within seconds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import asyncpg

from backend.db import parse_address
from benchmarks.soak.stage import Part, Stage

Fault: TypeAlias = Callable[[Stage], Awaitable[None]]
OUTAGE_SECONDS: Final = 4.0
SLOW_SECONDS: Final = 10.0
FLUSH_MICROSECONDS: Final = 100_000
"""The longest that PostgreSQL takes for commit_delay."""


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


async def slow_disk(stage: Stage) -> None:
    """Every commit waits a tenth of a second for the disk, for a while."""
    async with slow_commits(stage.database.url):
        await asyncio.sleep(SLOW_SECONDS)


@asynccontextmanager
async def slow_commits(url: str) -> AsyncIterator[None]:
    """PostgreSQL waits before each flush of its log, as it would for a busy disk: its commit_delay,
    which asks for no open transactions beside it once commit_siblings is 0."""
    connection = await asyncpg.connect(parse_address(url).dsn)
    try:
        await connection.execute(f"ALTER SYSTEM SET commit_delay = {FLUSH_MICROSECONDS}")
        await connection.execute("ALTER SYSTEM SET commit_siblings = 0")
        await connection.execute("SELECT pg_reload_conf()")
        yield
    finally:
        await connection.execute("ALTER SYSTEM RESET commit_delay")
        await connection.execute("ALTER SYSTEM RESET commit_siblings")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.close()


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
    "slow disk": slow_disk,
}
