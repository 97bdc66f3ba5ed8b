"""The processes that own runs, and how one is known to be dead.

A beat is a counter, and a process is dead when another has watched it stand still for a while
by its own monotonic clock: no wall clock is compared, so neither a jump nor a difference
between machines kills anybody. On the same machine the process table knows it at once.
"""

import os
import socket
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import insert_new
from backend.generation.tables import owners, runs

BEAT_SECONDS = 2.0
DEAD_SECONDS = 15.0

_BEAT = (
    sa.update(owners)
    .where(owners.c.id == sa.bindparam("owner"))
    .values(beats=owners.c.beats + 1, beat_at=sa.bindparam("now"))
)
LIVING = sa.select(owners.c.id)
"""The processes that live, or have not been found dead yet."""
_RUNNING_OWNERS = sa.select(runs.c.owner).where(runs.c.state == "running").distinct()


class Process(Struct, frozen=True):
    """A process that owns runs; `host` also tells process tables of one machine apart."""

    id: str
    host: str
    pid: int


def this_process(owner_id: str) -> Process:
    """This process under the id it has chosen."""
    return Process(owner_id, f"{socket.gethostname()}/{_process_table()}", os.getpid())


async def beat(db: AsyncConnection, process: Process, now: datetime) -> None:
    """Show that the process lives; also if another took it for dead and removed it."""
    if (await db.execute(_BEAT, {"owner": process.id, "now": now})).rowcount:
        return
    row = {"id": process.id, "host": process.host, "pid": process.pid, "beats": 1, "beat_at": now}
    await db.execute(insert_new(db, owners), row)


async def sign_off(db: AsyncConnection, process_id: str) -> None:
    """The process owns nothing any more."""
    await db.execute(sa.delete(owners).where(owners.c.id == process_id))


class Watch:
    """One process's view of the others, kept between looks."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._last_change: dict[str, tuple[int, float]] = {}

    async def dead(self, db: AsyncConnection, monotonic: float) -> list[str]:
        """The ids of owners that are dead at `monotonic` seconds of this process's clock."""
        rows = (await db.execute(sa.select(owners))).all()
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
            self._last_change[row.id] = (row.beats, monotonic)
            return False
        return monotonic - since > DEAD_SECONDS


def _lives(pid: int, own_pid: int) -> bool:
    """Whether there may be such a process; one that had our own pid is surely gone."""
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
