"""A connection while an answer flows out of it: only its socket, and the answer's reader.

Answers take seconds to minutes, and thousands are open at once. Kept alive by uvicorn and Litestar
each would hold its request, their objects around it and two tasks, and each flush would pass
through all of them. So, once a stream's headers are sent, the connection is handed over, and its
request is over; when the stream ends, uvicorn gets the connection back for the next one.
Measured: docs/decisions/0013-streams-leave-the-server.md.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.generation import Live, Pourer

HAND_OVER: Final = "tanya.hand_over"
"""The extension under which a request's scope offers its connection."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's own, which can hand its connection over."""

    def on_message_begin(self) -> None:
        """A request comes in."""
        super().on_message_begin()
        self.scope["extensions"] = {HAND_OVER: self.hand_over}  # type: ignore[dict-item]

    def hand_over(self) -> "Outlet | None":
        """The connection, for what is left of a chunked response whose headers are sent.

        None if the client is gone, or has sent another request already: that one needs uvicorn.
        """
        cycle = self.cycle
        if self.transport.is_closing() or self.pipeline or not cycle.chunked_encoding:
            return None
        outlet = Outlet(self)
        cycle.response_complete = True
        self.flow.resume_reading()
        self.transport.set_protocol(outlet)
        self.connections.discard(self)
        self.connections.add(outlet)  # type: ignore[arg-type]
        self._forget()
        return outlet

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        super().connection_lost(exc)
        self._forget()

    def _forget(self) -> None:
        """Leave no circles: the collector comes rarely."""
        self.parser = None  # type: ignore[assignment]
        self.scope = None  # type: ignore[assignment]
        self.cycle = None  # type: ignore[assignment]


class Outlet(asyncio.Protocol):
    """The sink at a connection's end; `full` while the client takes less than there is."""

    __slots__ = ("_app_state", "_config", "_pourer", "_state", "_transport", "full", "keep_alive")

    def __init__(self, http: HttpProtocol) -> None:
        self._config = http.config
        self._state = http.server_state
        self._app_state = http.app_state
        self._transport = http.transport
        self._pourer: Pourer | None = None
        self.keep_alive = http.cycle.keep_alive
        self.full = http.flow.write_paused

    def pour(self, events: Live) -> None:
        """Begin."""
        self._pourer = events.pour(self)

    def write(self, chunk: bytes) -> None:
        """See Sink."""
        self._transport.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))

    def end(self) -> None:
        """See Sink: the connection waits for its next request."""
        self._transport.write(b"0\r\n\r\n")
        self._state.connections.discard(self)
        if not self.keep_alive:
            self._transport.close()
            return
        http = HttpProtocol(self._config, self._state, self._app_state)
        self._transport.set_protocol(http)
        http.connection_made(self._transport)
        http.on_response_complete()

    def shutdown(self) -> None:
        """What uvicorn asks of connections when it stops; answers are drained by then."""
        self.keep_alive = False

    # What asyncio tells.

    def data_received(self, data: bytes) -> None:
        """A client that talks into its answer. None that is known does; they come back."""
        self._transport.abort()

    def pause_writing(self) -> None:
        """The client takes less than there is."""
        self.full = True

    def resume_writing(self) -> None:
        """It has taken it."""
        self.full = False
        if self._pourer is not None:
            self._pourer.wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._state.connections.discard(self)
        if self._pourer is not None:
            self._pourer.leave()


def hand_over(scope: Any) -> Outlet | None:
    """The connection of the request, if the server can give it away."""
    offer = (scope.get("extensions") or {}).get(HAND_OVER)
    outlet: Outlet | None = offer() if offer is not None else None
    return outlet
