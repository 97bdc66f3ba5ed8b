"""Authentication: the bearer token of a request, checked before any handler runs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from litestar import Request

from backend.errors import NotSignedIn
from backend.identity import PERSON, Identity, Limiter, Principal, Token
from backend.web.parts import Part

Clock = Callable[[], datetime]
WebRequest = Request[Any, Any, Any]

BEARER = "Bearer "


async def current_principal(
    request: WebRequest, identity: Part[Identity], limiter: Part[Limiter], clock: Part[Clock]
) -> Principal:
    """The signed-in person; a handler that takes `principal` can only be reached by one.

    Raises:
        RateLimited: too many requests by this person.
        NotSignedIn: no token, or one that is malformed, over or revoked (its subclasses).
    """
    header = request.headers.get("authorization", "")
    if not header.startswith(BEARER):
        raise NotSignedIn()
    now = clock()
    principal = identity.authenticate(header.removeprefix(BEARER), now)
    state = request.scope["state"]
    state["language"] = principal.language
    if principal.renewed is not None:
        state["renewed_session"] = (principal.renewed.value, moment(principal.renewed))
    await limiter.count_request(PERSON, str(principal.user_id), now)
    structlog.contextvars.bind_contextvars(session=principal.session_id.hex[-8:])
    return principal


def reword_session(
    request: WebRequest, identity: Identity, language: str, now: datetime
) -> Principal:
    """Set the language of the session: the response has a token with it."""
    value = request.headers["authorization"].removeprefix(BEARER)
    token = identity.reword(value, language, now)
    state = request.scope["state"]
    state["language"] = language
    state["renewed_session"] = (token.value, moment(token))
    return identity.authenticate(token.value, now)


def moment(token: Token) -> str:
    """When a token expires, as the API writes moments."""
    return token.expires_at.isoformat().replace("+00:00", "Z")


def caller_address(request: WebRequest) -> str:
    """The address a request came from; uvicorn has already applied X-Forwarded-For from trusted
    proxies."""
    return request.client.host if request.client else "unknown"
