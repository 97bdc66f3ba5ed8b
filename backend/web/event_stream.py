"""The response with an answer's event stream."""

from collections.abc import AsyncIterable, Callable, Iterable
from functools import partial
from typing import Any, Final

from litestar import Litestar, Request
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Scope, Send

from backend.runlog import FollowedPerson, LiveEvents
from backend.web.detached import closer, detach
from backend.web.person_streams import PersonStreams

EVENT_STREAM: Final = "text/event-stream"

# Proxies must not buffer events (X-Accel-Buffering is nginx's header for that).
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(Stream):
    """Server-sent events, already encoded, for one person."""

    def __init__(self, events: AsyncIterable[bytes], streams: PersonStreams, user_id: int) -> None:
        super().__init__(events, media_type=EVENT_STREAM, headers=HEADERS)
        self._events = events
        self._streams = streams
        self._user_id = user_id

    def to_asgi_response(
        self,
        app: Litestar | None,
        request: Request[Any, Any, Any],
        *,
        encoded_headers: Iterable[tuple[bytes, bytes]] | None = None,
        is_head_response: bool = False,
        status_code: int | None = None,
        **_: Any,
    ) -> ASGIResponse:
        """As Stream's."""
        response = _DetachedStream(
            iterator=self._events,
            encoded_headers=encoded_headers,
            headers=self.headers,
            is_head_response=is_head_response,
            media_type=EVENT_STREAM,
            status_code=self.status_code or status_code,
        )
        response.count_stream = partial(self._streams.count_stream, self._user_id)
        return response


class _DetachedStream(ASGIStreamingResponse):
    """A running answer is written straight to the connection; Litestar streams an ended one."""

    __slots__ = ("_scope", "count_stream")
    count_stream: Callable[[Callable[[], None]], Callable[[], None]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond."""
        self._scope = scope
        await super().__call__(scope, receive, send)

    async def send_body(self, send: Send, receive: Receive) -> None:
        """After the headers."""
        events = self.iterator
        if (
            isinstance(events, LiveEvents | FollowedPerson)
            and (connection := detach(self._scope)) is not None
        ):
            connection.subscribe(events, on_end=self.count_stream(connection.close))
            return
        on_end = self.count_stream(closer(self._scope))
        try:
            await super().send_body(send, receive)
        finally:
            on_end()
