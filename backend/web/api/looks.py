"""/api/looks: a look at one conversation that a person grants to support; and support's reading."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend.console import Console
from backend.identity import Principal
from backend.privacy import GrantedLook, GrantedLooks
from backend.settings import Settings
from backend.web.api.wire import Received, Shown
from backend.web.operators import operator_from
from backend.web.parts import Part

TAGS = ["Privacy"]


class LookGranted(Received, frozen=True):
    """Access to one conversation, for some hours. `id` is the caller's: a repeat changes
    nothing."""

    id: UUID
    conversation_id: UUID
    hours: Annotated[int, Meta(ge=1, le=72, examples=[24])] = 24


class LooksShown(Shown, frozen=True):
    """Current grants, oldest first."""

    items: list[GrantedLook]


class MessageRead(Shown, frozen=True):
    """A message as support reads it."""

    role: str
    text: str
    created_at: datetime


class ConversationRead(Shown, frozen=True):
    """All branches, oldest first."""

    items: list[MessageRead]


@get("/looks", tags=TAGS, summary="Looks that I granted")
async def show_looks(principal: Part[Principal], looks: Part[GrantedLooks]) -> LooksShown:
    """The person's current grants."""
    return LooksShown(items=await looks.of_person(principal.user_id))


@post("/looks", status_code=201, tags=TAGS, summary="Let support look at one conversation")
async def grant_look(
    data: JSONBody[LookGranted], principal: Part[Principal], looks: Part[GrantedLooks]
) -> GrantedLook:
    """For three days at most; each reading is entered in the person's access log."""
    return await looks.grant(principal.user_id, data.id, data.conversation_id, data.hours)


@delete("/looks/{look_id:uuid}", tags=TAGS, summary="Take a look back")
async def revoke_look(
    look_id: FromPath[UUID], principal: Part[Principal], looks: Part[GrantedLooks]
) -> None:
    """Takes effect immediately."""
    await looks.revoke(principal.user_id, look_id)


@get("/console/people/{person:int}/looks", tags=["The operator"], summary="What may be read")
async def show_person_looks(
    person: FromPath[int],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> LooksShown:
    """The grants of one person that are in force."""
    return LooksShown(items=await console.looks(operator_from(settings, principal), person))


@get(
    "/console/people/{person:int}/looks/{look_id:uuid}",
    tags=["The operator"],
    summary="Read a conversation",
)
async def read_look(
    person: FromPath[int],
    look_id: FromPath[UUID],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> ConversationRead:
    """Each reading is entered in the person's access log."""
    operator = operator_from(settings, principal)
    messages = await console.read_look(operator, person, look_id)
    items = [
        MessageRead(role=one.role, text=one.text, created_at=one.created_at) for one in messages
    ]
    return ConversationRead(items=items)


handlers: list[Any] = [show_looks, grant_look, revoke_look, show_person_looks, read_look]
