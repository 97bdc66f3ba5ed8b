"""A check's event stream: `start`, a `claim` for each checked claim in order, and `end`.

An ended check is replayed from the database with the same numbers.
"""

from uuid import UUID

import msgspec
from msgspec import Struct

from backend.checks.quotes import link_to
from backend.checks.schemas import Check, State, Verdict
from backend.errors import word_code
from backend.i18n import translator
from backend.runlog import sse

_encode = msgspec.json.Encoder().encode


class CheckStartEvent(Struct, frozen=True, tag_field="type", tag="start", rename="camel"):
    """The check runs; `run_id` is its id."""

    run_id: UUID


class ClaimEvent(Struct, frozen=True, tag_field="type", tag="claim", rename="camel"):
    """A claim was checked. `link` opens the quotation in the page, where browsers support it."""

    index: int
    verdict: Verdict
    quote: str
    url: str
    title: str
    link: str


class CheckEndEvent(Struct, frozen=True, tag_field="type", tag="end", rename="camel"):
    """The check is over. An error is worded in the person's language."""

    state: State
    cost_micro_dollars: int
    cost_estimated: bool
    error_code: str | None = None
    error_title: str | None = None
    error_detail: str | None = None


def start_event(check_id: UUID) -> bytes:
    """The first event."""
    return _encode(CheckStartEvent(check_id))


def claim_event(check: Check, index: int) -> bytes:
    """The event for the claim at `index`."""
    claim = check.claims[index]
    link = link_to(claim.url, claim.quote) if claim.url else ""
    verdict = claim.verdict or "none"
    return _encode(ClaimEvent(index, verdict, claim.quote, claim.url, claim.title, link))


def end_event(check: Check, language: str) -> bytes:
    """The last event."""
    title = detail = None
    if check.error_code:
        title, detail = word_code(check.error_code, translator(language), provider=check.model_name)
    return _encode(
        CheckEndEvent(
            check.state,
            check.cost_micro_dollars,
            check.cost_estimated,
            check.error_code,
            title,
            detail,
        )
    )


def replayed(check: Check, language: str, after: int) -> bytes:
    """The frames of an ended check after number `after`."""
    told = [i for i, claim in enumerate(check.claims) if claim.kept and claim.verdict is not None]
    payloads = [start_event(check.id), *(claim_event(check, i) for i in told)]
    payloads.append(end_event(check, language))
    return b"".join(
        sse.frame(number, payload) for number, payload in enumerate(payloads, 1) if number > after
    )
