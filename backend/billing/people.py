"""One person's plan in the database: locking it, recording an event once, writing the results.

The inbox holds the events; periods, subscriptions, entitlements and credits are rewritten from
their fold whenever one is added.
"""

from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args
from uuid import uuid4

import sqlalchemy as sa
from msgspec import Struct, structs
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import events
from backend.billing.events import Event, Granted, Paid, RenewalState, Reversed, Revoked, Stopped
from backend.billing.state import PlanState, apply, fold
from backend.billing.tables import inbox, people, periods, subscriptions
from backend.billing.view import View, view
from backend.db import insert
from backend.metering import credits
from backend.plans.tables import entitlements

Kind: TypeAlias = Literal["payment", "reversal", "standing", "stop", "grant", "revoke"]
EVENT_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


class Person(Struct, frozen=True):
    """A locked person: their ledger account and the state of their plan."""

    user_id: int
    account: str
    state: PlanState


async def lock(db: AsyncConnection, user_id: int) -> Person:
    """Lock the person until the transaction ends, so that their events are handled one by one."""
    await db.execute(
        insert(db, people)
        .values(user_id=user_id, account=f"person:{uuid4().hex}")
        .on_conflict_do_nothing()
    )
    account = (
        await db.execute(
            sa.select(people.c.account).where(people.c.user_id == user_id).with_for_update()
        )
    ).scalar_one()
    return Person(user_id, account, await load(db, user_id))


async def load(db: AsyncConnection, user_id: int) -> PlanState:
    """The fold of all events of a person that were accepted."""
    rows = await db.execute(
        sa.select(inbox.c.event, inbox.c.received_at)
        .where(inbox.c.user_id == user_id, inbox.c.refusal.is_(None))
        .order_by(inbox.c.received_at)
    )
    return fold((events.decode(row.event), row.received_at) for row in rows)


async def record_event(
    db: AsyncConnection,
    person: Person,
    event: Event,
    now: datetime,
    *,
    refusal: str | None = None,
) -> Person | None:
    """Put an event into the inbox and write what follows; None when it was there already.

    An event with a `refusal` is stored, so that it is not handled twice, and changes nothing else.
    """
    kind, reference = key_of(event)
    written = await db.execute(
        insert(db, inbox)
        .values(
            user_id=person.user_id,
            kind=kind,
            reference=reference,
            event=events.encode(event),
            refusal=refusal,
            received_at=now,
        )
        .on_conflict_do_nothing()
    )
    if written.rowcount == 0:
        return None
    if refusal is not None:
        return person
    return await _follow(db, person, event, now)


async def complete_payment(db: AsyncConnection, person: Person, event: Paid, now: datetime) -> None:
    """The update of a payment that reconciliation found first: it knows when the period ends."""
    known = person.state.payments.get(event.charge_id)
    if known is None:
        return
    better = apply(person.state, event, now).payments[event.charge_id]
    if better == known:
        return
    kind, reference = key_of(event)
    await db.execute(
        sa.update(inbox)
        .where(
            inbox.c.user_id == person.user_id,
            inbox.c.kind == kind,
            inbox.c.reference == reference,
        )
        .values(event=events.encode(better))
    )
    await _follow(db, person, better, now)


def key_of(event: Event) -> tuple[Kind, str]:
    """The event's key in the inbox: a refund's transaction reuses the payment's id."""
    match event:
        case Paid():
            return "payment", event.charge_id
        case Reversed():
            return "reversal", event.charge_id
        case RenewalState():
            return "standing", f"{event.order_id}:{event.update_id}"
        case Stopped():
            return "stop", f"{event.order_id}:{event.at.isoformat()}"
        case Granted():
            return "grant", event.grant_id
        case Revoked():
            return "revoke", event.grant_id


async def _follow(db: AsyncConnection, person: Person, event: Event, now: datetime) -> Person:
    state = apply(person.state, event, now)
    before, after = view(person.state), view(state)
    await write(db, person.user_id, after)
    if after.packs != before.packs:
        await credits.keep_packs(db, person.user_id, after.packs, now)
    return structs.replace(person, state=state)


async def write(db: AsyncConnection, user_id: int, seen: View) -> None:
    """Write `seen` to the tables."""
    rows: tuple[tuple[sa.Table, list[dict[str, Any]]], ...] = (
        (periods, [structs.asdict(one) for one in seen.periods]),
        (subscriptions, [structs.asdict(one) for one in seen.subscriptions]),
        (entitlements, [structs.asdict(one) for one in seen.spans]),
    )
    for table, values in rows:
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))
        if values:
            await db.execute(sa.insert(table), [{"user_id": user_id, **one} for one in values])
