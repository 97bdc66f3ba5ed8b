"""The database: SQLite in WAL mode, or PostgreSQL; SQLAlchemy Core over both.

`unit_of_work()` is the only way to write and `snapshot()` the only way to read: one request
or job is one transaction. Rooms never commit by themselves.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from backend.db.direct_sqlite import PlainConnection, checkpoint, connect, transaction
from backend.errors import StorageBusy, StorageFull

# One naming scheme, so that migrations can name every constraint on both databases.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

CHECKPOINT_SECONDS = 1.0


class Database:
    """An open database; share one among all rooms."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        # SQLite has one writer at a time: queueing here in order is fairer and cheaper than
        # letting connections poll the file's lock.
        self._writer: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        )
        self._kept: PlainConnection | None = None

    @classmethod
    def open(cls, url: str) -> "Database":
        """A database at a `sqlite:///…` or `postgresql://…` address; connects on first use."""
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            return cls(_sqlite_engine(address))
        address = address.set(drivername="postgresql+asyncpg")
        return cls(_postgres_engine(address))

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction: commits on leaving, rolls back on any error.

        Raises:
            StorageBusy: the database stayed locked.
            StorageFull: there is no room left. Nothing was written in either case.
        """
        async with self._writer:
            with _translated():
                async with await self._writing() as connection:
                    yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One read-only view; what is written in it by mistake is rolled back."""
        with _translated():
            async with self._reading() as connection:
                yield connection

    async def _writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        if self.dialect != "sqlite":
            return self.engine.begin()
        # There is one writer at a time, and so one connection that is kept for it.
        if self._kept is None or self._kept.invalidated:
            self._kept = await connect(self.engine)
        return transaction(self._kept, reading=False)

    def _reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return self._read_sqlite() if self.dialect == "sqlite" else self.engine.connect()

    @asynccontextmanager
    async def _read_sqlite(self) -> AsyncIterator[AsyncConnection]:
        connection = await connect(self.engine)
        try:
            async with transaction(connection, reading=True) as db:
                yield db
        finally:
            await connection.close()

    async def keep_log_short(self) -> None:
        """SQLite: move the log into the file now and then, off the loop. Run it in the nursery."""
        path = self.engine.url.database
        while self.dialect == "sqlite" and path:
            await asyncio.sleep(CHECKPOINT_SECONDS)
            await asyncio.to_thread(checkpoint, path)

    async def close(self) -> None:
        """Close all connections."""
        if self._kept is not None:
            await self._kept.close()
            self._kept = None
        await self.engine.dispose()


class _translated:
    """Turns the two failures that an operator can mend into our own errors."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if not isinstance(error, DBAPIError):
            return
        text = str(error.orig).lower()
        if "disk is full" in text or "no space left" in text or "disk i/o error" in text:
            raise StorageFull() from error
        if "database is locked" in text or "too many clients" in text:
            raise StorageBusy(retry_after=1) from error


def _postgres_engine(address: sa.URL) -> AsyncEngine:
    # Parameters hold people's words: an error may name the statement, never what it carried.
    return create_async_engine(
        address, hide_parameters=True, pool_size=10, max_overflow=10, pool_pre_ping=True
    )


def _sqlite_engine(address: sa.URL) -> AsyncEngine:
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(
        address.set(drivername="sqlite+direct"),
        hide_parameters=True,
        pool_size=5,
        max_overflow=5,
        # The connection that was used last has its pages and statements at hand; taken in turn,
        # every connection would fill a page cache of its own.
        pool_use_lifo=True,
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    """WAL lets readers and the writer pass each other; foreign keys are off by default."""
    connection.driver_connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    for statement in (
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=NORMAL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA cache_size=-16384",
        "PRAGMA wal_autocheckpoint=0",  # keep_log_short does it, off the loop
    ):
        cursor.execute(statement)
    cursor.close()
