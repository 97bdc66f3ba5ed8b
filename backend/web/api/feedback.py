"""/api/messages/{id}/feedback and /report: what a person thinks of an answer."""

from typing import Annotated, Any
from uuid import UUID

from litestar import get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from backend.identity import APPEAL, Limiter, Principal
from backend.safety import LONGEST_REPORT, AnswerFeedback, AnswerReport, Reason, Thumb
from backend.web.api.wire import Received, Shown
from backend.web.auth import Clock
from backend.web.parts import Part

TAGS = ["Safety"]


class FeedbackGiven(Received, frozen=True):
    """The person's feedback; null removes it."""

    thumb: Annotated[Thumb | None, Meta(examples=["up"])]


class FeedbackShown(Shown, frozen=True):
    """The person's feedback on the answer; null is none."""

    thumb: Thumb | None


class ReportSent(Received, frozen=True):
    """A report. With `withAnswer` the operator may read the answer's text; without it, only
    `words`. A repeat with the same `id` changes nothing."""

    id: UUID
    reason: Reason
    words: Annotated[str, Meta(max_length=LONGEST_REPORT, examples=["The dates are wrong."])] = ""
    with_answer: bool = False


@get("/messages/{message_id:uuid}/feedback", tags=TAGS, summary="My view of an answer")
async def get_feedback(
    message_id: FromPath[UUID], principal: Part[Principal], answer_feedback: Part[AnswerFeedback]
) -> FeedbackShown:
    """Thumbs up or down, or none."""
    return FeedbackShown(thumb=await answer_feedback.of(principal.user_id, message_id))


@put("/messages/{message_id:uuid}/feedback", tags=TAGS, summary="Say what an answer is worth")
async def give_feedback(
    message_id: FromPath[UUID],
    data: JSONBody[FeedbackGiven],
    principal: Part[Principal],
    answer_feedback: Part[AnswerFeedback],
) -> FeedbackShown:
    """Operators see sums by model, and nobody's texts."""
    await answer_feedback.rate(principal.user_id, message_id, data.thumb)
    return FeedbackShown(thumb=data.thumb)


@post(
    "/messages/{message_id:uuid}/report",
    status_code=204,
    tags=TAGS,
    summary="Report an answer to the operator",
)
async def report_answer(
    message_id: FromPath[UUID],
    data: JSONBody[ReportSent],
    principal: Part[Principal],
    answer_feedback: Part[AnswerFeedback],
    limiter: Part[Limiter],
    clock: Part[Clock],
) -> None:
    """Report an answer, with a reason and what the person chose to send."""
    await limiter.count_request(APPEAL, str(principal.user_id), clock())
    report = AnswerReport(
        id=data.id,
        message_id=message_id,
        reason=data.reason,
        words=data.words,
        with_answer=data.with_answer,
    )
    await answer_feedback.report(principal.user_id, report)


handlers: list[Any] = [get_feedback, give_feedback, report_answer]
