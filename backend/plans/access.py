"""A person's access at a given time: the best of their plans."""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import hot
from backend.plans import plans
from backend.plans.plans import Limits
from backend.plans.tables import entitlements

GRACE = timedelta(seconds=plans.GRACE_SECONDS)

Renewal: TypeAlias = Literal["on", "off", "failed"]


class Access(Struct, frozen=True):
    """The plan a person is on at a moment.

    `until`: when what is paid for ends, None for the default plan. `in_grace`: that moment has
    passed and a renewal is awaited, until `grace_until` at the latest. `source`: subscription,
    gift or trial; `renewal`: on, off or failed, None when nothing renews. `renews_at`: when
    Telegram charges next, also while a gift keeps the plan open for longer.
    """

    plan_id: str
    until: datetime | None = None
    grace_until: datetime | None = None
    in_grace: bool = False
    source: str | None = None
    renewal: Renewal | None = None
    renews_at: datetime | None = None

    @property
    def open_until(self) -> datetime | None:
        """When access ends unless something is paid; None for the default plan."""
        return self.grace_until if self.in_grace else self.until

    @property
    def limits(self) -> Limits:
        """What the plan allows."""
        return plans.limits_of(self.plan_id)


_OPEN = hot(
    sa.select(entitlements).where(
        entitlements.c.user_id == sa.bindparam("user"),
        entitlements.c.grace_until > sa.bindparam("now", type_=entitlements.c.grace_until.type),
    )
)


async def current(db: AsyncConnection, user_id: int, now: datetime) -> Access:
    """The person's access at `now`."""
    rows = (await db.execute(_OPEN, {"user": user_id, "now": now})).all()
    known = [row for row in rows if plans.find(row.plan_id)]
    if not known:
        return Access(plans.default().id)
    best = max(known, key=lambda row: (plans.get(row.plan_id).rank, row.until))
    due = best.renews_at is not None and best.renews_at + GRACE > now
    return Access(
        plan_id=best.plan_id,
        until=best.until,
        grace_until=best.grace_until,
        in_grace=best.until <= now,
        source=best.source,
        renewal="on" if due else best.renewal,
        renews_at=best.renews_at if due else None,
    )
