"""The soak's slow disk is one: commits wait while it lasts, and no longer.

Exercises benchmarks/soak/faults.py.
"""

import time

import asyncpg
import pytest

from backend.db import parse_address
from benchmarks.services import postgres
from benchmarks.soak.faults import FLUSH_MICROSECONDS, slow_commits

pytestmark = pytest.mark.postgres
DELAY = FLUSH_MICROSECONDS / 1e6


async def quickest(connection: "asyncpg.Connection[asyncpg.Record]") -> float:
    """The least that a commit took, of some."""
    took = []
    for _ in range(5):
        begun = time.monotonic()
        await connection.execute("INSERT INTO written DEFAULT VALUES")
        took.append(time.monotonic() - begun)
    return min(took)


async def test_commits_wait_while_it_lasts() -> None:
    """Every commit takes the delay at least; afterwards one of some is quicker than it. The soak's
    own server: one that does not wait for its disk cannot wait longer for it."""
    with postgres() as server:
        connection = await asyncpg.connect(parse_address(server.url).dsn)
        try:
            await connection.execute("CREATE TABLE written (at timestamptz DEFAULT now())")
            async with slow_commits(server.url):
                await _settled(connection, str(FLUSH_MICROSECONDS))
                assert await quickest(connection) >= DELAY
            await _settled(connection, "0")
            assert await quickest(connection) < DELAY
        finally:
            await connection.close()


async def _settled(connection: "asyncpg.Connection[asyncpg.Record]", value: str) -> None:
    """Wait until the server has read its settings again."""
    until = time.monotonic() + 20
    while await connection.fetchval("SHOW commit_delay") != value:
        assert time.monotonic() < until, "the setting did not change"
