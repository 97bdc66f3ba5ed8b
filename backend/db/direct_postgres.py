"""Transactions on PostgreSQL, whose hot statements go straight to asyncpg.

SQLAlchemy runs each statement in a greenlet behind an adapter of the driver, pings a connection
before it hands it out and begins a transaction for the ping: more work than the statement, and four
round trips that do nothing. Here BEGIN is the ping, a statement marked `hot` is one round trip, and
all else still goes through SQLAlchemy on the same connection.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.db.hot import Begun, Rows, StatementPlan, plan_of
from backend.db.outages import RETRY_SECONDS
from backend.db.postgres import KEEPS_STATEMENTS
from backend.errors import StorageUnreachable

_BEGIN: Final = "BEGIN"
_BEGIN_READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ"
"""All statements of a reader see the same moment."""
_CHANGED: Final = re.compile(r"(?:SELECT|UPDATE|DELETE|INSERT \d+) (\d+)")
_PARAMETER: Final = re.compile(r"\$(\d+)")

KEPT_CONNECTIONS: Final = 4
"""The most connections that stay out of SQLAlchemy's pool between two transactions."""

Connection = TypeVar("Connection", bound="PostgresConnection")


class PostgresPool:
    """The engine's pool, in front of which a few idle connections are kept: taking one out of
    SQLAlchemy's pool and putting it back costs more than a short statement.

    None is kept while all of the pool's are in use, since others may wait for one, nor while
    somebody listens to the engine.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._idle: list[PostgresConnection] = []

    def take(self) -> "PostgresConnection | None":
        """The connection that was used last, if one is kept."""
        return self._idle.pop() if self._idle else None

    def keep(self, connection: "PostgresConnection") -> bool:
        """Keep a connection whose transaction is over; False if it belongs into the pool."""
        pool: Any = self.engine.pool
        has_room = len(self._idle) < KEPT_CONNECTIONS and pool.checkedout() < pool.size()
        is_over = not (connection.closed or connection.lost or connection.in_transaction())
        if not has_room or not is_over or self.engine.sync_engine._has_events:
            return False
        self._idle.append(connection)
        return True

    async def close(self) -> None:
        """Put all of them back, before the engine is disposed of."""
        while (one := self.take()) is not None:
            await one.close()


class PostgresConnection(AsyncConnection):
    """A connection for one transaction, `begun`, which is begun and ended here. For SQLAlchemy it
    commits each statement, so that SQLAlchemy neither begins nor ends anything."""

    _driver: Any
    _adapter: Any
    _prepared: dict[str, Any]

    def __init__(self, pool: PostgresPool) -> None:
        super().__init__(pool.engine)
        self._pool = pool
        self.begun = Begun()

    def adopt(self, idle: "PostgresConnection") -> None:
        """Go on with a connection that was kept."""
        self.sync_connection = idle.sync_connection
        self._driver, self._adapter, self._prepared = idle._driver, idle._adapter, idle._prepared

    async def attach(self) -> None:
        """Take a connection of the pool's; what was lost in the pool is noticed later."""
        raw = await self.get_raw_connection()
        self._driver = raw.driver_connection
        self._adapter = raw.dbapi_connection
        # Each connection to the server has prepared statements of its own.
        self._prepared = raw.info.setdefault("prepared", {})

    async def begin_directly(self, *, reading: bool) -> None:
        """Begin.

        Raises:
            DBAPIError: the connection was lost in the pool, or the server refuses.
        """
        await self._say(_BEGIN_READING if reading else _BEGIN)

    async def commit_directly(self) -> None:
        """Commit.

        Raises:
            DBAPIError: it failed; nothing was written unless the connection was lost meanwhile.
        """
        await self._say("COMMIT")

    async def end(self) -> None:
        """Roll back what is not committed, and release the connection.

        A connection that still waits for the server, as after a cancellation, is closed, since the
        server may still be working.
        """
        try:
            if self._driver.is_in_transaction():
                await self._driver.execute("ROLLBACK")
        except Exception:
            self._driver.terminate()
        finally:
            if not self._pool.keep(self):
                await self.close()

    def abandon(self) -> None:
        """Close the connection at once; the server rolls the transaction back."""
        self._driver.terminate()

    @property
    def lost(self) -> bool:
        """Whether the connection is closed."""
        return bool(self._driver.is_closed())

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """As AsyncConnection's."""
        if (plan := self._plan_of(statement, parameters)) is None:
            return await super().execute(statement, parameters, **options)
        try:
            if type(parameters) is list:
                return await self._run_each(plan, parameters)
            return await self._run(plan, parameters)
        except Exception as error:
            self._prepared.pop(plan.sql, None)  # it may be from before a migration
            raise self._as_sqlalchemy(plan.sql, error) from error

    def plan_of_read(self, statement: Any, parameters: Any) -> StatementPlan | None:
        """The plan of a hot statement that only reads, and that needs to see no change that waits;
        None for others."""
        plan = self._plan_of(statement, parameters)
        return None if plan is None or plan.changes or plan.locks else plan

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """The driver's rows of a statement made of hot ones.

        Raises:
            DBAPIError: as `execute`.
        """
        try:
            return list(await (await self._prepare(sql)).fetch(*values))
        except Exception as error:
            self._prepared.pop(sql, None)
            raise self._as_sqlalchemy(sql, error) from error

    def _plan_of(self, statement: Any, parameters: Any) -> StatementPlan | None:
        if not parameters:
            return None
        sync = self._proxied
        if sync._has_events or sync.engine._has_events:
            return None
        if not sync.get_execution_options()[KEEPS_STATEMENTS]:
            return None
        first = parameters[0] if type(parameters) is list else parameters
        return plan_of(statement, first, sync.dialect)

    async def _run_each(self, plan: StatementPlan, several: Sequence[Any]) -> Rows:
        """Run it with each of several sets of parameters, in one round trip; neither rows nor row
        counts are returned."""
        prepared = await self._prepare(plan.sql)
        await prepared.executemany([plan.values(one) for one in several])
        return plan.rows((), -1)

    async def _prepare(self, sql: str) -> Any:
        if (prepared := self._prepared.get(sql)) is None:
            prepared = self._prepared[sql] = await self._driver.prepare(sql)
        return prepared

    async def _run(self, plan: StatementPlan, parameters: Any) -> Rows:
        prepared = await self._prepare(plan.sql)
        raw: Sequence[Any] = await prepared.fetch(*plan.values(parameters))
        changed = _CHANGED.match(prepared.get_statusmsg() or "")
        return plan.rows(raw, int(changed[1]) if changed else -1)

    async def _say(self, command: str) -> None:
        try:
            done = await self._driver.execute(command)
        except Exception as error:
            raise self._as_sqlalchemy(command, error) from error
        if command == "COMMIT" and done != command:
            raise RuntimeError("a statement had failed, so that nothing was committed")

    def _as_sqlalchemy(self, sql: str, error: Exception) -> Exception:
        """The error that SQLAlchemy would raise, without parameters: they hold messages."""
        dialect: Any = self._proxied.dialect
        try:
            self._adapter._handle_exception(error)
        except dialect.dbapi.Error as translated:
            known: DBAPIError = DBAPIError.instance(
                sql,
                None,
                translated,
                dialect.dbapi.Error,
                hide_parameters=True,
                connection_invalidated=self.lost,
                dialect=dialect,
            )
            return known
        except Exception as other:
            return other
        return error


@asynccontextmanager
async def transaction(pool: PostgresPool, *, reading: bool) -> AsyncIterator[AsyncConnection]:
    """One transaction: commits on success, rolls back on any error and always for readers.

    Raises:
        StorageUnreachable: the server cannot be connected to.
    """
    connection = await _begun(pool, reading)
    try:
        yield connection
        if not reading:
            await connection.commit_directly()
    except asyncio.CancelledError:
        connection.abandon()
        raise
    finally:
        await connection.end()


async def attached(pool: PostgresPool, kind: type[Connection]) -> Connection:
    """A connection, with one of the pool's that is not known to be lost.

    Raises:
        StorageUnreachable: the server cannot be connected to.
    """
    while True:
        connection = kind(pool)
        if (idle := pool.take()) is not None:
            connection.adopt(idle)
        else:
            await _connect(connection)
        if not connection.lost:
            return connection
        await connection.invalidate()
        await connection.close()


async def _connect(connection: PostgresConnection) -> None:
    try:
        await connection.start()
    except OSError as error:  # raised by the driver for no route, no such name, no response
        raise StorageUnreachable(retry_after=RETRY_SECONDS) from error
    await connection.attach()


async def _begun(pool: PostgresPool, reading: bool) -> PostgresConnection:
    """A connection in a transaction. Connections that were lost in the pool are dropped: after a
    restart of the server that can be all of them."""
    sized: Any = pool.engine.pool
    lost_at_most = sized.size()
    while True:
        connection = await attached(pool, PostgresConnection)
        try:
            await connection.begin_directly(reading=reading)
        except BaseException:
            lost = connection.lost
            await connection.invalidate()
            await connection.close()
            lost_at_most -= 1
            if not lost or lost_at_most < 0:
                raise
        else:
            return connection


def renumbered(statements: Sequence[str]) -> list[str]:
    """The statements with parameters numbered from the first to the last of all of them."""
    parts, before = [], 0
    for sql in statements:
        last = 0

        def moved(found: re.Match[str], before: int = before) -> str:
            nonlocal last
            last = max(last, int(found[1]))
            return f"${before + int(found[1])}"

        parts.append(_PARAMETER.sub(moved, sql))
        before += last
    return parts
