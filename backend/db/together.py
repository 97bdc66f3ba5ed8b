"""Several reads at once, where each round trip to the database counts.

On PostgreSQL the reads run side by side, and once each of them waits for a statement, all their
statements are sent as one. On SQLite a statement takes microseconds, and they run in turn.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any, TypeAlias, TypeVar, cast, overload

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db.direct_postgres import PostgresConnection, renumbered
from backend.db.hot import Rows, StatementPlan

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
Read: TypeAlias = Callable[[AsyncConnection], Awaitable[A]]


@overload
async def read_together(db: AsyncConnection, a: Read[A], b: Read[B], /) -> tuple[A, B]: ...
@overload
async def read_together(
    db: AsyncConnection, a: Read[A], b: Read[B], c: Read[C], /
) -> tuple[A, B, C]: ...
@overload
async def read_together(
    db: AsyncConnection, a: Read[A], b: Read[B], c: Read[C], d: Read[D], /
) -> tuple[A, B, C, D]: ...
async def read_together(db: AsyncConnection, *reads: Read[Any]) -> tuple[Any, ...]:
    """What the reads return. Each is given the connection to use, and must only read.

    Raises whatever the first of them raises, after all have ended.
    """
    if isinstance(db, _JoinedReads):
        return await db.run_within(reads)
    if isinstance(db, PostgresConnection):
        return await _JoinedReads(db).run(reads)
    return tuple([await read(db) for read in reads])


class _Asked(Struct):
    """A statement that waits to be sent."""

    plan: StatementPlan
    values: list[Any]
    rows: "asyncio.Future[Rows]"


class _JoinedReads:
    """Stands for the connection while several reads run side by side."""

    def __init__(self, db: PostgresConnection) -> None:
        self._db = db
        self._running = 0
        self._asked: list[_Asked] = []
        self._one_at_a_time = asyncio.Lock()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def run(self, reads: tuple[Read[Any], ...]) -> tuple[Any, ...]:
        """Run reads side by side."""
        self._running += len(reads)
        found = await asyncio.gather(*map(self._run_one, reads), return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException):
                raise one
        return tuple(found)

    async def run_within(self, reads: tuple[Read[Any], ...]) -> tuple[Any, ...]:
        """Run the reads of a read that is one of several itself, and waits for them."""
        self._running -= 1
        try:
            return await self.run(reads)
        finally:
            self._running += 1

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """As AsyncConnection's, together with what the other reads ask."""
        plan = self._db.plan_of_read(statement, parameters)
        if plan is None:
            async with self._one_at_a_time:
                return await self._db.execute(statement, parameters, **options)
        rows: asyncio.Future[Rows] = asyncio.get_running_loop().create_future()
        self._asked.append(_Asked(plan, plan.values(parameters), rows))
        await self._send_if_all_wait()
        return await rows

    async def _run_one(self, read: Read[Any]) -> Any:
        try:
            return await read(cast(AsyncConnection, self))
        finally:
            self._running -= 1
            await self._send_if_all_wait()

    async def _send_if_all_wait(self) -> None:
        self._asked = [one for one in self._asked if not one.rows.done()]
        if not self._asked or len(self._asked) < self._running:
            return
        asked, self._asked = self._asked, []
        try:
            async with self._one_at_a_time:
                found = await self._read(asked)
        except Exception as error:
            for one in asked:
                one.rows.set_exception(error)
            return
        for one, rows in zip(asked, found, strict=True):
            if not one.rows.done():
                one.rows.set_result(rows)

    async def _read(self, asked: list[_Asked]) -> list[Rows]:
        sql = _as_one(tuple(one.plan.sql for one in asked))
        raw = await self._db.fetch(sql, [value for one in asked for value in one.values])
        parts: list[list[Any]] = [[] for _ in asked]
        for part, row in raw:
            parts[part].append(row)
        return [one.plan.rows(rows, len(rows)) for one, rows in zip(asked, parts, strict=True)]


@lru_cache(maxsize=256)
def _as_one(statements: tuple[str, ...]) -> str:
    """One statement that gives the rows of all, each with its statement's number."""
    return " UNION ALL ".join(
        f"SELECT {number}, ROW(part.*) FROM ({sql}) AS part"
        for number, sql in enumerate(renumbered(statements))
    )
