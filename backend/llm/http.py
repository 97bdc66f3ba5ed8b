"""HTTP to providers over aiohttp; the interface is in wire.py.

While nobody reads, the transport is paused: the kernel gathers what the provider sends, and one
wake-up brings many tokens.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from types import TracebackType
from typing import Final, Self

import aiohttp
import msgspec

from backend.llm.wire import ERROR_BODY_BYTES, Budgets, BudgetSpent, ConnectFailed, ConnectionBroke

READ_BUFFER_BYTES: Final = 256 * 1024
LAST_WORDS: Final = 5.0


class Http:
    """The one client that all adapters share. Open it before use, close it at the end."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> Self:
        """Make the session, inside the running event loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            read_bufsize=READ_BUFFER_BYTES,
            skip_auto_headers=("User-Agent", "Accept-Encoding", "Accept", "Content-Type"),
        )
        return self

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

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
        """Send `body` and return the answer when its headers are there.

        Raises:
            ConnectFailed: no connection, or none in time, or it broke before the headers.
            BudgetSpent: the first-event budget ran out before the headers came.
        """
        return await self._request("POST", url, headers, body, budgets)

    async def get(self, url: str, headers: Mapping[str, str], budgets: Budgets) -> "Answer":
        """As `post`, without a body."""
        return await self._request("GET", url, headers, None, budgets)

    async def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        budgets: Budgets,
    ) -> "Answer":
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(budgets.first_event):
                try:
                    response = await self._send(method, url, headers, body, budgets)
                except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
                    if isinstance(error, aiohttp.ClientConnectorError):
                        raise
                    # A kept connection that the other side has closed meanwhile looks like this.
                    response = await self._send(method, url, headers, body, budgets)
        except aiohttp.ServerTimeoutError as error:
            raise ConnectFailed("connect_timeout") from error
        except TimeoutError as error:
            raise BudgetSpent("first_event") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ConnectFailed(type(error).__name__) from error
        return Answer(response, budgets, started)

    async def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        budgets: Budgets,
    ) -> aiohttp.ClientResponse:
        assert self._session is not None, "open() comes first"
        return await self._session.request(
            method,
            url,
            data=body,
            headers={**_COMMON_HEADERS, **headers},
            timeout=aiohttp.ClientTimeout(total=None, connect=budgets.connect),
            allow_redirects=False,
        )


_COMMON_HEADERS: Final = {
    "Content-Type": "application/json",
    "Accept": "text/event-stream, application/json",
    # Compressed events would wait in the provider's compressor and cost us a decompressor.
    "Accept-Encoding": "identity",
    "User-Agent": "Tanya",
}


class Answer:
    """A provider's answer, being read.

    One lazy watchdog keeps the budgets: reads only move a deadline, and the timer that finds
    it moved sets itself anew, so that a token costs no timer.
    """

    def __init__(self, response: aiohttp.ClientResponse, budgets: Budgets, started: float) -> None:
        self._response = response
        self._budgets = budgets
        self._loop = asyncio.get_running_loop()
        self._hard_end = started + budgets.hard
        self._deadline = min(started + budgets.first_event, self._hard_end)
        self._expires: str | None = None
        self._kind = "first_event"
        self._progressed = False
        self._reading = False
        self._left = self._deadline - self._loop.time()
        self._watchdog: asyncio.TimerHandle | None = None
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        # aiohttp resumes reading once for every HTTP chunk it hands out, which is once a token.
        # Below no low-water mark it leaves that to `_resume`, once a read (a third of the cost).
        response.content._low_water = 0
        self._pause()

    @property
    def content_type(self) -> str:
        """The media type in lower case without parameters; empty when none is given."""
        return self._response.headers.get("Content-Type", "").split(";")[0].strip().lower()

    def progress(self) -> None:
        """Tell that the last read brought an event: the idle budget starts anew."""
        self._progressed = True

    def last_words(self) -> None:
        """Tell that the answer is whole and only trailing facts may come: wait briefly."""
        self._budgets = msgspec.structs.replace(self._budgets, idle=LAST_WORDS)

    async def read(self) -> bytes:
        """What has arrived since the last read, waiting for the first byte; b"" at the end.

        Raises:
            ConnectionBroke: the connection was lost.
            BudgetSpent: a budget ran out.
        """
        self._arm()
        self._resume()
        self._reading = True
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            if self._expires is not None:
                raise BudgetSpent(self._expires) from error
            raise ConnectionBroke(type(error).__name__) from error
        finally:
            self._reading = False
            self._left = self._deadline - self._loop.time()
            self._pause()

    async def read_all(self, limit: int = ERROR_BODY_BYTES) -> bytes:
        """The body's first `limit` bytes; what came when the connection or the time ends."""
        parts: list[bytes] = []
        size = 0
        with contextlib.suppress(ConnectionBroke, BudgetSpent):
            while size < limit and (part := await self.read()):
                parts.append(part)
                size += len(part)
        return b"".join(parts)[:limit]

    async def settle(self, seconds: float = 0.05) -> None:
        """Read the end that follows the last event, so that the connection can be used again."""
        if self._response.connection is None:
            return
        with contextlib.suppress(ConnectionBroke, BudgetSpent, TimeoutError):
            async with asyncio.timeout(seconds):
                while await self.read():
                    pass

    async def close(self) -> None:
        """Drop the connection before returning: the only way to cancel at a provider."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None
        if self._response.connection is not None:
            self._response.close()
            await asyncio.sleep(0)  # the transport closes its socket in the loop's next turn

    def _arm(self) -> None:
        """Set the deadline: anew after an event, else as much as was left before the pause."""
        now = self._loop.time()
        if self._progressed:
            self._progressed = False
            self._kind, self._left = "idle", self._budgets.idle
        self._deadline = min(now + self._left, self._hard_end)
        if self._watchdog is not None:
            if self._watchdog.when() <= self._deadline:
                return
            self._watchdog.cancel()
        self._watchdog = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        """The watchdog: sleep on while the deadline has moved, or nobody waits."""
        now = self._loop.time()
        self._watchdog = None
        if not self._reading:
            return  # the next read sets it again
        if now < self._deadline:
            self._watchdog = self._loop.call_at(self._deadline, self._look)
            return
        self._expires = "hard" if self._deadline >= self._hard_end else self._kind
        self._response.content.set_exception(TimeoutError(self._expires))

    def _pause(self) -> None:
        connection = self._response.connection
        if connection is not None and (transport := connection.transport) is not None:
            with contextlib.suppress(RuntimeError):  # already closed by the other side
                transport.pause_reading()

    def _resume(self) -> None:
        connection = self._response.connection
        if connection is not None and (protocol := connection.protocol) is not None:
            with contextlib.suppress(RuntimeError):
                protocol.resume_reading()
