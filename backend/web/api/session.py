"""/api/session: init data in, a short-lived token out."""

from datetime import datetime
from typing import Annotated

from litestar import delete, post
from litestar.params import JSONBody
from msgspec import Meta

from backend.identity import Identity, Principal
from backend.identity.limits import SIGN_IN, Limiter, address_key
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock, WebRequest, caller_address
from backend.web.parts import Part


class SessionRequest(Received, frozen=True):
    """What the Mini App knows when it starts."""

    init_data: Annotated[
        str,
        Meta(
            max_length=8192,
            description="Telegram's signed init data, exactly as it stands in the launch fragment.",
            examples=["user=%7B%22id%22%3A1%7D&auth_date=1733584787&hash=…"],
        ),
    ]


class UserShown(Shown, frozen=True):
    """The person, as Telegram described them at launch. Names are echoed, never stored."""

    id: int
    first_name: str
    last_name: str | None
    username: str | None
    language_code: str
    is_premium: bool
    photo_url: str | None


class SessionShown(Shown, frozen=True):
    """A session. Send `token` as `Authorization: Bearer`; take over `X-Session-Token` when one
    comes back."""

    token: str
    expires_at: datetime
    user: UserShown
    start_param: str | None


@post("/session", status_code=200, tags=["Session"], summary="Exchange init data for a session")
async def open_session(
    data: JSONBody[SessionRequest],
    request: WebRequest,
    identity: Part[Identity],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> SessionShown:
    """Verify Telegram's signature and open a session."""
    now = clock()
    await limiter.take(SIGN_IN, address_key(caller_address(request)), now)
    session = await identity.open_session(data.init_data, now)
    user = session.user
    shown = UserShown(
        id=user.id,
        first_name=user.first_name,
        last_name=user.last_name,
        username=user.username,
        language_code=session.language,
        is_premium=bool(user.is_premium),
        photo_url=user.photo_url,
    )
    return SessionShown(
        token=session.token.value,
        expires_at=session.token.expires_at,
        user=shown,
        start_param=session.start_param,
    )


@delete("/session", tags=["Session"], summary="End this session")
async def end_session(
    principal: Part[Principal], identity: Part[Identity], clock: Part[Clock]
) -> None:
    """Revoke the token in use and whatever was renewed from it."""
    await identity.revoke(principal.user_id, principal.session_id, clock())


handlers = [open_session, end_session]
