"""The response that an answer is read from."""

from collections.abc import AsyncIterable, Iterable
from typing import Any, Final

from litestar import Litestar, Request
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Scope, Send

from backend.generation import Live
from backend.web.outlet import hand_over

EVENT_STREAM: Final = "text/event-stream"

# Proxies must pass events on as they come (X-Accel-Buffering is nginx's word for it).
HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventStream(Stream):
    """Server-sent events that are bytes already."""

    def __init__(self, events: AsyncIterable[bytes]) -> None:
        super().__init__(events, media_type=EVENT_STREAM, headers=HEADERS)
        self._events = events

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
        return _Poured(
            iterator=self._events,
            encoded_headers=encoded_headers,
            headers=self.headers,
            is_head_response=is_head_response,
            media_type=EVENT_STREAM,
            status_code=self.status_code or status_code,
        )


class _Poured(ASGIStreamingResponse):
    """What runs is poured into the connection itself; what has ended is streamed by Litestar."""

    __slots__ = ("_scope",)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond."""
        self._scope = scope
        await super().__call__(scope, receive, send)

    async def send_body(self, send: Send, receive: Receive) -> None:
        """After the headers."""
        events = self.iterator
        if isinstance(events, Live) and (outlet := hand_over(self._scope)) is not None:
            outlet.pour(events)
        else:
            await super().send_body(send, receive)
