"""HEAD and OPTIONS, for every address alike.

HEAD responds as GET without the body; handlers implement only GET. A body made at once is dropped;
a streamed one (an answer, an export) ends the request before it is made.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from backend.web.detached import CLOSE, DETACH

NO_METHOD: Final = "NONE"
_STREAMS: Final = frozenset({DETACH, CLOSE})


def as_get(scope: Scope) -> Scope:
    """The same request's scope as GET, with a connection that cannot be detached."""
    extensions = scope.get("extensions") or {}
    offered = {name: one for name, one in extensions.items() if name not in _STREAMS}
    asked: Any = {**scope, "method": "GET", "extensions": offered}
    return cast(Scope, asked)


@asynccontextmanager
async def _cut_short() -> AsyncIterator[asyncio.Timeout]:
    """A block that ends where its limit is set to now."""
    limit = asyncio.timeout(None)
    try:
        async with limit:
            yield limit
    except TimeoutError:
        if not limit.expired():
            raise


async def answer_head(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with the head of GET's response; `scope` is from `as_get`."""
    async with _cut_short() as limit:

        async def send_head(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            if message.get("more_body"):
                limit.reschedule(asyncio.get_running_loop().time())
                await asyncio.Event().wait()

        await app(scope, receive, send_head)


async def answer_options(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Respond with the allowed methods, as a 405 does.

    Litestar's own answer leaves out the methods of handlers that were added to a route later.
    """

    async def send_allowed(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 405:
            kept = [one for one in message["headers"] if one[0].lower() == b"allow"]
            message = {**message, "status": 204, "headers": kept}
            refused.append(True)
        elif refused and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    refused: list[bool] = []
    asked: Any = {**scope, "method": NO_METHOD}
    await app(cast(Scope, asked), receive, send_allowed)
