"""The database: SQLite in WAL mode, or PostgreSQL; SQLAlchemy Core over both.

`unit_of_work()` is the only way to write and `snapshot()` the only way to read: one request
or job is one transaction. Rooms never commit by themselves.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from backend.db import delayed_postgres, direct_postgres, postgres
from backend.db.outages import outage_of
from backend.db.private_files import make_private_file, restrict_to_owner
from backend.db.sqlite_transactions import PlainConnection, Transaction, connect
from backend.db.write_ahead_log import WriteAheadLog
from backend.errors import SettingsInvalid
from backend.nursery import Nursery

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

T = TypeVar("T")

POOL_SIZE = 20
KEPT_READERS = 3
"""SQLite's connections that stay out of the pool: its checks take longer than most reads."""


class Database:
    """An open database; share one among all rooms."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        # SQLite has one writer at a time: a queue here is fairer and cheaper than letting
        # connections poll the file's lock.
        self._writer: AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.dialect == "sqlite" else nullcontext()
        )
        self._kept: PlainConnection | None = None
        self._readers: list[PlainConnection] = []
        self._pool = direct_postgres.PostgresPool(engine)
        path = engine.url.database if self.dialect == "sqlite" else None
        self._log = WriteAheadLog(path, self._writer) if path else None

    @classmethod
    def open(cls, url: str, *, pool_size: int = POOL_SIZE) -> "Database":
        """A database at a `sqlite:///…` or `postgresql://…` address; connects on first use.

        `pool_size` is the most connections that this process opens to PostgreSQL.

        Raises:
            SettingsInvalid: the address cannot be read.
        """
        if not url.startswith("sqlite"):
            return cls(postgres.make_engine(url, pool_size))
        try:
            return cls(_sqlite_engine(make_url(url)))
        except (ArgumentError, ValueError) as error:
            raise SettingsInvalid(name="DATABASE_URL", reason="cannot be read") from error
        except OSError as error:
            reason = f"names a file that cannot be opened ({error.strerror})"
            raise SettingsInvalid(name="DATABASE_URL", reason=reason) from error

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction: commits on success, rolls back on any error.

        Raises:
            StorageBusy: the database stayed locked.
            StorageFull: there is no room left.
            StorageUnreachable: the server does not answer. Nothing was written in any case, unless
                it was lost while it committed.
        """
        async with self._writer:
            with _translated():
                async with await self._writing() as connection:
                    yield connection
        if self._log is not None:
            self._log.count_commit()

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """One write transaction, as `unit_of_work`, in as few round trips as `work` allows.

        On PostgreSQL changes wait and are sent together; each is taken to change one row, unless it
        `may_miss`. If that was wrong, or something fails, nothing is written and `work` is run
        again, statement by statement. So `work` must leave no traces elsewhere.
        """
        if self.dialect == "sqlite" or not delayed_postgres.can_delay(self.engine):
            async with self.unit_of_work() as db:
                return await work(db)
        with _translated():
            return await delayed_postgres.write(self._pool, work)

    async def read(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `work` reads in one moment, as in `snapshot`. On PostgreSQL one statement needs no
        transaction; if `work` turns out to need more, it is run again in one."""
        if self.dialect != "sqlite" and delayed_postgres.can_delay(self.engine):
            with _translated(), suppress(delayed_postgres.NeedsTransaction):
                return await delayed_postgres.read(self._pool, work)
        async with self.snapshot() as db:
            return await work(db)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A read-only transaction: it is always rolled back."""
        with _translated():
            async with self._reading() as connection:
                yield connection

    async def _writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        if self.dialect != "sqlite":
            return direct_postgres.transaction(self._pool, reading=False)
        # One writer at a time needs one connection.
        if self._kept is None or self._kept.invalidated:
            self._kept = await connect(self.engine)
        return Transaction(self._kept, reading=False)

    def _reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        if self.dialect != "sqlite":
            return direct_postgres.transaction(self._pool, reading=True)
        return self._read_sqlite()

    @asynccontextmanager
    async def _read_sqlite(self) -> AsyncIterator[AsyncConnection]:
        connection = self._readers.pop() if self._readers else await connect(self.engine)
        try:
            async with Transaction(connection, reading=True) as db:
                yield db
        finally:
            if len(self._readers) < KEPT_READERS and not connection.invalidated:
                self._readers.append(connection)
            else:
                await connection.close()

    def keep_checkpointing(self, nursery: Nursery) -> None:
        """Keep SQLite's log short until the process ends."""
        if self._log is not None:
            self._log.keep_short(nursery)

    async def shorten_log(self) -> None:
        """Checkpoint SQLite's log into the database file, in a thread.

        Raises:
            Unavailable: it cannot be done now. Nothing is lost.
        """
        if self._log is not None:
            await self._log.shorten()

    async def close(self) -> None:
        """Close all connections."""
        kept, self._kept = self._kept, None
        readers, self._readers = self._readers, []
        for one in (*readers, *([kept] if kept else [])):
            await one.close()
        if self._log is not None:
            self._log.close()
        await self._pool.close()
        await self.engine.dispose()


class _translated:
    """Translates a driver's outage errors into ours."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and (outage := outage_of(error)) is not None:
            raise outage from error


def _sqlite_engine(address: sa.URL) -> AsyncEngine:
    if address.database:
        file = Path(address.database)
        make_private_file(file)
        # New ones take the modes of the database file; these may be older.
        for beside in ("-wal", "-shm"):
            restrict_to_owner(file.with_name(file.name + beside))
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
        # Of a new file. A commit writes whole pages, and what a chat changes is spread thin.
        "PRAGMA page_size=512",
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=NORMAL",
        "PRAGMA foreign_keys=ON",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA cache_size=-16384",
        "PRAGMA wal_autocheckpoint=0",  # keep_checkpointing does it, off the loop
    ):
        cursor.execute(statement)
    cursor.close()
