"""A person's payments with what each bought, for the person and the operator.

Everything that was paid for can be shown again at any time: a gift's link, a plan's end, the
messages left in a pack.
"""

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import events
from backend.billing.events import Paid
from backend.billing.people import load
from backend.billing.tables import gifts, inbox
from backend.billing.view import view
from backend.metering import group_passes, left_in_packs

PaymentState: TypeAlias = Literal["paid", "refunded", "unmatched"]
GiftState: TypeAlias = Literal["waiting", "redeemed", "void"]


class PaymentRecord(Struct, frozen=True):
    """One payment. `unmatched`: it fits no order and opened nothing.

    `opens_until`: when the time that it bought ends; `messages_left`: of a pack;
    `gift_code` opens a gift in the state `gift_state`.
    """

    charge_id: str
    paid_at: datetime
    plan_id: str
    kind: str
    stars: int
    state: PaymentState
    refunded_at: datetime | None = None
    opens_until: datetime | None = None
    messages_left: int | None = None
    gift_code: str | None = None
    gift_state: GiftState | None = None


class _Gift(Struct, frozen=True):
    code: str
    state: GiftState


async def payments_of(db: AsyncConnection, user_id: int) -> tuple[PaymentRecord, ...]:
    """The person's payments, the newest first."""
    state = await load(db, user_id)
    ends = {one.source_id: one.ends_at for one in view(state).periods}
    left = await left_in_packs(db, user_id)
    for one in await group_passes.passes_of(db, user_id):
        ends[one.charge_id], left[one.charge_id] = one.ends_at, one.messages - one.used
    given = await _gifts(db, user_id)
    records = []
    for paid, refusal in await _paid(db, user_id):
        charge = paid.charge_id
        refund = state.reversals.get(charge)
        gift = given.get(charge)
        records.append(
            PaymentRecord(
                charge_id=charge,
                paid_at=paid.at,
                plan_id=paid.terms.plan_id,
                kind=paid.terms.kind,
                stars=paid.terms.stars,
                state="refunded" if refund else "unmatched" if refusal else "paid",
                refunded_at=refund.at if refund else None,
                opens_until=ends.get(charge),
                messages_left=left.get(charge),
                gift_code=gift.code if gift and gift.state == "waiting" else None,
                gift_state=gift.state if gift else None,
            )
        )
    return tuple(sorted(records, key=lambda one: (one.paid_at, one.charge_id), reverse=True))


async def _paid(db: AsyncConnection, user_id: int) -> list[tuple[Paid, str | None]]:
    rows = await db.execute(
        sa.select(inbox.c.event, inbox.c.refusal).where(
            inbox.c.user_id == user_id, inbox.c.kind == "payment"
        )
    )
    heard = [(events.decode(row.event), row.refusal) for row in rows]
    return [(event, refusal) for event, refusal in heard if isinstance(event, Paid)]


async def _gifts(db: AsyncConnection, user_id: int) -> dict[str, _Gift]:
    rows = await db.execute(
        sa.select(gifts.c.charge_id, gifts.c.code, gifts.c.state).where(gifts.c.user_id == user_id)
    )
    return {
        row.charge_id: msgspec.convert({"code": row.code, "state": row.state}, _Gift)
        for row in rows
    }
