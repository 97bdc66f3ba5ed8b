"""The base class of errors, and those that any request can raise."""

from typing import ClassVar, Final

__all__ = [
    "BadInput",
    "BodyTooLarge",
    "Conflict",
    "CursorInvalid",
    "Detail",
    "Forbidden",
    "HeadTooLarge",
    "InvalidField",
    "MalformedBody",
    "MalformedRequest",
    "MethodNotAllowed",
    "NotFound",
    "NotSignedIn",
    "PaymentRequired",
    "RateLimited",
    "RequestTimedOut",
    "TanyaError",
    "TooManyConnections",
    "Unavailable",
    "UnsupportedMediaType",
    "UrlTooLong",
]

Detail = str | int | bool | None

RETRYABLE_STATUSES: Final = (402, 408, 429)
"""Below 500: what paying ends, and what waiting ends."""


class TanyaError(Exception):
    """A failure with a stable `code`.

    `details` are shown to the caller, so they never hold secrets or message text. `retry_after` is
    in seconds. `for_operator`: its text names settings, files or commands, so users are shown a
    general text instead (`wording.for_people`). `worth_retrying`: the very same request may succeed
    later, perhaps after the person has paid or agreed; where a kind does not say, its status does.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    for_operator: ClassVar[bool] = False
    worth_retrying: ClassVar[bool] = True

    def __init_subclass__(cls) -> None:
        if "worth_retrying" not in vars(cls) and "status" in vars(cls):
            cls.worth_retrying = cls.status in RETRYABLE_STATUSES or cls.status >= 500

    def __init__(self, *, retry_after: float | None = None, **details: Detail) -> None:
        super().__init__(self.code)
        self.retry_after = retry_after
        self.details = details

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code} ({shown})" if shown else self.code


class BadInput(TanyaError):
    """The request cannot be understood or asks for the impossible."""

    code, status = "bad_input", 400


class MalformedBody(BadInput):
    """The body is not the JSON that the endpoint takes; `field` names where."""

    code = "malformed_body"


class InvalidField(BadInput):
    """One named field holds a value that is not allowed."""

    code = "invalid_field"


class MalformedRequest(BadInput):
    """What came over the connection is not HTTP."""

    code = "malformed_request"


class HeadTooLarge(BadInput):
    """Headers, trailers or chunk extensions are over `limit` bytes together."""

    code, status = "head_too_large", 431


class UrlTooLong(BadInput):
    """The URL is over `limit` bytes."""

    code, status = "url_too_long", 414


class RequestTimedOut(BadInput):
    """The request did not arrive in time."""

    code, status = "request_timed_out", 408


class BodyTooLarge(BadInput):
    """The body is over the endpoint's limit, given in `limit` bytes."""

    code, status = "body_too_large", 413


class UnsupportedMediaType(BadInput):
    """The body has a content type that the endpoint does not take."""

    code, status = "unsupported_media_type", 415


class CursorInvalid(BadInput):
    """A page cursor that this server did not make."""

    code = "cursor_invalid"


class Forbidden(TanyaError):
    """The caller is known and may not do this."""

    code, status = "forbidden", 403


class NotFound(TanyaError):
    """There is no such thing, or it is someone else's; the answer is the same."""

    code, status = "not_found", 404


class MethodNotAllowed(TanyaError):
    """The address exists, but not for this HTTP method."""

    code, status = "method_not_allowed", 405


class Conflict(TanyaError):
    """The request contradicts what is already stored."""

    code, status = "conflict", 409


class PaymentRequired(TanyaError):
    """The person's plan does not cover the request."""

    code, status = "payment_required", 402


class RateLimited(TanyaError):
    """Too many requests; `retry_after` says when the next one is accepted."""

    code, status = "rate_limited", 429


class TooManyConnections(RateLimited):
    """The client's address has as many connections open as it may."""

    code = "too_many_connections"


class NotSignedIn(TanyaError):
    """The caller could not be identified."""

    code, status = "not_signed_in", 401


class Unavailable(TanyaError):
    """This server cannot answer now, though the request is fine."""

    code, status = "unavailable", 503
