"""Write transactions on PostgreSQL in few round trips.

A change that gives no rows waits, and is taken to change one row, until something depends on it or
the transaction ends; then all that wait are sent as one statement, which fails if one of them has
changed another number of rows. What only reads needs no BEGIN before the first change, and changes
that all go out at the end need none at all: one statement is a transaction. Where the guess was
wrong, nothing is written and the work is done again, statement by statement.

Statements that touch the same table are never sent together, since none would see what another
writes; rows that are only added are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from backend.db.direct_postgres import (
    PostgresConnection,
    PostgresPool,
    attached,
    renumbered,
    transaction,
)
from backend.db.hot import Rows, StatementPlan
from backend.db.postgres import KEEPS_STATEMENTS

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


def can_delay(engine: AsyncEngine) -> bool:
    """Whether hot statements go straight to the driver: not behind PgBouncer, and not while
    somebody listens to SQLAlchemy's statements."""
    sync = engine.sync_engine
    return bool(sync.get_execution_options()[KEEPS_STATEMENTS]) and not sync._has_events


async def write(pool: PostgresPool, work: Work[T]) -> T:
    """One write transaction; `work` may be run twice.

    Raises:
        StorageUnreachable: the server cannot be connected to.
    """
    connection = await attached(pool, DelayedConnection)
    try:
        result = await work(connection)
        await connection.commit_directly()
    except asyncio.CancelledError:
        connection.abandon()
        raise
    except Exception:
        if not connection.may_repeat:
            raise
    else:
        return result
    finally:
        await connection.end()
    async with transaction(pool, reading=False) as db:
        return await work(db)


async def read(pool: PostgresPool, work: Work[T]) -> T:
    """What `work` returns, if all that it reads is one hot statement, which needs no transaction.

    Raises:
        NeedsTransaction: it is not.
        StorageUnreachable: the server cannot be connected to.
    """
    connection = await attached(pool, OneReadConnection)
    try:
        return await work(connection)
    except asyncio.CancelledError:
        connection.abandon()
        raise
    except Exception as error:
        if connection.lost:  # perhaps in the pool already
            raise NeedsTransaction from error
        raise
    finally:
        await connection.end()


class NeedsTransaction(Exception):
    """More than one hot statement that only reads was wanted."""


class OneReadConnection(PostgresConnection):
    """A connection for a single statement. What is asked for after it, or is not hot, raises
    NeedsTransaction."""

    def __init__(self, pool: PostgresPool) -> None:
        super().__init__(pool)
        self._has_read = False

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """As PostgresConnection's."""
        if self.plan_of_read(statement, parameters) is None:
            raise NeedsTransaction
        self._read_once()
        return await super().execute(statement, parameters)

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Any]:
        """As PostgresConnection's."""
        self._read_once()
        return await super().fetch(sql, values)

    def _read_once(self) -> None:
        if self._has_read:
            raise NeedsTransaction
        self._has_read = True


class DelayedConnection(PostgresConnection):
    """A connection whose transaction begins late, and whose changes wait."""

    def __init__(self, pool: PostgresPool) -> None:
        super().__init__(pool)
        self._waiting: list[tuple[StatementPlan, list[Any]]] = []
        self._begun = False
        self._guessed = False
        self._changes_sent = False

    @property
    def may_repeat(self) -> bool:
        """Whether a failure may be due to a guess, or to a connection that was lost in the pool,
        and nothing can have been written."""
        if self.lost:
            return not self._changes_sent
        return self._guessed

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """As PostgresConnection's; a change that waits reports one row."""
        if (plan := self._plan_of(statement, parameters)) is None:
            await self._settle()
            self._changes_sent |= not self.lost
            return await super().execute(statement, parameters, **options)
        if self._must_follow(plan):
            await self._settle()
        if plan.changes and not plan.gives_rows:
            several = parameters if type(parameters) is list else [parameters]
            self._waiting += [(plan, plan.values(one)) for one in several]
            self._guessed = True
            return plan.rows((), 1)
        if not plan.changes and not plan.locks:
            return await super().execute(statement, parameters)
        await self._begin()
        if not self._waiting:
            self._changes_sent |= not self.lost
            return await super().execute(statement, parameters)
        return await self._send((plan, plan.values(parameters)))

    def plan_of_read(self, statement: Any, parameters: Any) -> StatementPlan | None:
        """As PostgresConnection's; None for one that must see a change that waits."""
        plan = super().plan_of_read(statement, parameters)
        return None if plan is None or self._must_follow(plan) else plan

    async def commit_directly(self) -> None:
        """Send what waits, and commit. Raises as PostgresConnection's."""
        if self._waiting:
            await self._send()
        if self._begun:
            await super().commit_directly()

    def _must_follow(self, plan: StatementPlan) -> bool:
        """Whether the statement has to see a change that waits, or to follow it."""
        return any(
            not one.tables.isdisjoint(plan.tables) and not (one.adds and plan.adds)
            for one, _ in self._waiting
        )

    async def _settle(self) -> None:
        """Begin, and send what waits."""
        await self._begin()
        if self._waiting:
            await self._send()

    async def _begin(self) -> None:
        if not self._begun:
            await self._say("BEGIN")
            self._begun = True

    async def _send(self, last: tuple[StatementPlan, list[Any]] | None = None) -> Rows:
        """Run what waits, and then `last`, whose rows are returned."""
        together = [*self._waiting, last] if last else self._waiting
        sql = _as_one(
            tuple(plan.sql for plan, _ in together),
            tuple(plan.may_miss for plan, _ in self._waiting),
            gives_rows=last is not None,
        )
        self._waiting = []
        self._changes_sent |= not self.lost
        raw = await self.fetch(sql, [value for _, values in together for value in values])
        if last is None:
            return Rows([], -1)
        # The last column tells a row from none.
        found = [row[:-1] for row in map(tuple, raw) if row[-1]]
        return last[0].rows(found, len(found))


@lru_cache(maxsize=256)
def _as_one(statements: Sequence[str], may_miss: Sequence[bool], *, gives_rows: bool) -> str:
    """One statement that runs all of them, the last one after the others, and fails if one that may
    not miss has not changed one row."""
    parts = renumbered(statements)
    changes = [f"c{n} AS ({sql} RETURNING 1)" for n, sql in enumerate(parts[: len(may_miss)])]
    counts = [
        f"(SELECT count(*) FROM c{n}) = 1" for n, missing in enumerate(may_miss) if not missing
    ]
    # OFFSET keeps the planner from putting off the counts until the last one has run.
    all_one = " AND ".join(counts) or "true"
    right = f"SELECT 1 / CASE WHEN {all_one} THEN 1 ELSE 0 END AS one OFFSET 0"
    if not gives_rows:
        return f"WITH {', '.join(changes)} {right}"
    return (
        f"WITH {', '.join(changes)}, last AS ({parts[-1]}) "
        f"SELECT given.* FROM ({right}) AS checked "
        "LEFT JOIN (SELECT *, true AS there FROM last) AS given ON checked.one = 1"
    )
