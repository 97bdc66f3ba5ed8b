"""How much waits for an operator's word, as counts: reading it is noted, counting it is not."""

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.tables import requests
from backend.safety.tables import refusals, reports


class Waiting(Struct, frozen=True):
    """`requests` are messages to support, `cases` appeals and reports."""

    requests: int
    cases: int


async def count_waiting(db: AsyncConnection, user_id: int | None = None) -> Waiting:
    """What nobody has answered or decided: one person's, or (None) everybody's."""
    asked: list[sa.ColumnElement[bool]] = [requests.c.answered_at.is_(None)]
    objected: list[sa.ColumnElement[bool]] = [
        refusals.c.appealed_at.is_not(None),
        refusals.c.decided_at.is_(None),
    ]
    reported: list[sa.ColumnElement[bool]] = [reports.c.closed_at.is_(None)]
    if user_id is not None:
        asked.append(requests.c.user_id == user_id)
        objected.append(refusals.c.user_id == user_id)
        reported.append(reports.c.user_id == user_id)
    counts = [
        (await db.execute(sa.select(sa.func.count()).where(*conditions))).scalar_one()
        for conditions in (asked, objected, reported)
    ]
    return Waiting(requests=counts[0], cases=counts[1] + counts[2])
