"""PostgreSQL: addresses as hosting services give them, and the engine for one.

An address is libpq's (postgresql.org/docs/current/libpq-connect.html) and goes to asyncpg, which
knows most of its parameters. Parameters that asyncpg would pass on to the server, which then
refuses the connection, are removed here.
"""

from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from backend.errors import SettingsInvalid

CONNECT_SECONDS: Final = 10.0
POOL_WAIT_SECONDS: Final = 10.0
"""How long a transaction waits for a free connection."""

KEEPS_STATEMENTS: Final = "keeps_statements"
"""An option of the engine: prepared statements outlive a transaction."""

# Only libpq uses these: neither the server nor asyncpg does.
_LEFT_OUT: Final = {
    "channel_binding",
    "client_encoding",
    "fallback_application_name",
    "gssencmode",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "requirepeer",
    "sslcompression",
    "sslsni",
    "tcp_user_timeout",
}
SSL_MODES: Final = {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}


class PostgresAddress(msgspec.Struct, frozen=True):
    """A server's address and connection parameters."""

    dsn: str
    connect_seconds: float
    pooled: bool
    """Whether PgBouncer or the like hands each transaction to another server connection
    (`?pgbouncer=true`), so that no prepared statement outlives its transaction."""


def parse_address(url: str) -> PostgresAddress:
    """Read DATABASE_URL. A password may hold `@` and `:` as they are; `/`, `?`, `#`, `[` and `%`
    must be written as %2F and so on.

    Raises:
        SettingsInvalid: it cannot be read.
    """
    try:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        pooled = query.pop("pgbouncer", "false").lower() in ("true", "1", "yes")
        seconds = float(query.pop("connect_timeout", CONNECT_SECONDS)) or CONNECT_SECONDS
    except ValueError as error:
        reason = "cannot be read: write / ? # [ % in a password as %2F %3F %23 %5B %25"
        raise SettingsInvalid(name="DATABASE_URL", reason=reason) from error
    if query.get("sslmode", "prefer") not in SSL_MODES:
        reason = f"has a sslmode that is none of {', '.join(sorted(SSL_MODES))}"
        raise SettingsInvalid(name="DATABASE_URL", reason=reason)
    kept = {name: value for name, value in query.items() if name not in _LEFT_OUT}
    person, at, host = parts.netloc.rpartition("@")
    ports = (one.rpartition("]")[2].partition(":")[2] for one in host.split(","))
    if not all(port == "" or (port.isdecimal() and 0 < int(port) < 65536) for port in ports):
        raise SettingsInvalid(name="DATABASE_URL", reason="names a port that is no number")
    user, colon, password = person.partition(":")
    netloc = _quoted(user) + colon + _quoted(password) + at + host
    dsn = urlunsplit(("postgresql", netloc, parts.path, urlencode(kept), ""))
    return PostgresAddress(dsn, seconds, pooled)


def make_engine(url: str, pool_size: int) -> AsyncEngine:
    """An engine that connects on first use, with at most `pool_size` connections.

    Raises:
        SettingsInvalid: the address cannot be read.
    """
    address = parse_address(url)
    return create_async_engine(
        "postgresql+asyncpg://",
        connect_args=_connect_args(address),
        # Parameters contain messages: errors may show the statement, but not its parameters.
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        # `direct_postgres` begins and ends transactions, and its BEGIN finds dead connections.
        isolation_level="AUTOCOMMIT",
        execution_options={KEEPS_STATEMENTS: not address.pooled},
    )


def _connect_args(address: PostgresAddress) -> dict[str, Any]:
    async def connect(**options: Any) -> Any:
        import asyncpg  # loading takes 0.3 s, and SQLite does not need it

        cached = {"statement_cache_size": 0} if address.pooled else {}
        return await asyncpg.connect(
            address.dsn, timeout=address.connect_seconds, **{**options, **cached}
        )

    arguments: dict[str, Any] = {"async_creator_fn": connect}
    if address.pooled:
        arguments |= {
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": lambda: "",  # the unnamed statement, prepared each time
        }
    return arguments


def _quoted(text: str) -> str:
    return quote(unquote(text), safe="")
