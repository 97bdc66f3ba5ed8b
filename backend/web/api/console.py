"""/api/console: what operators do, each as their role allows. Everybody else is refused here.

What costs or takes something away wants `confirmed`: the app asks once more before it sends that.
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from backend.console import Console, Figures, Operator, PersonCard, operator_of
from backend.errors import NotConfirmed, RoleForbids
from backend.identity import Principal
from backend.plans import plans
from backend.settings import Settings
from backend.web.api.wire import Received, Shown
from backend.web.parts import Part

TAGS = ["The operator"]
Reason = Annotated[str, Meta(max_length=500, examples=["ticket 17"])]
Person = Annotated[int, Meta(ge=1, le=2**53, examples=[700000001])]


class ConsoleShown(Shown, frozen=True):
    """The caller's role, and what is switched: `maintenance`, `model:<id>` for one that is off."""

    role: Literal["owner", "support", "finance", "reader"]
    switched: list[str]


class RequestShown(Shown, frozen=True):
    """A message to support that waits for an answer."""

    id: UUID
    user_id: int
    sent_at: datetime
    text: str


class RequestsShown(Shown, frozen=True):
    """Oldest first."""

    items: list[RequestShown]


class Given(Received, frozen=True):
    """Days on a plan, or else messages. `id` is the caller's: a repeat gives nothing more."""

    id: UUID
    plan_id: (
        Annotated[str, Meta(max_length=40, examples=[plans.of_kind("subscription")[0].id])] | None
    ) = None
    days: Annotated[int, Meta(ge=1, le=3660, examples=[30])] = 30
    credits: Annotated[int, Meta(ge=1, le=100_000, examples=[50])] | None = None
    reason: Reason = ""


class Taken(Received, frozen=True):
    """What operators gave towards a plan; without one, what is left of given messages."""

    confirmed: bool
    plan_id: (
        Annotated[str, Meta(max_length=40, examples=[plans.of_kind("subscription")[0].id])] | None
    ) = None
    reason: Reason = ""


class Restricted(Received, frozen=True):
    """A ban for some days (0: for good, null: none any more)."""

    confirmed: bool
    days: Annotated[int, Meta(ge=0, le=3660, examples=[7])] | None = None
    reason: Reason = ""


class Limited(Received, frozen=True):
    """The most messages a day; null: as the plan says."""

    messages: Annotated[int, Meta(ge=0, le=100_000, examples=[5])] | None = None
    reason: Reason = ""


class Refunded(Received, frozen=True):
    """The payment to give back."""

    confirmed: bool
    charge_id: Annotated[str, Meta(min_length=1, max_length=255, examples=["charge-1"])]
    reason: Reason = ""


class Answered(Received, frozen=True):
    """The operator's words."""

    text: Annotated[str, Meta(min_length=1, max_length=3500, examples=["It is back."])]


class Switched(Received, frozen=True):
    """`maintenance`, or `model:<id>`; `on` for a model means that it is not offered."""

    name: Annotated[str, Meta(min_length=1, max_length=120, examples=["maintenance"])]
    on: bool
    confirmed: bool


@get("/console", tags=TAGS, summary="My role, and what is switched")
async def show_console(
    principal: Part[Principal], settings: Part[Settings], console: Part[Console]
) -> ConsoleShown:
    """What the console shows first."""
    operator = _operator(settings, principal)
    return ConsoleShown(role=operator.role, switched=await console.switched(operator))


@get("/console/figures", tags=TAGS, summary="People, answers, costs and Stars")
async def show_figures(
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
    days: FromQuery[Annotated[int, Meta(ge=1, le=366, examples=[7])]] = 7,
) -> Figures:
    """By day, model and plan."""
    return await console.figures(_operator(settings, principal), days)


@get("/console/people/{person:int}", tags=TAGS, summary="A person's account")
async def show_person(
    person: FromPath[int],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """Plan, use, payments, and none of their words."""
    return await console.person(_operator(settings, principal), person)


@post("/console/people/{person:int}/given", status_code=200, tags=TAGS, summary="Give")
async def give(
    person: FromPath[int],
    data: JSONBody[Given],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """Open a plan, or add messages."""
    operator = _operator(settings, principal)
    if data.credits is not None:
        await console.give_credits(operator, person, data.credits, data.id, data.reason)
    else:
        await console.give_plan(
            operator, person, data.plan_id or "", data.days, data.id, data.reason
        )
    return await console.person(operator, person, data.reason)


@post("/console/people/{person:int}/taken", status_code=200, tags=TAGS, summary="Take back")
async def take(
    person: FromPath[int],
    data: JSONBody[Taken],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """What was given; what was paid for is refunded instead."""
    operator = _operator(settings, principal)
    _require(data.confirmed)
    await console.take(operator, person, data.plan_id, data.reason)
    return await console.person(operator, person, data.reason)


@post("/console/people/{person:int}/ban", status_code=200, tags=TAGS, summary="Ban, or lift it")
async def ban(
    person: FromPath[int],
    data: JSONBody[Restricted],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """No questions, and nothing sold; their data stays theirs."""
    operator = _operator(settings, principal)
    _require(data.confirmed or data.days is None)
    await console.ban(operator, person, data.days, data.reason)
    return await console.person(operator, person, data.reason)


@post("/console/people/{person:int}/limit", status_code=200, tags=TAGS, summary="Limit a day")
async def limit(
    person: FromPath[int],
    data: JSONBody[Limited],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """So many messages a day and no more."""
    operator = _operator(settings, principal)
    await console.limit(operator, person, data.messages, data.reason)
    return await console.person(operator, person, data.reason)


@post("/console/refunds", status_code=204, tags=TAGS, summary="Give a payment back")
async def refund(
    data: JSONBody[Refunded],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> None:
    """And stop its renewal, and close what it opened."""
    operator = _operator(settings, principal)
    _require(data.confirmed)
    await console.refund(operator, data.charge_id, data.reason)


@get("/console/requests", tags=TAGS, summary="Messages to support")
async def show_requests(
    principal: Part[Principal], settings: Part[Settings], console: Part[Console]
) -> RequestsShown:
    """Those that nobody has answered."""
    found = await console.requests(_operator(settings, principal))
    shown = [
        RequestShown(id=one.id, user_id=one.user_id, sent_at=one.sent_at, text=one.text)
        for one in found
    ]
    return RequestsShown(items=shown)


@post("/console/requests/{request_id:uuid}", status_code=204, tags=TAGS, summary="Answer one")
async def answer(
    request_id: FromPath[UUID],
    data: JSONBody[Answered],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> None:
    """Brought to the person's chat with the bot."""
    await console.answer(_operator(settings, principal), request_id, data.text)


@post("/console/switches", status_code=200, tags=TAGS, summary="Switch")
async def switch(
    data: JSONBody[Switched],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> ConsoleShown:
    """Every process follows within seconds."""
    operator = _operator(settings, principal)
    _require(data.confirmed or not data.on)
    await console.switch(operator, data.name, on=data.on)
    return ConsoleShown(role=operator.role, switched=await console.switched(operator))


def _operator(settings: Settings, principal: Principal) -> Operator:
    operator = operator_of(settings, principal.user_id)
    if operator is None:
        raise RoleForbids
    return operator


def _require(confirmed: bool) -> None:
    if not confirmed:
        raise NotConfirmed


handlers: list[Any] = [
    show_console,
    show_figures,
    show_person,
    give,
    take,
    ban,
    limit,
    refund,
    show_requests,
    answer,
    switch,
]
