"""/api/console: what operators do, each as their role allows. Everybody else is refused here.

What costs or takes something away wants `confirmed`: the app asks once more before it sends that.
Then the bot asks in the operator's own chat, and does it when they say yes there
(`console_confirmations.py`).
"""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from backend.console import (
    BanWanted,
    Confirmation,
    Confirmations,
    Console,
    CreditsWanted,
    Figures,
    PersonCard,
    PlanWanted,
    RefundWanted,
    TakingWanted,
)
from backend.errors import InvalidField
from backend.identity import Principal
from backend.plans import plans
from backend.settings import Settings
from backend.web.api.wire import Received, Shown
from backend.web.operators import operator_from, require_confirmed
from backend.web.parts import Part

TAGS = ["The operator"]
Reason = Annotated[str, Meta(max_length=500, examples=["ticket 17"])]
Person = Annotated[int, Meta(ge=1, le=2**53, examples=[700000001])]


class ConsoleShown(Shown, frozen=True):
    """The caller's role and the active switches: `maintenance`, `model:<id>` of one that is off."""

    role: Literal["owner", "support", "finance", "reader"]
    switched: list[str]


class RequestShown(Shown, frozen=True):
    """An unanswered message to support."""

    id: UUID
    user_id: int
    sent_at: datetime
    text: str


class RequestsShown(Shown, frozen=True):
    """Oldest first."""

    items: list[RequestShown]


class Given(Received, frozen=True):
    """Days on a plan, or else messages. `id` is the caller's: a repeat grants nothing more."""

    id: UUID
    plan_id: (
        Annotated[str, Meta(max_length=40, examples=[plans.of_kind("subscription")[0].id])] | None
    ) = None
    days: Annotated[int, Meta(ge=1, le=3660, examples=[30])] = 30
    credits: Annotated[int, Meta(ge=1, le=100_000, examples=[50])] | None = None
    reason: Reason = ""


class Taken(Received, frozen=True):
    """Revokes grants towards a plan or, without a plan, the rest of granted messages."""

    confirmed: bool
    plan_id: (
        Annotated[str, Meta(max_length=40, examples=[plans.of_kind("subscription")[0].id])] | None
    ) = None
    reason: Reason = ""


class Restricted(Received, frozen=True):
    """A ban for some days (0: permanent)."""

    confirmed: bool
    days: Annotated[int, Meta(ge=0, le=3660, examples=[7])]
    reason: Reason = ""


class Lifted(Received, frozen=True):
    """The reason for lifting a ban."""

    reason: Reason = ""


class Limited(Received, frozen=True):
    """The most messages a day; null: the plan's limit."""

    messages: Annotated[int, Meta(ge=0, le=100_000, examples=[5])] | None = None
    reason: Reason = ""


class Refunded(Received, frozen=True):
    """The payment to refund."""

    confirmed: bool
    charge_id: Annotated[str, Meta(min_length=1, max_length=255, examples=["charge-1"])]
    reason: Reason = ""


class Answered(Received, frozen=True):
    """The operator's answer."""

    text: Annotated[str, Meta(min_length=1, max_length=3500, examples=["It is back."])]


class Switched(Received, frozen=True):
    """`maintenance`, or `model:<id>`; for a model, `on` switches it off for everybody."""

    name: Annotated[str, Meta(min_length=1, max_length=120, examples=["maintenance"])]
    on: bool
    confirmed: bool


@get("/console", tags=TAGS, summary="My role, and what is switched")
async def show_console(
    principal: Part[Principal], settings: Part[Settings], console: Part[Console]
) -> ConsoleShown:
    """What the console's first page shows."""
    operator = operator_from(settings, principal)
    return ConsoleShown(role=operator.role, switched=await console.switched(operator))


@get("/console/figures", tags=TAGS, summary="People, answers, costs and Stars")
async def show_figures(
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
    days: FromQuery[Annotated[int, Meta(ge=1, le=366, examples=[7])]] = 7,
) -> Figures:
    """Figures by day, model and plan."""
    return await console.figures(operator_from(settings, principal), days)


@post("/console/people/{person:int}/given", status_code=202, tags=TAGS, summary="Give")
async def give(
    person: FromPath[int],
    data: JSONBody[Given],
    principal: Part[Principal],
    settings: Part[Settings],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """Grant time on a plan, or messages, once confirmed in the chat."""
    operator = operator_from(settings, principal)
    if data.credits is not None:
        more = CreditsWanted(data.id, person, data.credits, data.reason)
        return await confirmations.ask(operator, more)
    if data.plan_id is None:
        raise InvalidField(field="planId")
    plan = PlanWanted(data.id, person, data.plan_id, data.days, data.reason)
    return await confirmations.ask(operator, plan)


@post("/console/people/{person:int}/taken", status_code=202, tags=TAGS, summary="Take back")
async def take(
    person: FromPath[int],
    data: JSONBody[Taken],
    principal: Part[Principal],
    settings: Part[Settings],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """Revoke grants by operators, once confirmed in the chat. Payments are refunded instead."""
    operator = operator_from(settings, principal)
    require_confirmed(data.confirmed)
    return await confirmations.ask(operator, TakingWanted(person, data.plan_id, data.reason))


@post("/console/people/{person:int}/ban", status_code=202, tags=TAGS, summary="Ban")
async def ban(
    person: FromPath[int],
    data: JSONBody[Restricted],
    principal: Part[Principal],
    settings: Part[Settings],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """A banned person cannot ask or buy; their data is kept."""
    operator = operator_from(settings, principal)
    require_confirmed(data.confirmed)
    return await confirmations.ask(operator, BanWanted(person, data.days, data.reason))


@post("/console/people/{person:int}/unban", status_code=200, tags=TAGS, summary="Lift a ban")
async def unban(
    person: FromPath[int],
    data: JSONBody[Lifted],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """Takes effect immediately, without confirmation."""
    operator = operator_from(settings, principal)
    await console.ban(operator, person, None, data.reason)
    return await console.person(operator, person, data.reason)


@post("/console/people/{person:int}/limit", status_code=200, tags=TAGS, summary="Limit a day")
async def limit(
    person: FromPath[int],
    data: JSONBody[Limited],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> PersonCard:
    """Limit a person's messages per day."""
    operator = operator_from(settings, principal)
    await console.limit(operator, person, data.messages, data.reason)
    return await console.person(operator, person, data.reason)


@post("/console/refunds", status_code=202, tags=TAGS, summary="Give a payment back")
async def refund(
    data: JSONBody[Refunded],
    principal: Part[Principal],
    settings: Part[Settings],
    confirmations: Part[Confirmations],
) -> Confirmation:
    """Refund a payment, stop its renewal, and end what it granted."""
    operator = operator_from(settings, principal)
    require_confirmed(data.confirmed)
    return await confirmations.ask(operator, RefundWanted(data.charge_id, data.reason))


@get("/console/requests", tags=TAGS, summary="Messages to support")
async def show_requests(
    principal: Part[Principal], settings: Part[Settings], console: Part[Console]
) -> RequestsShown:
    """Unanswered messages to support."""
    found = await console.requests(operator_from(settings, principal))
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
    """Send the answer to the person's chat with the bot."""
    await console.answer(operator_from(settings, principal), request_id, data.text)


@post("/console/switches", status_code=200, tags=TAGS, summary="Switch")
async def switch(
    data: JSONBody[Switched],
    principal: Part[Principal],
    settings: Part[Settings],
    console: Part[Console],
) -> ConsoleShown:
    """Takes effect in every process within seconds."""
    operator = operator_from(settings, principal)
    require_confirmed(data.confirmed or not data.on)
    await console.switch(operator, data.name, on=data.on)
    return ConsoleShown(role=operator.role, switched=await console.switched(operator))


handlers: list[Any] = [
    show_console,
    show_figures,
    give,
    take,
    ban,
    unban,
    limit,
    refund,
    show_requests,
    answer,
    switch,
]
