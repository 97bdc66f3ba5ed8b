"""Checks across processes: a live worker, a shared log, enough database connections."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from backend.db import Database
from backend.doctor.finding import REACH_SECONDS, Finding, kind_of
from backend.generation.tables import owners
from backend.settings import Settings
from backend.tasks.tables import job_runs
from backend.valkey_client import count_servers, open_valkey

WORKER_SILENT = timedelta(minutes=5)
"""A live worker runs some job every minute."""
WEB_SILENT = timedelta(seconds=30)
"""A live web process writes a heartbeat every two seconds."""


async def check_processes(settings: Settings, now: datetime) -> AsyncIterator[Finding]:
    """Findings that need the database; none if it does not answer."""
    database = Database.open(settings.database, pool_size=1)
    try:
        async with asyncio.timeout(REACH_SECONDS), database.snapshot() as db:
            ran_at = (await db.execute(sa.select(sa.func.max(job_runs.c.ran_at)))).scalar()
            beating = owners.c.beat_at > now - WEB_SILENT
            counted = sa.select(sa.func.count()).select_from(owners).where(beating)
            web = (await db.execute(counted)).scalar_one()
            limit = None
            if db.dialect.name == "postgresql":
                limit = int((await db.execute(sa.text("SHOW max_connections"))).scalar_one())
    except Exception:
        yield await _valkey(settings, 0)
        return  # the database's own check reports that
    finally:
        await database.close()
    yield await _valkey(settings, web)
    yield _worker(settings, ran_at, now)
    if limit is not None:
        yield connections(settings, web, limit)


async def _valkey(settings: Settings, web: int) -> Finding:
    if not settings.valkey_url:
        if web > 1:
            state = f"not used, and {web} web processes run: neither can follow the other's answers"
            return Finding("valkey", state, "set VALKEY_URL, or run one")
        return Finding("valkey", "not used: one process only")
    client = open_valkey(settings.valkey_url, socket_connect_timeout=REACH_SECONDS)
    try:
        async with asyncio.timeout(REACH_SECONDS):
            await client.ping()
            servers = await count_servers(client)
    except Exception as error:
        state = f"cannot be reached ({kind_of(error)})"
        return Finding("valkey", state, "check VALKEY_URL and the server")
    finally:
        await client.aclose()
    return Finding("valkey", f"answers, a cluster of {servers}" if servers else "answers")


def _worker(settings: Settings, ran_at: datetime | None, now: datetime) -> Finding:
    if settings.local:
        return Finding("worker", "not needed: the server runs the jobs itself")
    mend = "start tanya worker: without it nothing is delivered late, renewed or cleaned up"
    if ran_at is None:
        return Finding("worker", "has never run", mend)
    if now - ran_at > WORKER_SILENT:
        return Finding("worker", f"has not run since {ran_at:%Y-%m-%d %H:%M} UTC", mend)
    return Finding("worker", "lives")


def connections(settings: Settings, web: int, limit: int) -> Finding:
    """Whether every process may open its whole pool, one worker and one more web process counted:
    while a new version starts, the old one still runs."""
    pool = settings.database_pool_size
    wanted = pool * (web + 2)
    if wanted > limit:
        state = f"{web} + 2 processes × {pool} may want {wanted}, the server has {limit}"
        return Finding("connections", state, "lower DATABASE_POOL_SIZE, or use PgBouncer")
    return Finding("connections", f"at most {wanted} of the server's {limit}")
