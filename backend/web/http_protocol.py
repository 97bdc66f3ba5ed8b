"""uvicorn's HTTP/1.1 protocol, with limits on what a client sends and how slowly.

uvicorn and its parser have no limits: an endless header, URL, trailer or chunk extension grows in
memory with quadratic copying, and a connection that never sends its request stays open. Here bytes
are counted before parsing, and one timer waits for what the client has to send next.
"""

import asyncio
from functools import partial
from typing import Any, Literal, cast

import httptools
import msgspec
import structlog
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from backend.errors import (
    HeadTooLarge,
    MalformedRequest,
    RateLimited,
    RequestTimedOut,
    TanyaError,
    TooManyConnections,
    UrlTooLong,
)
from backend.i18n import FALLBACK, translator
from backend.web.client_connections import ClientConnections
from backend.web.detached import CLOSE, DETACH, DetachedConnection
from backend.web.http_bounds import BODY_BYTES_A_FRAMING_BYTE, PIECE_BYTES, HttpBounds
from backend.web.problems import PROBLEM_JSON, problem_body

log = structlog.get_logger("tanya.http")

Owed = Literal["head", "body", "nothing"]
"""What the client has to send next; nothing while its request is being answered."""


class _Refused(Exception):
    """Stops the parser on a refused connection."""


class HttpProtocol(HttpToolsProtocol):
    """One client's connection. uvicorn makes it through `http_protocol`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        clients: ClientConnections,
        bounds: HttpBounds,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.clients = clients
        self.bounds = bounds
        self.client_key: str | None = None
        self._from_proxy = False
        self._owed: Owed = "head"
        self._timer: asyncio.TimerHandle | None = None
        self._received = 0
        self._body = 0
        self._body_at_check = 0

    # What asyncio tells.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has connected and has to send a request."""
        super().connection_made(transport)
        key = self.clients.peer_key(self.client[0]) if self.client else None
        self._from_proxy = key is None
        if key is not None:
            self._count_as(key)
        self._wait_for_client()

    def data_received(self, data: bytes) -> None:
        """Feed the parser in pieces while the request is within its limits."""
        self._unset_keepalive_if_required()
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES] if len(data) > PIECE_BYTES else data
            if self.parser is None or self.transport.is_closing() or not self._feed(piece):
                return
        self._wait_for_client()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has disconnected."""
        super().connection_lost(exc)
        self._count_as(None)
        self.release_request()

    # What the parser tells.

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        offers: dict[str, Any] = {DETACH: self.detach, CLOSE: self.transport.close}
        self.scope["extensions"] = offers
        self._received = self._body = self._body_at_check = 0
        self._owe("head")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header, or a trailer, is whole."""
        if len(self.headers) >= self.bounds.headers:
            self._refuse(HeadTooLarge(limit=self.bounds.head_bytes))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The request's head is whole."""
        if self._from_proxy and (key := self.clients.forwarded_key(self.headers)) is not None:
            self._count_as(key)
        if len(self.pipeline) >= self.bounds.pipelined:
            self._refuse(RateLimited(retry_after=1))
        super().on_headers_complete()
        self._owe("body")

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body += len(body)
        if self.cycle.response_complete and self._body > self.bounds.linger_bytes:
            self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole, its body and trailers included."""
        super().on_message_complete()
        self._owe("head" if self.cycle.response_complete else "nothing")

    def on_response_complete(self) -> None:
        """The request is answered; only a limited rest of its body is read."""
        pipelined = bool(self.pipeline)
        super().on_response_complete()
        if self._from_proxy and not pipelined:
            self._count_as(None)
        if self._owed == "nothing" and not pipelined:
            self._owe("head")
        elif self._owed == "body" and not self.transport.is_closing():
            self._owe("body")
            self._unset_keepalive_if_required()
            self._timer = self.loop.call_later(self.bounds.linger_seconds, self.transport.close)

    # Bounds.

    def _feed(self, piece: bytes) -> bool:
        """Whether the connection continues after this piece."""
        self._received += len(piece)
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserError as error:
            if not isinstance(error.__context__, _Refused):
                self._answer_refusal(MalformedRequest())
            return False
        except httptools.HttpParserUpgrade:
            pass  # upgrades are not supported: the request is answered without one
        beside_body = self._received - self._body
        if beside_body > self.bounds.head_bytes + self._body // BODY_BYTES_A_FRAMING_BYTE:
            self._answer_refusal(self._too_large())
            return False
        return True

    def _too_large(self) -> TanyaError:
        limit = self.bounds.head_bytes
        in_url = self._owed == "head" and not self.headers and len(self.url) > PIECE_BYTES
        return UrlTooLong(limit=limit) if in_url else HeadTooLarge(limit=limit)

    def _owe(self, owed: Owed) -> None:
        self._owed = owed
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wait_for_client(self) -> None:
        """Start the timer for the client's next data, unless it runs."""
        if self._timer is not None or self.timeout_keep_alive_task is not None:
            return
        if self.transport.is_closing():
            return
        if self._owed == "head":
            self._timer = self.loop.call_later(self.bounds.head_seconds, self._time_out)
        elif self._owed == "body":
            self._body_at_check = self._body
            self._timer = self.loop.call_later(self.bounds.body_seconds, self._check_body)

    def _check_body(self) -> None:
        """A body must progress, unless the server has paused reading."""
        self._timer = None
        server_waits = self.flow.read_paused or self.cycle.waiting_for_100_continue
        if server_waits or self._body - self._body_at_check >= self.bounds.body_bytes:
            self._wait_for_client()
        else:
            self._time_out()

    def _time_out(self) -> None:
        self._timer = None
        self._answer_refusal(RequestTimedOut())

    # Refusals.

    def _refuse(self, error: TanyaError) -> None:
        """Refuse from within the parser, which then stops."""
        self._answer_refusal(error)
        raise _Refused

    def _answer_refusal(self, error: TanyaError) -> None:
        """Send the refusal if no response has begun, and close the connection."""
        if self.transport.is_closing():
            return
        log.info("connection_refused", code=error.code)
        answering = self.cycle is not None and not self.cycle.response_complete
        if not answering or (not self.cycle.response_started and not self.pipeline):
            self.transport.write(refusal_bytes(error))
        if answering:  # notify its handler of the disconnect
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()

    def _count_as(self, key: str | None) -> None:
        """Count this connection under `key` instead of its previous key."""
        if key == self.client_key:
            return
        if self.client_key is not None:
            self.clients.leave(self.client_key)
            self.client_key = None
        if key is None:
            return
        if self.clients.enter(key):
            self.client_key = key
        else:
            error = TooManyConnections(retry_after=5)
            self._refuse(error) if self._from_proxy else self._answer_refusal(error)

    # Detaching.

    def detach(self) -> DetachedConnection | None:
        """Detach the connection for the rest of a chunked response whose headers are sent.

        None if the client is gone, is still sending, or has already sent another request, which
        uvicorn must answer.
        """
        cycle = self.cycle
        if self.transport.is_closing() or self.pipeline or not cycle.chunked_encoding:
            return None
        if self._owed != "nothing":
            return None
        cycle.response_complete = True
        self.flow.resume_reading()
        detached = DetachedConnection(self)
        self.transport.set_protocol(detached)
        self.connections.discard(self)
        self.connections.add(detached)  # type: ignore[arg-type]
        self.client_key = None  # the detached connection is counted from here on
        self.release_request()
        return detached

    def release_request(self) -> None:
        """Break reference cycles, since garbage collection is infrequent."""
        self._owe("nothing")
        self.parser = None  # type: ignore[assignment]
        self.scope = None  # type: ignore[assignment]
        self.cycle = None  # type: ignore[assignment]


def http_protocol(
    clients: ClientConnections, bounds: HttpBounds | None = None
) -> type[asyncio.Protocol]:
    """The protocol as uvicorn's `http` setting wants it; `clients` is shared by connections."""
    made = partial(HttpProtocol, clients=clients, bounds=bounds or HttpBounds())
    return cast(type[asyncio.Protocol], made)


def refusal_bytes(error: TanyaError) -> bytes:
    """A complete response for a client that is refused before the application."""
    body = msgspec.json.encode(problem_body(error, translator(FALLBACK)))
    headers = {
        "content-type": PROBLEM_JSON,
        "content-length": str(len(body)),
        "cache-control": "no-store",
        "connection": "close",
    }
    if error.retry_after is not None:
        headers["retry-after"] = str(round(error.retry_after))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return STATUS_LINE[error.status] + lines.encode() + b"\r\n" + body
