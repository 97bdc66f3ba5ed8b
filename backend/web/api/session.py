"""/api/session: init data in, a short-lived token out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend.db import Database
from backend.features import check_offered
from backend.identity import SIGN_IN, Identity, Limiter, Principal, address_key, open_sessions
from backend.settings import Settings
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock, WebRequest, caller_address
from backend.web.parts import Part


class SessionRequest(Received, frozen=True):
    """What the Mini App sends when it starts."""

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
    """A session. Send `token` as `Authorization: Bearer`, and replace it by `X-Session-Token` when
    a response has one."""

    token: str
    expires_at: datetime
    user: UserShown
    start_param: str | None
    device_epoch: Annotated[
        str,
        Meta(
            description="While it stays the same, what this device keeps of the person's words may "
            "be shown. It changes when they sign out everywhere or were erased.",
            examples=["2026-03-01T12:00:00+00:00"],
        ),
    ]


@post("/session", status_code=200, tags=["Session"], summary="Exchange init data for a session")
async def open_session(
    data: JSONBody[SessionRequest],
    request: WebRequest,
    identity: Part[Identity],
    limiter: Part[Limiter],
    clock: Part[Clock],
    settings: Part[Settings],
) -> SessionShown:
    """Verify Telegram's signature and open a session, where the service is offered."""
    now = clock()
    await limiter.count_request(SIGN_IN, address_key(caller_address(request)), now)
    device = device_of(request.headers.get("user-agent", ""))
    session = await identity.open_session(data.init_data, now, device)
    user = session.user
    header = settings.country_header
    country = request.headers.get(header) if header else None
    check_offered(settings, language=user.language_code, country=country)
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
        device_epoch=session.device_epoch,
    )


@delete("/session", tags=["Session"], summary="End this session")
async def end_session(
    principal: Part[Principal], identity: Part[Identity], clock: Part[Clock]
) -> None:
    """Revoke the current token and all tokens renewed from it."""
    await identity.revoke(principal.user_id, principal.session_id, clock())


class SessionItem(Shown, frozen=True):
    """One session. `device` is "android", "ios", "mac", "windows", "linux" or null; `current` marks
    the caller's."""

    id: UUID
    device: str | None
    current: bool
    created_at: datetime
    expires_at: datetime


class Sessions(Shown, frozen=True):
    """All active sessions, newest first."""

    items: list[SessionItem]


@get("/sessions", tags=["Session"], summary="The person's sessions")
async def list_sessions(
    principal: Part[Principal], database: Part[Database], clock: Part[Clock]
) -> Sessions:
    """The person's open sessions."""
    async with database.snapshot() as db:
        found = await open_sessions(db, principal.user_id, clock())
    items = [
        SessionItem(
            id=one.id,
            device=one.device,
            current=one.id == principal.session_id,
            created_at=one.created_at,
            expires_at=one.expires_at,
        )
        for one in found
    ]
    return Sessions(items=items)


@delete("/sessions", tags=["Session"], summary="Sign out everywhere")
async def end_all_sessions(
    principal: Part[Principal], identity: Part[Identity], clock: Part[Clock]
) -> None:
    """Revoke all tokens, including the caller's, and refuse launches from before."""
    await identity.sign_out(principal.user_id, clock())


@delete("/sessions/{session_id:uuid}", tags=["Session"], summary="End one of the sessions")
async def end_one_session(
    session_id: FromPath[UUID],
    principal: Part[Principal],
    identity: Part[Identity],
    clock: Part[Clock],
) -> None:
    """Revoke a session. If it is not the person's or has ended, nothing changes."""
    await identity.revoke(principal.user_id, session_id, clock())


def device_of(user_agent: str) -> str | None:
    """The kind of device by its User-Agent; None if unknown.

    An iPad claims to be a Mac.
    """
    for mark, device in (
        ("Android", "android"),
        ("iPhone", "ios"),
        ("iPad", "ios"),
        ("Macintosh", "mac"),
        ("Windows", "windows"),
        ("Linux", "linux"),
    ):
        if mark in user_agent[:512]:
            return device
    return None


handlers = [open_session, end_session, list_sessions, end_all_sessions, end_one_session]
