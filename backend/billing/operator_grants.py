"""Grants by an operator without a payment, and their revocation: time on a plan, messages.

Each is a grant among the person's events, so that their plan stays the fold of these. What was paid
for is never taken here: that is a refund.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import people
from backend.billing.events import OPERATOR_GRANT, Granted, Revoked
from backend.errors import InvalidField, PlanNotFound
from backend.metering import restrictions
from backend.plans import Terms, plans

MOST_DAYS: Final = 3_660
MOST_CREDITS: Final = 100_000


async def give_time(
    db: AsyncConnection, user_id: int, plan_id: str, days: int, grant: UUID, now: datetime
) -> None:
    """Grant a plan for some days, after what covers the person already. Repeating `grant` has no
    further effect.

    Raises:
        PlanNotFound: there is no such plan for people.
        InvalidField: fewer than one day or more than `MOST_DAYS`.
    """
    plan = plans.find(plan_id)
    if plan is None or not plan.recurring:
        raise PlanNotFound()
    if not 1 <= days <= MOST_DAYS:
        raise InvalidField(field="days", limit=MOST_DAYS)
    terms = Terms(plan.id, "gift", plan.opens, 0, days * plans.DAY_SECONDS, 0)
    await _hear(db, user_id, Granted(f"{OPERATOR_GRANT}{grant.hex}", terms, now), now)


async def give_credits(
    db: AsyncConnection, user_id: int, credits: int, grant: UUID, now: datetime
) -> None:
    """Grant messages. Repeating `grant` has no further effect.

    Raises:
        InvalidField: fewer than one or more than `MOST_CREDITS`.
    """
    if not 1 <= credits <= MOST_CREDITS:
        raise InvalidField(field="credits", limit=MOST_CREDITS)
    terms = Terms(plans.of_kind("pack")[0].id, "pack", plans.default().id, 0, 0, credits)
    await _hear(db, user_id, Granted(f"{OPERATOR_GRANT}{grant.hex}", terms, now), now)


async def take_back(db: AsyncConnection, user_id: int, plan_id: str | None, now: datetime) -> int:
    """Revoke everything that operators granted towards a plan, or (None) the remaining messages
    that they granted; returns how many grants that were."""
    person = await people.lock(db, user_id)
    taken = 0
    for grant in tuple(person.state.grants.values()):
        given = grant.grant_id.startswith(OPERATOR_GRANT)
        wanted = bool(grant.terms.credits) if plan_id is None else grant.terms.plan_id == plan_id
        if not (given and wanted) or grant.grant_id in person.state.revocations:
            continue
        heard = await people.record_event(db, person, Revoked(grant.grant_id, now), now)
        person, taken = heard or person, taken + 1
    return taken


async def _hear(db: AsyncConnection, user_id: int, event: Granted, now: datetime) -> None:
    await restrictions.require_not_banned(db, user_id, now)
    person = await people.lock(db, user_id)
    await people.record_event(db, person, event, now)
