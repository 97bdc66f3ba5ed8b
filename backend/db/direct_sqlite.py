"""SQLite called directly on the event loop's thread.

aiosqlite runs each call in a thread: three or four context switches a statement, which cost several
times the statement itself. SQLite in WAL mode answers these small statements from memory in
microseconds, so the switches are saved, and SQLAlchemy's greenlets where nothing blocks. Two things
that would block stay off the loop: a lock held by another process is waited for with
`asyncio.sleep`, and checkpoints (the only step that waits for the disk) run in a thread, see
`write_ahead_log`.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Generator, Iterator, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite.base import SQLiteExecutionContext
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util import await_only
from sqlalchemy.util.concurrency import in_greenlet

BUSY_SECONDS: Final = 5.0
"""How long to wait for another process's lock before giving up."""
RETRY_SECONDS: Final = 0.002

# Errors that go away once a lock is released. SQLITE_BUSY_SNAPSHOT is not one of them: waiting does
# not resolve it.
_PASSING: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY}


def is_passing(error: BaseException | None) -> bool:
    """Whether it goes away once a lock is released."""
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode in _PASSING


class _Nothing(Awaitable[None]):
    """Completes at once. SQLAlchemy requires that an asynchronous driver awaits something."""

    def __await__(self) -> Generator[Any, None, None]:
        yield from ()


_NOTHING: Final = _Nothing()


class DirectCursor:
    """A cursor whose rows are all fetched when it executes, unless it streams."""

    def __init__(self, connection: sqlite3.Connection, server_side: bool) -> None:
        self._cursor = connection.cursor()
        self._rows: list[Any] | None = None
        self.server_side = server_side
        self.arraysize = 1

    @property
    def description(self) -> Any:
        """What the columns are called."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The last row inserted."""
        return self._cursor.lastrowid

    def execute(self, operation: str, parameters: Any = ()) -> None:
        """Run a statement, waiting for a lock without blocking the loop."""
        self._run(self._cursor.execute, operation, parameters or ())

    def executemany(self, operation: str, parameters: Sequence[Any]) -> None:
        """Run a statement for each set of parameters."""
        self._run(self._cursor.executemany, operation, parameters)

    def _run(self, call: Any, operation: str, parameters: Any) -> None:
        if in_greenlet():
            self._wait_and_run(call, operation, parameters)
        else:
            call(operation, parameters)
        if self._cursor.description is not None and not self.server_side:
            self._rows = self._cursor.fetchall()
            self._rows.reverse()

    def _wait_and_run(self, call: Any, operation: str, parameters: Any) -> None:
        await_only(_NOTHING)
        give_up = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                call(operation, parameters)
                break
            except sqlite3.OperationalError as error:
                if not is_passing(error) or time.monotonic() > give_up:
                    raise
                await_only(asyncio.sleep(RETRY_SECONDS))

    def fetchone(self) -> Any:
        """The next row."""
        if self._rows is None:
            return self._cursor.fetchone()
        return self._rows.pop() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        """The next rows."""
        size = size or self.arraysize
        if self._rows is None:
            return self._cursor.fetchmany(size)
        return [self._rows.pop() for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        """The rows left."""
        if self._rows is None:
            return self._cursor.fetchall()
        rows, self._rows = self._rows[::-1], []
        return rows

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def setinputsizes(self, *sizes: Any) -> None:
        """SQLite has no use for it."""

    async def _async_soft_close(self) -> None:
        """Required by SQLAlchemy of asynchronous cursors."""

    def close(self) -> None:
        """Release the statement."""
        self._cursor.close()


class DirectConnection:
    """A connection with the interface that SQLAlchemy expects of an asynchronous driver."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.driver_connection = connection
        self.reading = False

    def begin(self) -> None:
        """Writers take the lock at once, since upgrading a read lock can fail mid-transaction."""
        if not self.driver_connection.in_transaction:
            begin = "BEGIN" if self.reading else "BEGIN IMMEDIATE"
            # Where SQLAlchemy begins, the cursor can wait for another process's lock.
            run = self.cursor().execute if in_greenlet() else self.driver_connection.execute
            run(begin)

    def cursor(self, server_side: bool = False) -> DirectCursor:
        """A new cursor."""
        return DirectCursor(self.driver_connection, server_side)

    def commit(self) -> None:
        """Write to the log; with synchronous=NORMAL nothing waits for the disk."""
        self.driver_connection.commit()

    def rollback(self) -> None:
        """Undo."""
        self.driver_connection.rollback()

    def close(self) -> None:
        """Close."""
        self.driver_connection.close()

    def terminate(self) -> None:
        """Close, from wherever."""
        self.driver_connection.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver_connection, name)


class _Context(SQLiteExecutionContext):
    def create_server_side_cursor(self) -> Any:
        return self._dbapi_connection.cursor(server_side=True)


class DirectDialect(SQLiteDialect_pysqlite):
    """SQLAlchemy's SQLite over `DirectConnection`."""

    driver = "direct"
    is_async = True
    has_terminate = True
    supports_statement_cache = True
    supports_server_side_cursors = True
    execution_ctx_cls = _Context

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[Pool]:
        """Whether there are several connections: readers and the writer."""
        return AsyncAdaptedQueuePool

    def connect(self, *args: Any, **options: Any) -> Any:
        """Open a connection that raises on a locked database instead of blocking."""
        return DirectConnection(sqlite3.connect(*args, **{**options, "timeout": 0}))

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin here, not in an event hook: with one, SQLAlchemy looks for hooks at every step of
        every statement."""
        dbapi_connection.dbapi_connection.begin()

    def do_terminate(self, dbapi_connection: Any) -> None:
        """Close a discarded connection."""
        dbapi_connection.terminate()

    def get_driver_connection(self, connection: Any) -> Any:
        """The connection of Python's own module."""
        return connection.driver_connection


sa.dialects.registry.register("sqlite.direct", __name__, "DirectDialect")
