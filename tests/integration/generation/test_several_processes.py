"""Two processes with one database and no Valkey: refused on one machine, reported on several.

Exercises backend/runlog/valkey/pump.py, backend/runlog/valkey/mirror.py,
backend/runlog/valkey/scripts.py, backend/runlog/valkey/sealing.py.
"""

import asyncio
import os
import sys

import pytest
from structlog.testing import capture_logs

from backend.db import Database
from backend.errors import SettingsInvalid
from backend.generation.fakes import RecordedReceipts
from backend.generation.record.heartbeat import (
    OwnerProcess,
    record_heartbeat,
    require_alone,
    this_process,
)
from backend.generation.record.reaper import WARN_SECONDS, RunReaper
from backend.nursery import Nursery
from backend.runlog.memory import MemoryLog
from backend.runlog.person_events import LocalPersonEvents
from tests.conftest import Clock

HERE = this_process("here")


async def beat(database: Database, process: OwnerProcess, clock: Clock) -> None:
    """Store one heartbeat."""
    async with database.unit_of_work() as db:
        await record_heartbeat(db, process, clock())


async def test_a_second_process_on_the_machine_is_refused(database: Database, clock: Clock) -> None:
    """The other process is alive and beats: this one says that VALKEY_URL must be set, and
    exits."""
    other = OwnerProcess("other", HERE.host, os.getppid())
    await beat(database, other, clock)
    async with Nursery() as nursery:
        nursery.repeat(lambda: beat(database, other, clock), name="other", every=0.01)
        with pytest.raises(SettingsInvalid) as caught:
            await require_alone(database, HERE, 0.5)
    assert caught.value.details["name"] == "VALKEY_URL"


async def test_remains_of_a_crash_refuse_nobody(database: Database, clock: Clock) -> None:
    """Not a process that is gone, not one whose pid another program has by now, and not one on
    another machine, which can only be detected later."""
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    await beat(database, OwnerProcess("gone", HERE.host, gone.pid), clock)
    await beat(database, OwnerProcess("reused", HERE.host, os.getppid()), clock)
    await beat(database, OwnerProcess("elsewhere", "other host/pid:[1]", 7), clock)
    await require_alone(database, HERE, 0.0)


async def test_a_process_on_another_machine_is_logged(database: Database, clock: Clock) -> None:
    """An error is logged once a minute while the other one beats, and never for the remains of a
    crash."""
    now = 0.0
    reaper = RunReaper(
        database,
        MemoryLog(),
        LocalPersonEvents(),
        RecordedReceipts(),
        HERE,
        clock,
        lambda: now,
    )
    other = OwnerProcess("elsewhere", "other host/pid:[1]", 7)
    with capture_logs() as said:
        await beat(database, other, clock)
        await reaper.reap()
        await reaper.reap()
        assert not said
        for _ in range(4):
            now += WARN_SECONDS / 2
            await beat(database, other, clock)
            await reaper.reap()
    assert [one["event"] for one in said] == ["several_processes_without_valkey"] * 2
