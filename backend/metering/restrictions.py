"""Restrictions by an operator: a ban from asking for a time, or a limit of messages a day. They are
in the quota's row, so that the statement that takes a message checks them.

Nothing else is restricted: a banned person can read and export their data, erase it and use
/paysupport.
"""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.errors import PersonBanned
from backend.metering import quota_statements as statements
from backend.metering.spending import ensure_row, utc_day
from backend.metering.tables import quotas
from backend.plans import Limits

FOR_GOOD: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a ban that has none."""


class Restriction(Struct, frozen=True):
    """`banned_until` may be over; `daily_limit` is in messages. None: there is none."""

    banned_until: datetime | None = None
    daily_limit: int | None = None


async def restriction(db: AsyncConnection, user_id: int) -> Restriction:
    """What holds for a person."""
    row = (await db.execute(statements.ROW, {"user": user_id})).one_or_none()
    return Restriction(row.banned_until, row.daily_limit) if row else Restriction()


async def ban(db: AsyncConnection, user_id: int, until: datetime | None, now: datetime) -> None:
    """Take no questions and sell nothing until then; None takes a ban back."""
    await _set(db, user_id, now, banned_until=until)


async def limit(db: AsyncConnection, user_id: int, messages: int | None, now: datetime) -> None:
    """Let them ask no more than so much a day; None: as their plan says."""
    await _set(db, user_id, now, daily_limit=messages)


async def require_not_banned(db: AsyncConnection, user_id: int, now: datetime) -> None:
    """See that nothing keeps them from asking and buying.

    Raises:
        PersonBanned: a ban does.
    """
    row = (await db.execute(statements.ROW, {"user": user_id})).one_or_none()
    if (refusal := refusal_of(row, now)) is not None:
        raise refusal


def refusal_of(row: Any, now: datetime) -> PersonBanned | None:
    """Why a person with this row of the quota may not ask at all; None if they may."""
    if row is None or row.banned_until is None or row.banned_until <= now:
        return None
    until = None if row.banned_until >= FOR_GOOD else row.banned_until.isoformat()
    return PersonBanned(until=until)


def daily_limit(row: Any, limits: Limits) -> int:
    """How many messages a day a plan and the operator allow."""
    if row is None or row.daily_limit is None:
        return limits.messages_a_day
    return min(limits.messages_a_day, int(row.daily_limit))


async def _set(db: AsyncConnection, user_id: int, now: datetime, **values: Any) -> None:
    await ensure_row(db, user_id, utc_day(now))
    await db.execute(sa.update(quotas).where(quotas.c.user_id == user_id).values(**values))
