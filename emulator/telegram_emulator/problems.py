"""Errors of the control API as RFC 9457 problem details, in the caller's language."""

from typing import Any

import msgspec
from litestar import Request, Response

from telegram_emulator.errors import ControlError
from telegram_emulator.texts import texts_for

PROBLEM_JSON = "application/problem+json"


def answer_error(request: Request[Any, Any, Any], error: ControlError) -> Response[bytes]:
    """Litestar's exception handler for `ControlError`."""
    texts = texts_for(request.headers.get("accept-language"))
    body = {
        "type": f"/problems/{error.code}",
        "title": texts(f"error.{error.code}.title"),
        "detail": texts(f"error.{error.code}.detail", reason=error.reason),
        "status": error.status,
        "code": error.code,
        "reason": error.reason,
    }
    return Response(msgspec.json.encode(body), status_code=error.status, media_type=PROBLEM_JSON)
