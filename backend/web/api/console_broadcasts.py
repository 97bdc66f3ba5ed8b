"""/api/console/broadcasts: messages to many people, for owners."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend.console import (
    Broadcast,
    BroadcastWanted,
    Confirmation,
    Confirmations,
    Console,
    Segment,
)
from backend.identity import Principal
from backend.plans import plans
from backend.settings import Settings
from backend.web.api.wire import Received, Shown
from backend.web.operators import operator_from, require_confirmed
from backend.web.parts import Part

TAGS = ["The operator"]


class BroadcastWritten(Received, frozen=True):
    """A draft. `id` is the caller's. Recipients are those on a plan, those with a language, or
    everybody."""

    id: UUID
    text: Annotated[str, Meta(min_length=1, max_length=3500, examples=["We are back."])]
    plan_id: Annotated[str, Meta(max_length=40, examples=[plans.default().id])] | None = None
    language: Annotated[str, Meta(max_length=16, examples=["en"])] | None = None


class BroadcastBegun(Received, frozen=True):
    """Whether the operator confirmed it in the app."""

    confirmed: Annotated[bool, Meta(examples=[True])]


class BroadcastsShown(Shown, frozen=True):
    """The broadcasts, newest first."""

    items: list[Broadcast]


@get("/console/broadcasts", tags=TAGS, summary="Messages to many, with their reports")
async def show_broadcasts(
    principal: Part[Principal], settings: Part[Settings], console: Part[Console]
) -> BroadcastsShown:
    """Drafts, running and finished broadcasts."""
    operator = operator_from(settings, principal)
    return BroadcastsShown(items=await console.broadcasts.listed(operator))


@post("/console/broadcasts", status_code=201, tags=TAGS, summary="Write one")
async def write_broadcast(
    data: JSONBody[BroadcastWritten],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> Broadcast:
    """Store a draft and return the number of recipients. Nothing is sent yet."""
    operator, segment = operator_from(settings, principal), Segment(data.plan_id, data.language)
    return await console.broadcasts.write(operator, data.id, data.text, segment)


@post(
    "/console/broadcasts/{broadcast_id:uuid}/preview",
    status_code=204,
    tags=TAGS,
    summary="Show it to me",
)
async def preview_broadcast(
    broadcast_id: FromPath[UUID],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> None:
    """Send the draft to the operator's own chat with the bot."""
    operator = operator_from(settings, principal)
    await console.broadcasts.preview(operator, broadcast_id, principal.user_id)


@post(
    "/console/broadcasts/{broadcast_id:uuid}/begun",
    status_code=202,
    tags=TAGS,
    summary="Begin it, or go on",
)
async def begin_broadcast(
    broadcast_id: FromPath[UUID],
    data: JSONBody[BroadcastBegun],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """Start sending, once confirmed in the chat."""
    operator = operator_from(settings, principal)
    require_confirmed(data.confirmed)
    found = await console.broadcasts.get(operator, broadcast_id)
    return await confirmations.ask(operator, BroadcastWanted(found.id, found.people))


@post(
    "/console/broadcasts/{broadcast_id:uuid}/stopped",
    status_code=200,
    tags=TAGS,
    summary="Stop it",
)
async def stop_broadcast(
    broadcast_id: FromPath[UUID],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> Broadcast:
    """Stop immediately. Sending can be resumed later, and nobody gets the message twice."""
    return await console.broadcasts.stop(operator_from(settings, principal), broadcast_id)


handlers: list[Any] = [
    show_broadcasts,
    write_broadcast,
    preview_broadcast,
    begin_broadcast,
    stop_broadcast,
]
