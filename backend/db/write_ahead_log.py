"""Keeps SQLite's write-ahead log short.

Commits stay in the log until a checkpoint copies them into the database file, and the log is reused
only once all of it is copied. A PASSIVE checkpoint lets writers continue, so under steady writing
that never happens: at 30 new chats a second the log grew to 2 GB. Above `LOG_BYTES` the remainder
is therefore copied while the writer's lock is held.
"""

import asyncio
import os
import sqlite3
from contextlib import AbstractAsyncContextManager, closing
from typing import Any, Final, Literal

from backend.db.outages import outage_of

LOG_BYTES: Final = 8 * 1024 * 1024
"""The size of the log above which writers wait until it is copied and reset."""
HOLD_SECONDS: Final = 0.1
"""The longest that writers wait for readers which still use the log."""


async def keep_short(path: str, writer: AbstractAsyncContextManager[Any]) -> None:
    """Check the log of the database at `path` once; `writer` is the lock of its only writer.

    Raises:
        Unavailable: the log could not be copied now, most likely because the disk is full.
    """
    if log_bytes(path) == 0:
        return
    await asyncio.to_thread(_checkpoint, path, "PASSIVE")
    if log_bytes(path) > LOG_BYTES:
        async with writer:
            await asyncio.to_thread(_checkpoint, path, "TRUNCATE")


def log_bytes(path: str) -> int:
    """The size of the log of the database at `path`."""
    try:
        return os.stat(f"{path}-wal").st_size
    except FileNotFoundError:
        return 0


def _checkpoint(path: str, mode: Literal["PASSIVE", "TRUNCATE"]) -> None:
    """Copy the log into the database file; TRUNCATE also waits for readers and empties it."""
    statement = f"PRAGMA wal_checkpoint({mode})"
    try:
        with closing(sqlite3.connect(path, timeout=HOLD_SECONDS)) as connection:
            connection.execute(statement)
    except sqlite3.OperationalError as error:
        raise outage_of(error) or error from error
