"""A streamed response that closes its generator, also when the client disconnects early.

Litestar drops the generator without closing it, so that what it holds (a database connection, an
open archive) stays open until garbage collection.
"""

from collections.abc import AsyncGenerator, Iterable
from typing import Any

from litestar import Litestar, Request
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.response.streaming import ASGIStreamingResponse
from litestar.types import Receive, Send


class ClosingResponse(ASGIStreamingResponse):
    """See the module."""

    async def send_body(self, send: Send, receive: Receive) -> None:
        """After the headers."""
        try:
            await super().send_body(send, receive)
        finally:
            if isinstance(self.iterator, AsyncGenerator):
                await self.iterator.aclose()


class ClosingStream(Stream):
    """What a handler returns."""

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
        return ClosingResponse(
            iterator=self.iterator,  # type: ignore[arg-type]
            encoded_headers=encoded_headers,
            headers=self.headers,
            is_head_response=is_head_response,
            media_type=self.media_type,
            status_code=self.status_code or status_code,
        )
