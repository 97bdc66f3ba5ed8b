"""The webhook: Telegram's updates over HTTP. Stored first, then answered 200."""

from collections.abc import Callable
from typing import Any, Protocol

from litestar import Request, Response, post

from backend.errors import Forbidden
from backend.web.parts import Part

SECRET_HEADER = "x-telegram-bot-api-secret-token"
MAX_UPDATE_BYTES = 1024 * 1024


class UpdateInbox(Protocol):
    """Accepts updates (the bot's inbox)."""

    async def accept(self, body: bytes) -> None:
        """Store one update and wake its handler."""
        ...


@post(
    "/telegram/webhook",
    status_code=200,
    include_in_schema=False,
    request_max_body_size=MAX_UPDATE_BYTES,
)
async def telegram_webhook(
    request: Request[Any, Any, Any],
    inbox: Part[UpdateInbox],
    from_telegram: Part[Callable[[str | None], bool]],
) -> Response[None]:
    """Accept an update that carries the webhook's secret."""
    if not from_telegram(request.headers.get(SECRET_HEADER)):
        raise Forbidden()
    await inbox.accept(await request.body())
    return Response(None)
