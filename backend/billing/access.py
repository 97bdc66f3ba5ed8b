"""What a person may use at a moment: the best of the plans that are open to them."""

from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import plans
from backend.billing.plans import Limits
from backend.billing.tables import entitlements
from backend.billing.view import Renewal
from backend.db import hot


class Access(Struct, frozen=True):
    """The plan a person is on at a moment.

    `until`: when what is paid for ends, None for the default plan. `in_grace`: that moment has
    passed and a renewal is awaited, until `grace_until` at the latest. `source`: subscription,
    gift or trial; `renewal`: on, off or failed, None when nothing renews.
    """

    plan_id: str
    until: datetime | None = None
    grace_until: datetime | None = None
    in_grace: bool = False
    source: str | None = None
    renewal: Renewal | None = None

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
    return Access(
        plan_id=best.plan_id,
        until=best.until,
        grace_until=best.grace_until,
        in_grace=best.until <= now,
        source=best.source,
        renewal=best.renewal,
    )
