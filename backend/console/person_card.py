"""A person's account as operators see it: plan, use, payments, restrictions. It has no messages,
and no name, since Tanya stores none (`identity/usernames.py`).
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import payments_of
from backend.console.waiting import count_waiting
from backend.db import Vault
from backend.generation import usage_report
from backend.identity import profile, require_known
from backend.metering import quota, restrictions
from backend.plans import access

LOOKS_BACK: Final = timedelta(days=30)


class ModelUse(Struct, frozen=True, rename="camel"):
    """A model's answers for the person in the last 30 days, and their cost in micro-dollars."""

    model_id: str
    answers: int
    input_tokens: int
    output_tokens: int
    cost_micro_dollars: int


class PaymentOnCard(Struct, frozen=True, rename="camel"):
    """A payment; a gift's code is only known to its buyer."""

    charge_id: str
    paid_at: datetime
    plan_id: str
    stars: int
    state: str
    refunded_at: datetime | None
    opens_until: datetime | None
    messages_left: int | None


class PersonCard(Struct, frozen=True, kw_only=True, rename="camel"):
    """A person. `until`: when the plan ends unless it renews; `limit` and `used` are today's
    messages; `waiting_requests` are open ones to /paysupport, `waiting_cases` open appeals and
    reports; `username_since`: since when the username holds that finds them, null without one."""

    user_id: int
    language: str
    known_since: datetime
    seen_at: datetime
    username_since: datetime | None
    plan_id: str
    plan_source: str | None
    until: datetime | None
    renewal: str | None
    limit: int
    used: int
    credits: int
    spending_cap: int | None
    banned_until: datetime | None
    daily_limit: int | None
    waiting_requests: int
    waiting_cases: int
    usage: list[ModelUse]
    payments: list[PaymentOnCard]


async def person_card(db: AsyncConnection, vault: Vault, user_id: int, now: datetime) -> PersonCard:
    """The state of a person's account.

    Raises:
        PersonNotKnown: there is none.
    """
    await require_known(db, user_id)
    who = await profile(db, vault, user_id)
    on = await access.current(db, user_id, now)
    left = await quota.allowance(db, user_id, now)
    held = await restrictions.restriction(db, user_id)
    waiting = await count_waiting(db, user_id)
    return PersonCard(
        user_id=user_id,
        language=who.language,
        known_since=who.created_at,
        seen_at=who.seen_at,
        username_since=who.username_since,
        plan_id=on.plan_id,
        plan_source=on.source,
        until=on.open_until,
        renewal=on.renewal,
        limit=left.limit,
        used=left.used,
        credits=left.credits,
        spending_cap=left.spending_cap,
        banned_until=held.banned_until,
        daily_limit=held.daily_limit,
        waiting_requests=waiting.requests,
        waiting_cases=waiting.cases,
        usage=await _usage(db, user_id, now),
        payments=await _payments(db, user_id),
    )


async def _usage(db: AsyncConnection, user_id: int, now: datetime) -> list[ModelUse]:
    used = (await usage_report(db, user_id, now - LOOKS_BACK)).by_model
    return [
        ModelUse(one.key, one.answers, one.input_tokens, one.output_tokens, one.cost_micro_dollars)
        for one in used
    ]


async def _payments(db: AsyncConnection, user_id: int) -> list[PaymentOnCard]:
    return [
        PaymentOnCard(
            charge_id=one.charge_id,
            paid_at=one.paid_at,
            plan_id=one.plan_id,
            stars=one.stars,
            state=one.state,
            refunded_at=one.refunded_at,
            opens_until=one.opens_until,
            messages_left=one.messages_left,
        )
        for one in await payments_of(db, user_id)
    ]
