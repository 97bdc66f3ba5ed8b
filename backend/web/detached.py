"""A detached connection: while an answer is streamed, only its socket and the subscriber remain.

Answers take seconds to minutes, and thousands are open at once. In uvicorn and Litestar each would
hold its request, their objects and two tasks, and each flush would pass through all of them. So,
once a stream's headers are sent, the connection is detached from uvicorn and its request is over;
when the stream ends, uvicorn gets the connection back for the next one. Measured:
docs/decisions/0013-streams-leave-the-server.md.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from backend.runlog import FollowedPerson, LiveEvents, Subscriber

if TYPE_CHECKING:
    from backend.web.http_protocol import HttpProtocol

DETACH: Final = "tanya.detach"
"""The extension under which a request's scope offers its connection."""
CLOSE: Final = "tanya.close"
"""The extension that closes the request's connection."""


class DetachedConnection(asyncio.Protocol):
    """A subscriber's sink; `full` while the socket's write buffer is over its limit."""

    __slots__ = (
        "_app_state",
        "_bounds",
        "_client_key",
        "_clients",
        "_config",
        "_http",
        "_on_end",
        "_state",
        "_subscriber",
        "_transport",
        "full",
        "keep_alive",
    )

    def __init__(self, http: "HttpProtocol") -> None:
        self._http = type(http)
        self._config = http.config
        self._state = http.server_state
        self._app_state = http.app_state
        self._clients = http.clients
        self._client_key = http.client_key
        self._bounds = http.bounds
        self._transport = http.transport
        self._subscriber: Subscriber | None = None
        self._on_end: Callable[[], None] | None = None
        self.keep_alive = http.cycle.keep_alive
        self.full = http.flow.write_paused

    def subscribe(self, events: LiveEvents | FollowedPerson, on_end: Callable[[], None]) -> None:
        """Start streaming; `on_end` is called once when it ends, for any reason."""
        self._on_end = on_end
        self._subscriber = events.subscribe(self)

    def close(self) -> None:
        """Close the connection without ending the body, so that the client resumes."""
        self._transport.close()

    def write(self, chunk: bytes) -> None:
        """Send one chunk."""
        self._transport.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def end(self) -> None:
        """Send the end of the body; the connection then waits for its next request."""
        self._transport.write(b"0\r\n\r\n")
        self._release()
        if not self.keep_alive:
            self._transport.close()
            return
        http = self._http(
            self._config,
            self._state,
            self._app_state,
            clients=self._clients,
            bounds=self._bounds,
        )
        self._transport.set_protocol(http)
        http.connection_made(self._transport)
        http.on_response_complete()

    def shutdown(self) -> None:
        """Called by uvicorn when it stops; answers are drained by then."""
        self.keep_alive = False

    # What asyncio tells.

    def data_received(self, data: bytes) -> None:
        """The client sends during the answer; no known client does."""
        self._transport.abort()

    def pause_writing(self) -> None:
        """The write buffer is full."""
        self.full = True

    def resume_writing(self) -> None:
        """The write buffer has room."""
        self.full = False
        if self._subscriber is not None:
            self._subscriber.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has disconnected."""
        self._release()
        if self._subscriber is not None:
            self._subscriber.leave()

    def _release(self) -> None:
        self._state.connections.discard(self)
        if self._client_key is not None:
            self._clients.leave(self._client_key)
            self._client_key = None
        if (on_end := self._on_end) is not None:
            self._on_end = None
            on_end()


def closer(scope: Any) -> Callable[[], None]:
    """A function that closes the request's connection; does nothing if the server lacks the
    extension."""
    close: Callable[[], None] = (scope.get("extensions") or {}).get(CLOSE, _nothing)
    return close


def _nothing() -> None: ...


def detach(scope: Any) -> DetachedConnection | None:
    """The request's connection, if the server supports detaching."""
    offer = (scope.get("extensions") or {}).get(DETACH)
    detached: DetachedConnection | None = offer() if offer is not None else None
    return detached
