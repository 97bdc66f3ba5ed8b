"""Keeps SQLite's write-ahead log short.

Commits stay in the log until a checkpoint copies them into the database file, and the log is reused
only once all of it is copied. A PASSIVE checkpoint lets writers continue, so under steady writing
that never happens: at 30 new chats a second the log grew to 2 GB. Above `LOG_BYTES` the remainder
is therefore copied while the writer's lock is held.
"""

import asyncio
import os
import sqlite3
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

from backend.db.outages import outage_of
from backend.nursery import Nursery

LOG_BYTES: Final = 8 * 1024 * 1024
"""The size of the log above which writers wait until it is copied and reset."""
HOLD_SECONDS: Final = 0.1
"""The longest that writers wait for readers which still use the log."""
CHECKPOINT_SECONDS: Final = 2.0
LEAST_SECONDS: Final = 0.25
"""Between two checkpoints of a log that is long."""
COPY: Final = "PRAGMA wal_checkpoint(PASSIVE)"
EMPTY: Final = "PRAGMA wal_checkpoint(TRUNCATE)"
"""Also waits for readers and empties the log."""
LOOK_COMMITS: Final = 200
"""The log's length is looked at after so many commits, of ten kilobytes each as a rule."""


class WriteAheadLog:
    """The log of the database at `path`; `writer` is the lock of its only writer."""

    def __init__(self, path: str, writer: AbstractAsyncContextManager[Any]) -> None:
        self._path = path
        self._writer = writer
        self._commits = 0
        self._many_commits = asyncio.Event()
        # Kept open: a new connection reads the whole schema, which takes longer than the rest.
        self._connection: sqlite3.Connection | None = None

    def count_commit(self) -> None:
        """Note that something was committed."""
        self._commits += 1
        if self._commits % LOOK_COMMITS == 0:
            self._many_commits.set()

    def keep_short(self, nursery: Nursery) -> None:
        """Checkpoint every two seconds, and sooner when the log is long, until the process ends:
        hundreds of chats a second write tens of megabytes."""
        nursery.repeat(self._checkpoint_in_time, name="database-log", every=LEAST_SECONDS)

    async def _checkpoint_in_time(self) -> None:
        self._many_commits.clear()
        try:
            async with asyncio.timeout(CHECKPOINT_SECONDS):
                while log_bytes(self._path) <= LOG_BYTES:
                    await self._many_commits.wait()
                    self._many_commits.clear()
        except TimeoutError:
            pass  # as a rule
        await self.shorten()

    async def shorten(self) -> None:
        """Checkpoint now, in a thread.

        Raises:
            Unavailable: it cannot be done now, most likely because the disk is full. Nothing is
                lost.
        """
        if log_bytes(self._path) == 0:
            return
        await asyncio.to_thread(self._checkpoint, COPY)
        if log_bytes(self._path) > LOG_BYTES:
            async with self._writer:
                await asyncio.to_thread(self._checkpoint, EMPTY)

    def _checkpoint(self, statement: str) -> None:
        """Copy the log into the database file."""
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(
                    self._path, timeout=HOLD_SECONDS, check_same_thread=False
                )
            self._connection.execute(statement)
        except sqlite3.OperationalError as error:
            self.close()
            raise outage_of(error) or error from error

    def close(self) -> None:
        """Close its connection; the next checkpoint opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def log_bytes(path: str) -> int:
    """The size of the log of the database at `path`."""
    try:
        return os.stat(f"{path}-wal").st_size
    except FileNotFoundError:
        return 0
