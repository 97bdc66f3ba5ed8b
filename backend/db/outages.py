"""Recognises the drivers' errors that mean the database is temporarily unavailable."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.errors import StorageBusy, StorageFull, StorageUnreachable, Unavailable

RETRY_SECONDS: Final = 1
"""Sent to clients as Retry-After."""

_SQLITE: Final[dict[int, type[Unavailable]]] = {
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_IOERR: StorageFull,
    sqlite3.SQLITE_CANTOPEN: StorageUnreachable,
}
"""By the lower eight bits of SQLite's code (sqlite.org/rescode.html)."""

# By SQLSTATE, or its class (postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRES: Final[dict[str, type[Unavailable]]] = {
    "53100": StorageFull,  # disk_full
    "53": StorageBusy,  # insufficient resources, too_many_connections among them
    "40": StorageBusy,  # serialization failures and deadlocks: nothing was written
    "55P03": StorageBusy,  # lock_not_available
    "08": StorageUnreachable,  # connection exceptions
    "57P": StorageUnreachable,  # shutting down, or not started yet
    "25006": StorageUnreachable,  # read only: a standby that is not promoted yet
}


def outage_of(error: BaseException) -> Unavailable | None:
    """Our error for a driver's error; None if it is no outage."""
    kind: type[Unavailable] | None = None
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, PoolTimeout):
        kind = StorageBusy
    elif isinstance(cause, sqlite3.Error):
        kind = _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    elif (state := getattr(cause, "sqlstate", None)) is not None:
        kind = next((_POSTGRES[key] for key in (state, state[:3], state[:2]) if key in _POSTGRES),
                    None)  # fmt: skip
    if kind is None and isinstance(error, DBAPIError) and error.connection_invalidated:
        kind = StorageUnreachable
    if kind is None:
        return None
    return kind() if kind is StorageFull else kind(retry_after=RETRY_SECONDS)
