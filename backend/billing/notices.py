"""What people are told in the chat: each thing once, mutable where nothing of theirs is lost.

Use cases queue notices in their own transaction; `deliver` sends them. A notice is taken
before it is sent, so that a crash in between loses it rather than sends it twice; what it says
also stands in the app.
"""

from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.ports import Notice, Notifier
from backend.billing.tables import entitlements, notices, people, subscriptions
from backend.db import Database, insert
from backend.errors import StarsRefused, StarsUnavailable

log = structlog.get_logger("tanya.billing")

Kind: TypeAlias = Literal[
    "receipt",
    "receipt_pack",
    "renewed",
    "refunded",
    "unmatched",
    "gift_ready",
    "gift_opened",
    "gift_revoked",
    "renewal_soon",
    "renewal_failed",
    "trial_ending",
    "ended",
]

# Receipts, refunds and words about coming charges are owed to people and cannot be muted.
MUTABLE: tuple[Kind, ...] = ("trial_ending", "ended", "gift_opened")

RENEWAL_WORD = timedelta(days=3)
TRIAL_WORD = timedelta(days=1)
LATEST_WORD = timedelta(days=2)
"""How late an end is still news."""
BATCH = 100


async def queue(
    db: AsyncConnection,
    user_id: int,
    kind: Kind,
    reference: str,
    due_at: datetime,
    **values: str | int,
) -> None:
    """Have a person told once about (kind, reference)."""
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
    """The kinds of notices that a person does not want."""
    row = await db.execute(sa.select(people.c.muted_notices).where(people.c.user_id == user_id))
    return frozenset(filter(None, (row.scalar_one_or_none() or "").split(",")))


async def mute(db: AsyncConnection, user_id: int, kinds: frozenset[str]) -> frozenset[str]:
    """Set the kinds that a person does not want; those that are owed to them stay.

    Gives what is muted now. The person's row must exist (`people.lock` makes it).
    """
    kept = kinds & frozenset(MUTABLE)
    await db.execute(
        sa.update(people)
        .where(people.c.user_id == user_id)
        .values(muted_notices=",".join(sorted(kept)))
    )
    return kept


async def queue_due(db: AsyncConnection, now: datetime) -> None:
    """Queue what the calendar brings: renewals soon, trials ending, renewals failed, ends."""
    for row in await db.execute(
        sa.select(subscriptions).where(
            subscriptions.c.renewal == "on",
            subscriptions.c.expires_at > now,
            subscriptions.c.expires_at <= now + RENEWAL_WORD,
        )
    ):
        day = row.expires_at.isoformat()
        values = {"stars": row.stars, "date": day}
        await queue(db, row.user_id, "renewal_soon", f"{row.order_id}:{day}", now, **values)
    await _queue_ends(db, now)


async def _queue_ends(db: AsyncConnection, now: datetime) -> None:
    soon = sa.and_(
        entitlements.c.source == "trial",
        entitlements.c.until > now,
        entitlements.c.until <= now + TRIAL_WORD,
    )
    over = sa.and_(
        entitlements.c.grace_until <= now, entitlements.c.grace_until > now - LATEST_WORD
    )
    grace = sa.and_(
        entitlements.c.until <= now,
        entitlements.c.grace_until > now,
        entitlements.c.renewal == "failed",
    )
    for kind, condition in (("trial_ending", soon), ("ended", over), ("renewal_failed", grace)):
        for row in await db.execute(sa.select(entitlements).where(condition)):
            reference = f"{row.plan_id}:{row.until.isoformat()}"
            day = (row.until if kind == "trial_ending" else row.grace_until).isoformat()
            await queue(db, row.user_id, kind, reference, now, date=day)  # type: ignore[arg-type]


async def deliver(database: Database, notifier: Notifier, now: datetime) -> int:
    """Send what is due; the number sent. Stops when Telegram wants a pause."""
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
    """Make the notice ours, unless another process was first or the person does not want it."""
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
