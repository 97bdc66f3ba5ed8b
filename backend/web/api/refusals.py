"""/api/refusals: what moderation refused of the person's, and their appeal."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend.identity import APPEAL, Limiter, Principal
from backend.safety import LONGEST_APPEAL, LONGEST_ASKED, Refusals, RefusalShown
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock
from backend.web.parts import Part

TAGS = ["Safety"]


class AppealSent(Received, frozen=True):
    """The person's comment, which may be empty. `asked` is the text of a refused check, which the
    server does not store."""

    words: Annotated[str, Meta(max_length=LONGEST_APPEAL, examples=["It was about a film."])] = ""
    asked: Annotated[str, Meta(max_length=LONGEST_ASKED)] = ""


class RefusalTold(Shown, frozen=True):
    """A refusal. `side` is what was refused; `appeal` is the appeal's state; `overturned` means
    that it succeeded."""

    id: UUID
    side: Literal["question", "answer"]
    refused_at: datetime
    appeal: Literal["none", "waiting", "upheld", "overturned"]


@get("/refusals/{refusal_id:uuid}", tags=TAGS, summary="One refusal")
async def get_refusal(
    refusal_id: FromPath[UUID], principal: Part[Principal], refusals: Part[Refusals]
) -> RefusalTold:
    """By the id of the refused answer or check."""
    return _told(await refusals.get(principal.user_id, refusal_id))


@post("/refusals/{refusal_id:uuid}/appeal", status_code=200, tags=TAGS, summary="Appeal")
async def appeal(
    refusal_id: FromPath[UUID],
    data: JSONBody[AppealSent],
    principal: Part[Principal],
    refusals: Part[Refusals],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> RefusalTold:
    """The operator gets the question and the comment. Comments can be added until it is decided."""
    await limiter.count_request(APPEAL, str(principal.user_id), clock())
    return _told(await refusals.appeal(principal.user_id, refusal_id, data.words, data.asked))


def _told(one: RefusalShown) -> RefusalTold:
    side: Any = one.side
    return RefusalTold(id=one.id, side=side, refused_at=one.refused_at, appeal=one.appeal)


handlers: list[Any] = [get_refusal, appeal]
