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
    """One access. `actor` is "person" for the person and "operator" for the service's operators.
    With `aboutEverybody` it concerned everybody's data at once. `reason` is the operator's."""

    at: datetime
    action: str
    actor: str
    about_everybody: bool
    reason: str | None


class AccessLogShown(Shown, frozen=True):
    """The latest 200 accesses, newest first. An export contains all of them."""

    items: list[AccessShown]


@get("/access-log", tags=TAGS, summary="Who opened my data")
async def show_access_log(
    principal: Part[Principal], database: Part[Database], access_log: Part[AccessLog]
) -> AccessLogShown:
    """Exports, erasures, and what operators read or changed, including actions on everybody's
    data."""
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
