"""Promo codes of the operator: days on a plan for everybody who enters one, once per person."""

import re
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import uuid4

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import people
from backend.billing.events import Granted
from backend.billing.tables import promo_codes, promo_uses
from backend.db import insert_new
from backend.errors import InvalidField, PlanNotFound
from backend.metering import restrictions
from backend.plans import Terms, plans

MOST_DAYS: Final = 366
CODE: Final = re.compile(r"[A-Z0-9]{4,24}")
PromoUse: TypeAlias = Literal["opened", "unknown", "over", "used"]

_C = promo_codes.c


class PromoCode(Struct, frozen=True):
    """A code: for how many days on a plan, for how many people, and until when (None: for ever)."""

    code: str
    plan_id: str
    days: int
    most: int
    used: int
    until: datetime | None


async def make(
    db: AsyncConnection,
    code: str,
    plan_id: str,
    days: int,
    most: int,
    until: datetime | None,
    now: datetime,
) -> None:
    """Create a code, or change an existing one; what it has opened already stays open.

    Raises:
        InvalidField: an invalid code, number of days or number of people.
        PlanNotFound: there is no such plan for people.
    """
    plan = plans.find(plan_id)
    if plan is None or not plan.recurring:
        raise PlanNotFound()
    if not CODE.fullmatch(code):
        raise InvalidField(field="code")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidField(field="days", limit=MOST_DAYS)
    if most < 1:
        raise InvalidField(field="most")
    values = {"plan_id": plan_id, "days": days, "most": most, "until": until}
    row = {"code": code, "used": 0, "made_at": now, **values}
    if (await db.execute(insert_new(db, promo_codes), row)).rowcount == 0:
        await db.execute(sa.update(promo_codes).where(_C.code == code).values(**values))


async def listed(db: AsyncConnection) -> list[PromoCode]:
    """All codes, the newest first."""
    rows = await db.execute(sa.select(promo_codes).order_by(_C.made_at.desc()))
    return [
        PromoCode(row.code, row.plan_id, row.days, row.most, row.used, row.until) for row in rows
    ]


async def use(db: AsyncConnection, user_id: int, code: str, now: datetime) -> PromoUse:
    """Grant what a code gives, after what the person has already.

    Raises:
        PersonBanned: the person is banned.
    """
    await restrictions.require_not_banned(db, user_id, now)
    person = await people.lock(db, user_id)
    row = None
    if CODE.fullmatch(code):
        row = (await db.execute(sa.select(promo_codes).where(_C.code == code))).one_or_none()
    plan = plans.find(row.plan_id) if row is not None else None
    if row is None or plan is None:
        return "unknown"
    use_row = {"user_id": user_id, "code": code, "used_at": now}
    if (await db.execute(insert_new(db, promo_uses), use_row)).rowcount == 0:
        return "used"
    left = (_C.code == code, _C.used < _C.most, sa.or_(_C.until.is_(None), _C.until > now))
    counted = sa.update(promo_codes).where(*left).values(used=_C.used + 1)
    if (await db.execute(counted)).rowcount == 0:
        mine = (promo_uses.c.user_id == user_id, promo_uses.c.code == code)
        await db.execute(sa.delete(promo_uses).where(*mine))
        return "over"
    terms = Terms(plan.id, "gift", plan.opens, 0, row.days * plans.DAY_SECONDS, 0)
    grant = Granted(f"promo:{code}:{uuid4().hex}", terms, now)
    await people.record_event(db, person, grant, now)
    return "opened"
