"""Takes a question to its handler, past the parts of Litestar that a question does not need.

Litestar finds the route, resolves each part, validates the arguments again and builds the response
in about as many calls as the question's transaction takes. The handler, the body's type, the errors
and their wording are the ones that Litestar has; it documents the route, and serves everything that
is not as usual.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from litestar import Litestar, Response
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from backend.errors import InvalidField
from backend.web.api.runs import MessageSent, send_message
from backend.web.auth import current_principal
from backend.web.json_body import StrictRequest, decode_body
from backend.web.parts import resolve_sequentially
from backend.web.problems import answer_error

_HEX: Final = "[0-9a-f]"
_PATH: Final = re.compile(
    rf"/api/conversations/({_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}})/messages"
)
_TEMPLATE: Final = "/api" + next(iter(send_message.paths)).replace(":uuid", "")
_HOST: Final = re.compile(rb"[A-Za-z0-9.-]+(?::[0-9]+)?")


def serve_directly(app: Litestar, parts: Mapping[str, Any], max_body_bytes: int) -> None:
    """Serve questions past Litestar, which resolves the parts of all other requests in turn."""
    resolve_sequentially(app)
    app.asgi_handler = QuestionRoute(app.asgi_handler, parts, max_body_bytes)


class QuestionRoute:
    """Serves `POST /api/conversations/{id}/messages`; all else goes to `app`. `parts` are what
    handlers can request by name, as they are at the time of the request."""

    def __init__(self, app: ASGIApp, parts: Mapping[str, Any], max_body_bytes: int) -> None:
        self._app = app
        self._parts = parts
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        found = _PATH.fullmatch(scope["path"]) if scope.get("method") == "POST" else None
        if found is None or not _has_usual_head(scope):
            await self._app(scope, receive, send)
            return
        message: Any = await receive()
        if not self._is_whole(message):
            await self._app(scope, _with_first(message, receive), send)
            return
        scope["path_template"] = _TEMPLATE
        request = StrictRequest(scope, receive, send)
        response: Response[Any]
        try:
            response = await self._ask(request, UUID(found[1]), message["body"])
        except Exception as error:
            response = answer_error(request, error)
        answer = response.to_asgi_response(app=None, request=request)
        await answer(scope, receive, send)

    def _is_whole(self, message: Any) -> bool:
        """Whether this is the request's whole body, and there is one."""
        is_last = message["type"] == "http.request" and not message.get("more_body")
        return is_last and 0 < len(message.get("body", b"")) <= self._max_body_bytes

    async def _ask(
        self, request: StrictRequest, conversation_id: UUID, body: bytes
    ) -> Response[Any]:
        """As Litestar with `StrictRequest`: only people with a session are told which field of the
        body is wrong."""
        parts, wrong = self._parts, None
        try:
            data = decode_body(body, MessageSent)
        except InvalidField as error:
            wrong = error
        principal = await current_principal(
            request, parts["identity"], parts["limiter"], parts["clock"]
        )
        if wrong is not None:
            raise wrong
        stream: Response[Any] = await send_message.fn(
            conversation_id=conversation_id,
            data=data,
            principal=principal,
            generation=parts["generation"],
            limiter=parts["limiter"],
            streams=parts["streams"],
            clock=parts["clock"],
        )
        return stream


def _has_usual_head(scope: Scope) -> bool:
    """Whether this is JSON for a host with a plain name."""
    headers = dict(scope["headers"])
    is_json = headers.get(b"content-type", b"").startswith(b"application/json")
    return is_json and _HOST.fullmatch(headers.get(b"host", b"")) is not None


def _with_first(first: HTTPReceiveMessage, receive: Receive) -> Receive:
    """Receives a message again that was received before the others."""
    left = [first]

    async def receive_again() -> Any:
        return left.pop() if left else await receive()

    return receive_again
