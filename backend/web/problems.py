"""Errors as RFC 9457 problem details: a stable code, and a text in the caller's language."""

from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar import exceptions as litestar_errors

from backend import errors
from backend.errors import TanyaError, for_people, word_error
from backend.i18n import Translator, translator
from backend.web.json_body import INVALID_BODY, named_field

log = structlog.get_logger("tanya.web")

PROBLEM_JSON = "application/problem+json"


def problem_body(error: TanyaError, t: Translator) -> dict[str, Any]:
    """The members of the problem document, the error's own details among them."""
    title, detail = word_error(error, t)
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": title,
        "status": error.status,
        "detail": detail,
        "code": error.code,
    }
    if error.retry_after is not None:
        body["retryAfter"] = error.retry_after
    for name, value in error.details.items():
        if value is not None:
            body.setdefault(_camel(name), value)
    return body


def problem_response(error: TanyaError, t: Translator, request_id: str) -> Response[bytes]:
    """The whole answer to a failed request."""
    body = problem_body(error, t) | {"instance": f"urn:request:{request_id}"}
    headers = {"Content-Language": t.language}
    if error.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(
        msgspec.json.encode(body),
        status_code=error.status,
        media_type=PROBLEM_JSON,
        headers=headers,
    )


def request_translator(request: Request[Any, Any, Any]) -> Translator:
    """In the signed-in person's language, else in the browser's."""
    language = request.scope["state"].get("language") or request.headers.get("accept-language")
    return translator(language or "en")


def answer_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Litestar's exception handler for all errors."""
    request_id = request.scope["state"].get("request_id", "")
    own = error if isinstance(error, TanyaError) else _translate(error)
    if isinstance(error, litestar_errors.ValidationException):
        own = request.scope["state"].get(INVALID_BODY, own)
    if own.status >= 500:
        log.error("request_failed", code=own.code, path_template=_template(request), exc_info=error)
    response = problem_response(for_people(own), request_translator(request), request_id)
    if own.status == 405 and isinstance(error, litestar_errors.HTTPException):
        response.headers["Allow"] = (error.headers or {}).get("allow", "")
    return response


def _translate(error: Exception) -> TanyaError:
    """Convert Litestar's and msgspec's errors to ours."""
    match error:
        case litestar_errors.ValidationException():
            return _from_validation(error)
        case litestar_errors.NotFoundException():
            return errors.NotFound()
        case litestar_errors.MethodNotAllowedException():
            return errors.MethodNotAllowed()
        case litestar_errors.HTTPException(status_code=413):
            return errors.BodyTooLarge()
        case litestar_errors.HTTPException(status_code=415):
            return errors.UnsupportedMediaType()
        case litestar_errors.HTTPException(status_code=status) if status < 500:
            return errors.MalformedBody()
        case msgspec.DecodeError():
            return errors.MalformedBody()
        case _:
            return TanyaError()


def _from_validation(error: litestar_errors.ValidationException) -> TanyaError:
    """Name the first field that is wrong, never its value."""
    extra = error.extra if isinstance(error.extra, list) else []
    for item in extra:
        if isinstance(item, dict) and item.get("key"):
            named = named_field(str(item.get("message", "")))
            return errors.InvalidField(field=named or str(item["key"]))
    return errors.MalformedBody()


def _template(request: Request[Any, Any, Any]) -> str:
    return str(getattr(request.scope.get("route_handler"), "paths", ""))


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)
