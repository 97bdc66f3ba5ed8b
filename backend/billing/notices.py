"""Notices in the chat: each is sent once; those without consequences for money can be muted.

Use cases queue notices in their own transaction; `deliver` sends them. A notice is claimed before
it is sent, so that a crash loses it rather than sending it twice; the app shows the same
information.
"""

from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.ports import Notice, Notifier
from backend.billing.tables import notices, people, subscriptions
from backend.db import Database, UtcDateTime, insert
from backend.errors import StarsRefused, StarsUnavailable
from backend.plans import GRACE
from backend.plans.tables import entitlements

log = structlog.get_logger("tanya.billing")

Kind: TypeAlias = Literal[
    "receipt",
    "receipt_pack",
    "receipt_group",
    "renewed",
    "refunded",
    "unmatched",
    "gift_ready",
    "gift_opened",
    "gift_revoked",
    "referral",
    "renewal_soon",
    "renewal_failed",
    "trial_ending",
    "ended",
]

# Receipts, refunds and announcements of charges are mandatory and cannot be muted.
MUTABLE: tuple[Kind, ...] = ("trial_ending", "ended", "gift_opened", "referral")

RENEWAL_WORD = timedelta(days=3)
TRIAL_WORD = timedelta(days=1)
LATEST_WORD = timedelta(days=2)
"""How late an end is still news."""
BATCH = 100
QUEUED_AT_ONCE = 200

_NOW = sa.bindparam("now", type_=UtcDateTime())
_SOON = sa.bindparam("soon", type_=UtcDateTime())
_SINCE = sa.bindparam("since", type_=UtcDateTime())


def _not_queued(
    kind: Kind, person: sa.ColumnElement[int], subject: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    """The condition that no notice of this kind about the subject was queued since `since`; before
    that this one was not due."""
    begin = subject + ":"
    return ~sa.exists().where(
        notices.c.user_id == person,
        notices.c.kind == kind,
        sa.func.substr(notices.c.reference, 1, sa.func.length(begin)) == begin,
        notices.c.due_at > _SINCE,
    )


_RENEWAL_SOON = (
    sa.select(subscriptions)
    .where(
        subscriptions.c.renewal == "on",
        subscriptions.c.expires_at > _NOW,
        subscriptions.c.expires_at <= _SOON,
        _not_queued("renewal_soon", subscriptions.c.user_id, subscriptions.c.order_id),
    )
    .limit(QUEUED_AT_ONCE)
)


def _end(kind: Kind, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    new = _not_queued(kind, entitlements.c.user_id, entitlements.c.plan_id)
    return sa.select(entitlements).where(*conditions, new).limit(QUEUED_AT_ONCE)


_ENDS: dict[Kind, tuple[sa.Select[Any], timedelta]] = {
    "trial_ending": (
        _end(
            "trial_ending",
            entitlements.c.source == "trial",
            entitlements.c.until > _NOW,
            entitlements.c.until <= _SOON,
        ),
        TRIAL_WORD,
    ),
    "ended": (
        _end("ended", entitlements.c.grace_until <= _NOW, entitlements.c.grace_until > _SINCE),
        LATEST_WORD,
    ),
    "renewal_failed": (
        _end(
            "renewal_failed",
            entitlements.c.until <= _NOW,
            entitlements.c.grace_until > _NOW,
            entitlements.c.renewal == "failed",
        ),
        GRACE,
    ),
}
"""For each kind, the statement that finds due notices, and how long before `now` an earlier one may
have been queued."""


async def queue(
    db: AsyncConnection,
    user_id: int,
    kind: Kind,
    reference: str,
    due_at: datetime,
    **values: str | int,
) -> None:
    """Queue a notice about (kind, reference) once."""
    await db.execute(
        insert(db, notices)
        .values(
            user_id=user_id,
            kind=kind,
            reference=reference,
            values=msgspec.json.encode(values).decode(),
            state="waiting",
            due_at=due_at,
        )
        .on_conflict_do_nothing()
    )


async def muted(db: AsyncConnection, user_id: int) -> frozenset[str]:
    """The kinds of notices that a person has muted."""
    row = await db.execute(sa.select(people.c.muted_notices).where(people.c.user_id == user_id))
    return frozenset(filter(None, (row.scalar_one_or_none() or "").split(",")))


async def mute(db: AsyncConnection, user_id: int, kinds: frozenset[str]) -> frozenset[str]:
    """Set the kinds of notices that a person mutes; mandatory ones cannot be muted.

    Returns what is muted now. The person's row must exist (`people.lock` makes it).
    """
    kept = kinds & frozenset(MUTABLE)
    await db.execute(
        sa.update(people)
        .where(people.c.user_id == user_id)
        .values(muted_notices=",".join(sorted(kept)))
    )
    return kept


async def queue_due(database: Database, now: datetime) -> int:
    """Queue notices that became due: renewals soon, trials ending, failed renewals, ends.

    Each run queues what was not queued before, at most `QUEUED_AT_ONCE` of each kind, in a short
    transaction. Returns how many were queued; call it again until it returns 0.
    """
    found: list[tuple[int, Kind, str, dict[str, str | int]]] = []
    async with database.snapshot() as db:
        for row in (await db.execute(_RENEWAL_SOON, _around(now, RENEWAL_WORD))).all():
            day = row.expires_at.isoformat()
            values: dict[str, str | int] = {"stars": row.stars, "date": day}
            found.append((row.user_id, "renewal_soon", f"{row.order_id}:{day}", values))
        for kind, (statement, span) in _ENDS.items():
            for row in (await db.execute(statement, _around(now, span))).all():
                day = (row.until if kind == "trial_ending" else row.grace_until).isoformat()
                reference = f"{row.plan_id}:{row.until.isoformat()}"
                found.append((row.user_id, kind, reference, {"date": day}))
    if found:
        async with database.unit_of_work() as db:
            for user_id, kind, reference, values in found:
                await queue(db, user_id, kind, reference, now, **values)
    return len(found)


def _around(now: datetime, span: timedelta) -> dict[str, datetime]:
    return {"now": now, "soon": now + span, "since": now - span}


async def deliver(database: Database, notifier: Notifier, now: datetime) -> int:
    """Send due notices; returns the number sent. Stops when Telegram asks for a pause."""
    sent = 0
    for user_id, kind, reference in await _due(database, now):
        notice = await _take(database, user_id, kind, reference, now)
        if notice is None:
            continue
        try:
            await notifier.send(notice)
        except StarsUnavailable as busy:
            again = now + timedelta(seconds=busy.retry_after or 30)
            await _mark(database, user_id, kind, reference, state="waiting", due_at=again)
            break
        except StarsRefused:
            await _mark(database, user_id, kind, reference, state="lost")
            continue
        await _mark(database, user_id, kind, reference, state="sent", sent_at=now)
        sent += 1
    return sent


async def _due(database: Database, now: datetime) -> list[tuple[int, str, str]]:
    async with database.snapshot() as db:
        rows = await db.execute(
            sa.select(notices.c.user_id, notices.c.kind, notices.c.reference)
            .where(notices.c.state == "waiting", notices.c.due_at <= now)
            .order_by(notices.c.due_at)
            .limit(BATCH)
        )
        return [(row.user_id, row.kind, row.reference) for row in rows]


async def _take(
    database: Database, user_id: int, kind: str, reference: str, now: datetime
) -> Notice | None:
    """Claim the notice, unless another process was first or the person muted it."""
    async with database.unit_of_work() as db:
        state = "muted" if kind in await muted(db, user_id) else "sending"
        taken = await db.execute(
            sa.update(notices)
            .where(*_is(user_id, kind, reference), notices.c.state == "waiting")
            .values(state=state, sent_at=now)
            .returning(notices.c["values"])
        )
        row = taken.one_or_none()
    if row is None or state == "muted":
        return None
    return Notice(user_id, kind, msgspec.json.decode(row[0], type=dict[str, str | int]))


async def _mark(
    database: Database, user_id: int, kind: str, reference: str, **values: object
) -> None:
    async with database.unit_of_work() as db:
        await db.execute(sa.update(notices).where(*_is(user_id, kind, reference)).values(**values))


def _is(user_id: int, kind: str, reference: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        notices.c.user_id == user_id,
        notices.c.kind == kind,
        notices.c.reference == reference,
    )
