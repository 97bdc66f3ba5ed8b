"""/api/access-log: who opened the person's data, when, and why."""

from datetime import datetime
from typing import Any

from litestar import get

from backend.db import Database
from backend.identity import Principal
from backend.privacy import AccessLog
from backend.web.api.wire import Shown
from backend.web.parts import Part

TAGS = ["Privacy"]


class AccessShown(Shown, frozen=True):
    """One access. `actor` is "person" for one's own and "operator" for those who run the service;
    `aboutEverybody` was to all people's data at once; `reason` is what the operator gave."""

    at: datetime
    action: str
    actor: str
    about_everybody: bool
    reason: str | None


class AccessLogShown(Shown, frozen=True):
    """The newest 200, newest first. A person's copy holds all."""

    items: list[AccessShown]


@get("/access-log", tags=TAGS, summary="Who opened my data")
async def show_access_log(
    principal: Part[Principal], database: Part[Database], access_log: Part[AccessLog]
) -> AccessLogShown:
    """Exports, erasures, what operators looked at, and what was done to everybody's data."""
    async with database.snapshot() as db:
        found = await access_log.of_person(db, principal.user_id)
    return AccessLogShown(
        items=[
            AccessShown(
                at=one.at,
                action=one.action,
                actor=one.actor,
                about_everybody=one.about_everybody,
                reason=one.reason,
            )
            for one in found
        ]
    )


handlers: list[Any] = [show_access_log]
