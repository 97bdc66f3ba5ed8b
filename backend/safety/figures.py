"""Figures of moderation for a period: counts over everybody, without text or ids."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.safety.tables import feedback, refusals, reports


async def moderation_figures(
    db: AsyncConnection, since: datetime, until: datetime
) -> dict[str, Any]:
    """From `since` until before `until`: refusals by side, judge and category; appeals that were
    made then, by what became of them until now."""
    by = (refusals.c.side, refusals.c.judge, refusals.c.category)
    refused = await _counted(db, by, refusals.c.refused_at, since, until)
    decision = sa.func.coalesce(refusals.c.decision, "waiting").label("decision")
    appealed = await db.execute(
        sa.select(decision, sa.func.count().label("count"))
        .where(refusals.c.appealed_at >= since, refusals.c.appealed_at < until)
        .group_by(decision)
        .order_by(decision)
    )
    thumbs = await _counted(db, (feedback.c.model_id, feedback.c.thumb), feedback.c.given_at,
                            since, until)  # fmt: skip
    reported = await _counted(db, (reports.c.reason,), reports.c.reported_at, since, until)
    return {
        "feedback": thumbs,
        "reports": reported,
        "refusals": refused,
        "appeals": {row.decision: row.count for row in appealed},
    }


async def _counted(
    db: AsyncConnection,
    by: tuple[sa.ColumnElement[Any], ...],
    at: sa.ColumnElement[datetime],
    since: datetime,
    until: datetime,
) -> list[dict[str, Any]]:
    counted = sa.select(*by, sa.func.count().label("count")).where(at >= since, at < until)
    rows = await db.execute(counted.group_by(*by).order_by(*by))
    return [dict(row._mapping) for row in rows]
