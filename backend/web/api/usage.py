"""/api/usage: usage and cost of the person's answers."""

from datetime import datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from backend.db import Database
from backend.generation import UsageReport, UsageTotal, usage_report
from backend.identity import Principal
from backend.metering import spending as caps
from backend.web.api.wire import Shown
from backend.web.auth import Clock
from backend.web.parts import Part


class UsageSum(Shown, frozen=True):
    """The usage of one day (an ISO date, UTC), model or conversation (ids). `estimated`: part of it
    was counted here; models without known prices count as free."""

    key: str
    answers: int
    input_tokens: int
    output_tokens: int
    cost_micro_dollars: int
    estimated: bool


class SpendingShown(Shown, frozen=True):
    """The current calendar month (UTC), as the person's own cap counts it: the amount spent, the
    most that running answers may still cost, and the cap (null: none). `renewsAt` is the month's
    end."""

    spent_micro_dollars: int
    reserved_micro_dollars: int
    cap_micro_dollars: int | None
    renews_at: datetime


class UsageSums(Shown, frozen=True):
    """Days and conversations newest first, models by cost; and the month's spending."""

    by_day: list[UsageSum]
    by_model: list[UsageSum]
    by_conversation: list[UsageSum]
    spending: SpendingShown


@get("/usage", tags=["The person"], summary="What one's answers have used and cost")
async def get_usage(
    principal: Part[Principal],
    database: Part[Database],
    clock: Part[Clock],
    days: Annotated[int, QueryParameter(ge=1, le=366, description="How far back")] = 30,
    month: Annotated[
        bool, QueryParameter(description="This calendar month (UTC) instead, as the cap counts")
    ] = False,
) -> UsageSums:
    """Sums over the person's own answers of the last days, or of the month."""
    now = clock()
    since = caps.month_start(now) if month else now - timedelta(days=days)
    async with database.snapshot() as db:
        found = await usage_report(db, principal.user_id, since)
        return _shown(found, await caps.month(db, principal.user_id, now))


def _shown(found: UsageReport, month: caps.Month) -> UsageSums:
    return UsageSums(
        by_day=[_sum(one) for one in found.by_day],
        by_model=[_sum(one) for one in found.by_model],
        by_conversation=[_sum(one) for one in found.by_conversation],
        spending=SpendingShown(
            spent_micro_dollars=month.spent,
            reserved_micro_dollars=month.reserved,
            cap_micro_dollars=month.cap,
            renews_at=month.renews_at,
        ),
    )


def _sum(one: UsageTotal) -> UsageSum:
    return UsageSum(
        key=one.key,
        answers=one.answers,
        input_tokens=one.input_tokens,
        output_tokens=one.output_tokens,
        cost_micro_dollars=one.cost_micro_dollars,
        estimated=one.estimated,
    )


handlers = [get_usage]
