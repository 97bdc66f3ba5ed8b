"""SQLite's transactions, and statements in them, without SQLAlchemy's machinery where it can be
left out: see docs/decisions/0012-hot-statements.md."""

import asyncio
import sqlite3
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.db import direct_sqlite
from backend.db.direct_sqlite import RETRY_SECONDS, DirectConnection, is_passing
from backend.db.hot import Begun, Rows, plan_of


class PlainConnection(AsyncConnection):
    """Statements run as plain calls. SQLAlchemy runs each in a greenlet, so that it can await
    inside, which costs as much as the statement. It may be used for many transactions, one after
    another; `begun` is the open one."""

    begun: Begun | None = None
    direct: sqlite3.Connection | None = None
    """Where hot statements go while a transaction is open, unless something listens to events."""

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """As AsyncConnection's."""
        if (found := self._run_hot(statement, parameters)) is not None:
            return found
        try:
            return self._proxied.execute(statement, parameters, **options)
        except OperationalError as error:
            if not is_passing(error.orig):
                raise
        return await super().execute(statement, parameters, **options)  # where it can wait

    def _run_hot(self, statement: Any, parameters: Any) -> Rows | None:
        """The rows of a hot statement, or of the last of several; None for other statements and for
        those that have to wait.

        Raises:
            DBAPIError: of the subclass that SQLAlchemy would raise.
        """
        direct = self.direct
        if direct is None or not parameters:
            return None
        several = parameters if type(parameters) is list else [parameters]
        if (plan := plan_of(statement, several[0], self.sync_engine.dialect)) is None:
            return None
        try:
            for one in several:
                cursor = direct.execute(plan.sql, plan.values(one))
            if not plan.gives_rows:
                return Rows([], cursor.rowcount)
            rows = plan.rows(cursor.fetchall(), cursor.rowcount)
        except sqlite3.Error as error:
            if is_passing(error):
                return None
            raise _as_sqlalchemy(plan.sql, error) from error
        return rows


async def connect(engine: AsyncEngine) -> PlainConnection:
    """A connection of the pool's; `close` it at the end."""
    connection = PlainConnection(engine)
    await connection.start()
    return connection


class Transaction:
    """One transaction: commits on success, rolls back on any error and always for readers.

    While it holds the lock it awaits nothing itself. SQLAlchemy hears of it only where a statement
    is not hot: its own transactions cost as much as several statements. It is no generator, which
    would cost as much as a statement too.
    """

    __slots__ = ("_connection", "_direct", "_reading", "_sync")

    def __init__(self, connection: PlainConnection, *, reading: bool) -> None:
        assert connection.sync_connection is not None
        self._connection = connection
        self._reading = reading
        self._sync = connection.sync_connection
        self._direct: Any = self._sync.connection.dbapi_connection

    async def __aenter__(self) -> PlainConnection:
        connection, sync = self._connection, self._sync
        self._direct.reading = self._reading
        try:
            if sync._has_events or sync.engine._has_events:
                sync.begin()
            else:
                await _begin(self._direct)
                connection.direct = self._direct.driver_connection
        except BaseException:
            self._undo()
            raise
        connection.begun = Begun()
        return connection

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None and not self._reading:
                _end(self._sync, self._direct)
        finally:
            self._undo()

    def _undo(self) -> None:
        self._connection.begun = self._connection.direct = None
        self._sync.rollback()
        # After a commit that failed, SQLite is still in the transaction and SQLAlchemy is not.
        self._direct.rollback()


async def _begin(direct: DirectConnection) -> None:
    """Begin, waiting for another process's lock without blocking the loop."""
    give_up = time.monotonic() + direct_sqlite.BUSY_SECONDS
    while True:
        try:
            return direct.begin()
        except sqlite3.OperationalError as error:
            if not is_passing(error) or time.monotonic() > give_up:
                raise _as_sqlalchemy("BEGIN", error) from error
            await asyncio.sleep(RETRY_SECONDS)


def _end(sync: sa.Connection, direct: DirectConnection) -> None:
    """Commit, where it was begun."""
    if sync.get_transaction() is not None:
        sync.commit()
        return
    try:
        direct.commit()
    except sqlite3.Error as error:
        raise _as_sqlalchemy("COMMIT", error) from error


def _as_sqlalchemy(sql: str, error: sqlite3.Error) -> Any:
    """The exception that SQLAlchemy would raise for the driver's."""
    return DBAPIError.instance(sql, None, error, sqlite3.Error, hide_parameters=True)
