"""HTTP to providers: one small client over asyncio's transports; the interface is in wire.py.

While nobody reads, the transport is paused: the kernel buffers what the provider sends, and one
wake-up reads many tokens. Why no library: docs/decisions/0005-own-http-client.md.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Coroutine, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Final, Self

import msgspec

from backend.llm.http.connection import Connection, Origin, Pool
from backend.llm.http.inflate import Inflater, inflater_for
from backend.llm.http.proxy import Proxy
from backend.llm.http.request import COMMON_HEADERS, encoded, target
from backend.llm.http.watch import Watch
from backend.llm.http.wire import (
    ERROR_BODY_BYTES,
    Budgets,
    BudgetSpent,
    ConnectFailed,
    ConnectionBroke,
)

LAST_WORDS: Final = 5.0


@cache
def _systems_certificates() -> ssl.SSLContext:
    """Read once in a process: it takes as long as a hundred requests."""
    return ssl.create_default_context()


class Http:
    """The client that all adapters share. Open it before use, close it at the end."""

    def __init__(self, proxy: str = "") -> None:
        """`proxy` is HTTPS_PROXY; what is not encrypted, one's own servers, goes past it."""
        self._proxy = Proxy.parse(proxy)
        self._pool = Pool()
        self._watch = Watch()
        self._tls: ssl.SSLContext | None = None

    async def open(self, tls: ssl.SSLContext | None = None) -> Self:
        """Read the system's certificates, or use a test's."""
        self._tls = tls or _systems_certificates()
        return self

    async def close(self) -> None:
        """Close every connection that is not in use."""
        self._pool.close()
        self._watch.close()
        await asyncio.sleep(0)  # transports close their sockets in the loop's next turn

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def post(
        self, url: str, headers: Mapping[str, str], body: bytes, budgets: Budgets
    ) -> "Answer":
        """Send `body` and return the answer once its headers have arrived.

        Raises:
            ConnectFailed: no connection, or none in time, or it broke before the headers.
            BudgetSpent: the first-event budget ran out before the headers came.
        """
        return await self._request("POST", url, headers, body, budgets)

    async def get(self, url: str, headers: Mapping[str, str], budgets: Budgets) -> "Answer":
        """As `post`, without a body."""
        return await self._request("GET", url, headers, b"", budgets)

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, budgets: Budgets
    ) -> "Answer":
        started = asyncio.get_running_loop().time()
        try:
            origin, host, path = target(url)
            request = encoded(method, path, {"Host": host, **COMMON_HEADERS, **headers}, body)
            async with asyncio.timeout(budgets.first_event):
                connection = await self._asked(origin, request, budgets)
        except TimeoutError as error:
            raise BudgetSpent("first_event") from error
        except (OSError, ValueError) as error:
            raise ConnectFailed(type(error).__name__) from error
        return Answer(connection, self._pool, self._watch, budgets, started)

    async def _asked(self, origin: Origin, request: bytes, budgets: Budgets) -> Connection:
        """A connection on which the answer's headers have arrived."""
        connection = self._pool.take(origin) or await self._connect(origin, budgets)
        await _ask(connection, request)
        if connection.failure and connection.asked_before and not connection.touched:
            # A kept connection was closed by the other side just as it was used.
            connection = await self._connect(origin, budgets)
            await _ask(connection, request)
        if not connection.headed:
            raise ConnectFailed(connection.failure)
        return connection

    async def _connect(self, origin: Origin, budgets: Budgets) -> Connection:
        scheme, host, port = origin
        tls = self._tls if scheme == "https" else None
        assert self._tls is not None, "open() comes first"
        try:
            async with asyncio.timeout(budgets.connect):
                if tls is not None and self._proxy is not None:
                    return await self._proxy.connect(origin, tls)
                transport, connection = await asyncio.get_running_loop().create_connection(
                    lambda: Connection(origin), host, port, ssl=tls
                )
        except TimeoutError as error:
            raise ConnectFailed("connect_timeout") from error
        if (raw := transport.get_extra_info("socket")) is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return connection


async def _ask(connection: Connection, request: bytes) -> None:
    """Send the request and wait for the headers, or a failure."""
    try:
        connection.ask(request)
        while not connection.headed and not connection.over:
            await connection.wait()
    except BaseException:
        connection.abort()
        raise


_READ: Final[Mapping[str, str]] = {}


class Answer:
    """A provider's answer, being read. Reads only move a deadline, which the watch enforces."""

    __slots__ = (
        *("_budgets", "_connection", "_deadline", "_hard_end", "_kind", "_left", "_loop"),
        *("_inflater", "_pool", "_progressed", "_reading", "_watch", "headers", "status"),
    )

    def __init__(
        self, connection: Connection, pool: Pool, watch: Watch, budgets: Budgets, started: float
    ) -> None:
        self._connection: Connection | None = connection
        self._pool = pool
        self._watch = watch
        self._budgets = budgets
        self._loop = asyncio.get_running_loop()
        self._hard_end = started + budgets.hard
        self._deadline = min(started + budgets.first_event, self._hard_end)
        self._kind = "first_event"
        self._progressed = False
        self._reading = False
        self._left = self._deadline - self._loop.time()
        self.status = connection.status
        self.headers: Mapping[str, str] = connection.headers
        self._inflater: Inflater | None = inflater_for(self.headers.get("content-encoding", ""))
        watch.add(self)

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters; empty when none is given."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def begun(self) -> None:
        """Drop the headers, which were read."""
        self.headers = _READ
        if self._connection is not None:
            self._connection.headers = {}

    def progress(self) -> None:
        """Report that the last read had an event: restarts the idle budget."""
        self._progressed = True

    def last_words(self) -> None:
        """Report that the answer is complete and only usage may follow: wait briefly."""
        self._budgets = msgspec.structs.replace(self._budgets, idle=LAST_WORDS)

    def read(self) -> Coroutine[Any, Any, bytes]:
        """What has arrived since the last read, waiting for the first byte; b"" at the end.

        Raises:
            ConnectionBroke: the connection was lost.
            BudgetSpent: a budget ran out.
        """
        # Not a coroutine around a coroutine: this is called for every read of every answer.
        return self._read() if self._inflater is None else self._read_inflated(self._inflater)

    async def _read_inflated(self, inflater: Inflater) -> bytes:
        if data := inflater.pending():
            await asyncio.sleep(0)  # a little may become very much: others have their turn
        while not data and (packed := await self._read()):
            inflater.feed(packed)
            data = inflater.pending()
        return data

    async def _read(self) -> bytes:
        """As `read`, compressed as it came."""
        connection = self._connection
        if connection is None:
            return b""
        data = connection.take()
        if not (data or connection.over):
            self._arm()
            self._reading = True
            try:
                while not (data or connection.over):
                    await connection.wait()
                    data = connection.take()
            finally:
                self._reading = False
                self._left = self._deadline - self._loop.time()
        if not data and connection.failure:
            raise ConnectionBroke(connection.failure)
        return data

    async def read_all(self, limit: int = ERROR_BODY_BYTES) -> bytes:
        """The body's first `limit` bytes, or what arrived until the connection or the time
        ended."""
        parts: list[bytes] = []
        size = 0
        with contextlib.suppress(ConnectionBroke, BudgetSpent):
            while size < limit and (part := await self.read()):
                parts.append(part)
                size += len(part)
        return b"".join(parts)[:limit]

    async def settle(self, seconds: float = 0.05) -> None:
        """Read the end that follows the last event, so that the connection can be used again."""
        with contextlib.suppress(ConnectionBroke, BudgetSpent, TimeoutError):
            async with asyncio.timeout(seconds):
                while await self.read():
                    pass

    async def close(self) -> None:
        """Drop the connection before returning: the only way to cancel at a provider.

        If the answer was read to its end, the connection is kept for the next request.
        """
        self._watch.discard(self)
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if connection.reusable:
            self._pool.keep(connection)
        else:
            connection.abort()
            await asyncio.sleep(0)  # the transport closes its socket in the loop's next turn

    def _arm(self) -> None:
        """Set the deadline: the full budget after an event, else what was left before the pause.

        Raises:
            BudgetSpent: nothing is left. The watch cannot tell where each of its looks meets bytes.
        """
        now = self._loop.time()
        if self._progressed:
            self._progressed = False
            self._kind, self._left = "idle", self._budgets.idle
        self._deadline = min(now + self._left, self._hard_end)
        if self._deadline <= now:
            raise BudgetSpent("hard" if self._hard_end <= now else self._kind)

    def look(self, now: float) -> None:
        """See Watched; time counts only while somebody reads."""
        if self._reading and now >= self._deadline and self._connection is not None:
            kind = "hard" if self._deadline >= self._hard_end else self._kind
            self._connection.give_up(BudgetSpent(kind))
