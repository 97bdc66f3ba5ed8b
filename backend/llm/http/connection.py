"""One HTTP/1.1 connection to a provider: an asyncio protocol around httptools' parser.

It pauses reading after every piece until asked to continue. So nothing is buffered here: what a
provider sends meanwhile waits in the kernel and is then read at once.
"""

import asyncio
from typing import Final, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

KEPT_SECONDS: Final = 15.0
"""How long an unused connection is kept; servers close theirs after five seconds to minutes."""

MOST_HEADER_BYTES: Final = 64 * 1024
MOST_WITHOUT_BODY: Final = 512 * 1024
"""Bytes of headers, and bytes in a row that bring nothing of the body: chunk extensions, trailers,
a header without an end."""

Origin = tuple[str, str, int]
"""Scheme, host, port."""


class Connection(asyncio.Protocol):
    """One request at a time: `ask`, then `wait` and `take` until `over`.

    `failure` is the reason why an answer will not be complete.
    """

    __slots__ = (
        *("_framed", "_loop", "_parser", "_parts", "_paused", "_transport", "_waiter"),
        *("_bodiless", "_header_bytes", "asked_before", "closed", "complete", "failure"),
        *("headed", "headers", "kept_since", "on_body", "origin", "reusable", "status", "touched"),
    )

    _transport: asyncio.Transport

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._loop: asyncio.AbstractEventLoop | None = None
        self._parts: list[bytes] = []
        # The parser's callback for a part of the body: at most a chunk of a chunked one.
        self.on_body = self._parts.append
        self.closed = False
        self.kept_since = 0.0
        self.reusable = False
        self.asked_before = False
        self._waiter: asyncio.Future[None] | None = None
        self._parser: HttpResponseParser | None = None
        self._paused = False
        self._begin()

    def _begin(self) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.headed = self.complete = self.touched = self.reusable = self._framed = False
        self.failure = ""
        self._header_bytes = self._bodiless = 0
        self._parts.clear()

    def ask(self, request: bytes) -> None:
        """Send a whole request; the rest of the last answer is dropped."""
        self._begin()
        self._parser = HttpResponseParser(self)
        self._transport.write(request)
        self.go_on()

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.complete or bool(self.failure)

    def wait(self) -> asyncio.Future[None]:
        """Until something comes: headers, a part of the body, its end, or a failure."""
        self.go_on()
        if (loop := self._loop) is None:  # asked for once: in 3.11 it is a system call
            loop = self._loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        return self._waiter

    def take(self) -> bytes:
        """The body's bytes that have come since the last time."""
        parts = self._parts
        if not parts:
            return b""
        taken = parts[0] if len(parts) == 1 else b"".join(parts)
        parts.clear()
        return taken

    def give_up(self, error: Exception) -> None:
        """Make the waiting reader fail."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def rest(self) -> None:
        """Between answers: any data ends the connection, and a close is noticed."""
        self.asked_before = True
        self._parser = None
        self.go_on()

    def abort(self) -> None:
        """Drop the connection; the socket is closed in the loop's next turn."""
        self.closed = True
        self._transport.abort()

    def go_on(self) -> None:
        """Read again."""
        if self._paused and not self.closed:
            self._paused = False
            try:  # noqa: SIM105 - `suppress` costs 1 % of the server's CPU here
                self._transport.resume_reading()
            except RuntimeError:
                pass  # already closing

    def _pause(self) -> None:
        if not self._paused and not self.closed:
            self._paused = True
            try:  # noqa: SIM105 - as above
                self._transport.pause_reading()
            except RuntimeError:
                pass  # already closing

    def _wake(self) -> None:
        if (waiter := self._waiter) is not None:
            self._waiter = None
            if not waiter.done():
                waiter.set_result(None)

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        """Parse the data, then pause reading until more is wanted."""
        if self._parser is None or self.complete:
            self.abort()  # nothing was asked
            return
        self.touched = True
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self.failure = type(error).__name__
            self.abort()
        self._bodiless = 0 if self._parts else self._bodiless + len(data)
        if self._bodiless > MOST_WITHOUT_BODY:
            self.failure = self.failure or "NoBody"
            self.abort()
        self._pause()
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        """The connection closed: this ends an answer without a length; for any other it is a
        failure."""
        self.closed = True
        if self.headed and not self._framed and error is None:
            self.complete = True
        if not self.complete and not self.failure:
            self.failure = type(error).__name__ if error else "Disconnected"
        self.reusable = False
        self._wake()

    # What the parser tells.

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; one that comes twice is joined, as HTTP allows."""
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > MOST_HEADER_BYTES:
            raise ValueError("too many headers")
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        """The answer begins, unless it is informational (1xx)."""
        assert self._parser is not None
        self.status = self._parser.get_status_code()
        self.headed = self.status >= 200
        self._framed = (
            "content-length" in self.headers
            or "chunked" in self.headers.get("transfer-encoding", "").lower()
        )

    def on_message_complete(self) -> None:
        """The answer is whole."""
        assert self._parser is not None
        if not self.headed:
            self.headers.clear()
            return
        self.complete = True
        self.reusable = bool(self._parser.should_keep_alive())


class Pool:
    """Connections that wait to be used again."""

    def __init__(self) -> None:
        self._kept: dict[Origin, list[Connection]] = {}
        self._timer: asyncio.TimerHandle | None = None

    def take(self, origin: Origin) -> Connection | None:
        """The most recently used one, if it is still usable."""
        kept = self._kept.get(origin, [])
        while kept:
            if not (connection := kept.pop()).closed:
                return connection
        return None

    def keep(self, connection: Connection) -> None:
        """Keep one whose answer was read to its end."""
        loop = asyncio.get_running_loop()
        connection.kept_since = loop.time()
        connection.rest()
        self._kept.setdefault(connection.origin, []).append(connection)
        if self._timer is None:
            self._timer = loop.call_later(KEPT_SECONDS, self._sweep, loop)

    def _sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        oldest = loop.time() - KEPT_SECONDS
        for origin, kept in list(self._kept.items()):
            for connection in kept:
                if connection.kept_since <= oldest and not connection.closed:
                    connection.abort()
            self._kept[origin] = [connection for connection in kept if not connection.closed]
            if not self._kept[origin]:
                del self._kept[origin]
        self._timer = loop.call_later(KEPT_SECONDS, self._sweep, loop) if self._kept else None

    def close(self) -> None:
        """Drop them all."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for kept in self._kept.values():
            for connection in kept:
                connection.abort()
        self._kept.clear()
