"""/api/checks: checking the claims of an answer or a text against sources."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import delete, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody
from litestar.response import Stream
from msgspec import Meta

from backend.checks import (
    MAX_CLAIMS,
    MAX_TEXT,
    Check,
    CheckRequest,
    Checks,
    Claim,
    Verdict,
    link_to,
)
from backend.errors import InvalidField
from backend.identity import CHECK, Limiter, Principal
from backend.web.api.runs import ServerSentEvent, position
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock
from backend.web.event_stream import EVENT_STREAM, EventStream
from backend.web.parts import Part
from backend.web.person_streams import PersonStreams

TAGS = ["Checks"]
STREAM_SPEC: dict[int, ResponseSpec] = {
    200: ResponseSpec(
        data_container=ServerSentEvent,
        media_type=EVENT_STREAM,
        description="Server-sent events, numbered from 1: start, a claim for each that was "
        "checked, end. A stream without `end` is to be followed again.",
        generate_examples=False,
    )
}


class CheckWanted(Received, frozen=True):
    """What to check: a message by its id, or a text."""

    id: Annotated[
        UUID,
        Meta(
            description="A UUIDv7 of the client's: the idempotency key",
            examples=["01a20972-9d30-7d13-b09c-835c61e1c88e"],
        ),
    ]
    message_id: UUID | None = None
    # Documented here, checked by the room: too long a text has a code of its own.
    text: Annotated[str, Meta(extra_json_schema={"maxLength": MAX_TEXT})] | None = None


class ClaimsKept(Received, frozen=True):
    """The claims to check, by their indexes from 0; the others are dropped."""

    claims: Annotated[
        list[Annotated[int, Meta(ge=0, lt=MAX_CLAIMS)]],
        Meta(max_length=MAX_CLAIMS, examples=[[0, 2]]),
    ]


class ClaimShown(Shown, frozen=True):
    """A claim, as untrusted text. `verdict` is null until it is checked; `none` means that no
    source was found. `quote` is verbatim from the page at `url`; `link` leads to the quote."""

    text: str
    kept: bool
    verdict: Verdict | None
    quote: str
    url: str
    link: str
    title: str


class CheckPriceShown(Shown, frozen=True):
    """The cost of the check: messages of the quota, and the most micro-dollars per claim at the
    provider; null if the model's prices are unknown."""

    messages: int
    claim_micro_dollars: int | None


class CheckShown(Shown, frozen=True):
    """A check. `simulated` means that no real model and no real page was used."""

    id: UUID
    message_id: UUID | None
    text: str
    state: Literal["listed", "running", "complete", "stopped", "interrupted", "failed"]
    claims: list[ClaimShown]
    model: str
    simulated: bool
    price: CheckPriceShown
    cost_micro_dollars: int
    cost_estimated: bool
    error_code: str | None
    created_at: datetime


class ChecksShown(Shown, frozen=True):
    """A message's checks, newest first."""

    items: list[CheckShown]


@post("/checks", status_code=200, tags=TAGS, summary="List the claims of a message or a text")
async def list_claims(
    data: JSONBody[CheckWanted],
    principal: Part[Principal],
    checks: Part[Checks],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> CheckShown:
    """A model lists the claims, which takes some seconds but no message of the quota. Nothing is
    checked yet."""
    if (data.message_id is None) == (data.text is None):
        raise InvalidField(field="text")
    await limiter.count_request(CHECK, str(principal.user_id), clock())
    wanted = CheckRequest(data.id, data.message_id, data.text or "")
    return show_check(await checks.list_claims(principal.user_id, wanted))


@get("/checks/{check_id:uuid}", tags=TAGS, summary="One check")
async def get_check(
    check_id: FromPath[UUID], principal: Part[Principal], checks: Part[Checks]
) -> CheckShown:
    """A check's current state."""
    return show_check(await checks.get(principal.user_id, check_id))


@get("/messages/{message_id:uuid}/checks", tags=TAGS, summary="A message's checks")
async def list_checks(
    message_id: FromPath[UUID], principal: Part[Principal], checks: Part[Checks]
) -> ChecksShown:
    """The message's checks, newest first."""
    found = await checks.of_message(principal.user_id, message_id)
    return ChecksShown(items=[show_check(one) for one in found])


@post(
    "/checks/{check_id:uuid}/run",
    status_code=200,
    tags=TAGS,
    summary="Check the kept claims",
    responses=STREAM_SPEC,
)
async def run_check(
    check_id: FromPath[UUID],
    data: JSONBody[ClaimsKept],
    principal: Part[Principal],
    checks: Part[Checks],
    streams: Part[PersonStreams],
) -> Stream:
    """Run a check. It continues without readers; a repeat with the same claims joins it."""
    await checks.run(principal.user_id, principal.language, check_id, data.claims)
    events = await checks.follow(principal.user_id, principal.language, check_id, 0)
    return EventStream(events, streams, principal.user_id)


@get(
    "/checks/{check_id:uuid}/events",
    tags=TAGS,
    summary="Follow a check",
    responses=STREAM_SPEC,
)
async def follow_check(
    check_id: FromPath[UUID],
    principal: Part[Principal],
    checks: Part[Checks],
    streams: Part[PersonStreams],
    last_event_id: Annotated[
        str | None, HeaderParameter(name="Last-Event-ID", description="The last number received")
    ] = None,
) -> Stream:
    """Missed events, then live ones, until the end."""
    events = await checks.follow(
        principal.user_id, principal.language, check_id, position(last_event_id, None)
    )
    return EventStream(events, streams, principal.user_id)


@post("/checks/{check_id:uuid}/stop", status_code=204, tags=TAGS, summary="Stop a check")
async def stop_check(
    check_id: FromPath[UUID], principal: Part[Principal], checks: Part[Checks]
) -> None:
    """Stop a check, keeping its results. Stopping an ended one changes nothing."""
    await checks.stop(principal.user_id, check_id)


@delete("/checks/{check_id:uuid}", status_code=204, tags=TAGS, summary="Delete a check")
async def delete_check(
    check_id: FromPath[UUID], principal: Part[Principal], checks: Part[Checks]
) -> None:
    """Delete a check and its recipes; the receipts stay."""
    await checks.delete(principal.user_id, check_id)


def show_check(check: Check) -> CheckShown:
    """A check as the API writes it."""
    check, price = check.shown, check.price
    return CheckShown(
        id=check.id,
        message_id=check.message_id,
        text=check.text,
        state=check.state,
        claims=[_claim(one) for one in check.claims],
        model=check.model_name,
        simulated=check.simulated,
        price=CheckPriceShown(
            messages=price.messages, claim_micro_dollars=price.claim_micro_dollars
        ),
        cost_micro_dollars=check.cost_micro_dollars,
        cost_estimated=check.cost_estimated,
        error_code=check.error_code,
        created_at=check.created_at,
    )


def _claim(claim: Claim) -> ClaimShown:
    return ClaimShown(
        text=claim.text,
        kept=claim.kept,
        verdict=claim.verdict,
        quote=claim.quote,
        url=claim.url,
        link=link_to(claim.url, claim.quote) if claim.url else "",
        title=claim.title,
    )


handlers: list[Any] = [
    list_claims,
    get_check,
    list_checks,
    run_check,
    follow_check,
    stop_check,
    delete_check,
]
