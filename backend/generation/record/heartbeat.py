"""The processes that own runs, and detection of dead ones.

A heartbeat is a counter. A process is considered dead once another saw the counter unchanged for a
while by its own monotonic clock; wall clocks are not compared, so clock jumps and differences do
not matter. On the same machine the process table is checked too.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database, hot, insert_new
from backend.errors import SettingsInvalid
from backend.generation.tables import owners, runs

BEAT_SECONDS = 2.0
DEAD_SECONDS = 15.0

_BEAT = hot(
    sa.update(owners)
    .where(owners.c.id == sa.bindparam("owner"))
    .values(beats=owners.c.beats + 1, beat_at=sa.bindparam("now"))
)
LIVING = sa.select(owners.c.id)
"""The processes that are alive, or not yet found dead."""
_RUNNING_OWNERS = sa.select(runs.c.owner).where(runs.c.state == "running").distinct()


class OwnerProcess(Struct, frozen=True):
    """A process that owns runs; `host` also tells process tables of one machine apart."""

    id: str
    host: str
    pid: int


def this_process(owner_id: str) -> OwnerProcess:
    """This process, under its id."""
    return OwnerProcess(owner_id, f"{socket.gethostname()}/{_process_table()}", os.getpid())


async def record_heartbeat(db: AsyncConnection, process: OwnerProcess, now: datetime) -> None:
    """Write the heartbeat, also if another process removed this one as dead."""
    if (await db.execute(_BEAT, {"owner": process.id, "now": now})).rowcount:
        return
    row = {"id": process.id, "host": process.host, "pid": process.pid, "beats": 1, "beat_at": now}
    await db.execute(insert_new(db, owners), row)


class ProcessSeen(Struct, frozen=True):
    """A web process, and its newest heartbeat. A dead one stays until another process notices."""

    host: str
    pid: int
    seen_at: datetime


async def seen_processes(db: AsyncConnection) -> list[ProcessSeen]:
    """Every web process that has not signed off, the one that beat last first."""
    newest = sa.select(owners).order_by(owners.c.beat_at.desc(), owners.c.id)
    rows = await db.execute(newest)
    return [ProcessSeen(row.host.partition("/")[0], row.pid, row.beat_at) for row in rows]


async def sign_off_process(db: AsyncConnection, process_id: str) -> None:
    """Remove the process, which owns no runs any more."""
    await db.execute(sa.delete(owners).where(owners.c.id == process_id))


class HeartbeatWatch:
    """One process's view of the others, kept between checks."""

    def __init__(self, process: OwnerProcess) -> None:
        self._process = process
        self._last_change: dict[str, tuple[int, float]] = {}
        self.beating: set[str] = set()
        """Other processes seen alive between the last two checks."""

    async def dead(self, db: AsyncConnection, monotonic: float) -> list[str]:
        """The ids of owners that are dead at `monotonic` seconds of this process's clock."""
        rows = (await db.execute(sa.select(owners))).all()
        self.beating.clear()
        known = {row.id for row in rows}
        found = [row.id for row in rows if self._is_dead(row, monotonic)]
        owning: Sequence[str] = (await db.execute(_RUNNING_OWNERS)).scalars().all()
        found += [owner for owner in owning if owner not in known and owner != self._process.id]
        self._last_change = {k: v for k, v in self._last_change.items() if k in known}
        return found

    def _is_dead(self, row: "sa.Row[Any]", monotonic: float) -> bool:
        if row.id == self._process.id:
            return False
        if row.host == self._process.host and not _lives(row.pid, self._process.pid):
            return True
        beats, since = self._last_change.get(row.id, (-1, monotonic))
        if beats != row.beats:
            if row.id in self._last_change:
                self.beating.add(row.id)
            self._last_change[row.id] = (row.beats, monotonic)
            return False
        return monotonic - since > DEAD_SECONDS


async def require_alone(database: Database, process: OwnerProcess, pause: float) -> None:
    """Check that no other process on this machine writes answers into the database: without Valkey
    neither could follow or stop the other's. `pause` is the seconds between two heartbeats.

    Raises:
        SettingsInvalid: there is one.
    """
    before = await _neighbours(database, process)
    if not before:
        return
    # The pid may belong to another program by now; only a heartbeat proves that it is ours.
    await asyncio.sleep(pause)
    after = await _neighbours(database, process)
    if any(after.get(owner, beats) != beats for owner, beats in before.items()):
        reason = "must be set: another process of Tanya already serves from this database"
        raise SettingsInvalid(name="VALKEY_URL", reason=reason)


async def _neighbours(database: Database, process: OwnerProcess) -> dict[str, int]:
    look = sa.select(owners).where(owners.c.host == process.host, owners.c.id != process.id)
    async with database.snapshot() as db:
        rows = (await db.execute(look)).all()
    return {row.id: row.beats for row in rows if _lives(row.pid, process.pid)}


def _lives(pid: int, own_pid: int) -> bool:
    """Whether the process may exist; one with our own pid is gone."""
    if pid == own_pid:
        return False
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _process_table() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""
