"""Export and erasure of a person's data in the billing room.

Erasing leaves the ledger as it is: its accounts are random names, and the only row that links them
to people (`billing_people`) is deleted. Charge ids stay there, since refunds, chargebacks and tax
law need them; only Telegram can tell whose a charge is.
"""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.tables import (
    gifts,
    inbox,
    mismatches,
    notices,
    orders,
    people,
    periods,
    promo_uses,
    referrals,
    requests,
    stops,
    subscriptions,
)
from backend.metering import operator_cap
from backend.metering.tables import credit_packs, group_passes, provider_calls, quotas, reservations
from backend.plans.tables import entitlements

# Rows that must outlive their person, without them, belong to this id. Telegram has no user 0.
NOBODY = 0

_OWNED = (
    orders,
    inbox,
    subscriptions,
    periods,
    entitlements,
    quotas,
    credit_packs,
    stops,
    requests,
    notices,
    promo_uses,
    referrals,
    people,
)


async def export(db: AsyncConnection, user_id: int) -> dict[str, object]:
    """Everything this room stores of a person, as JSON-ready values."""
    found: dict[str, object] = {}
    for name, table, columns in (
        ("orders", orders, ("id", "plan_id", "stars", "state", "created_at", "paid_at")),
        ("periods", periods, ("source", "plan_id", "starts_at", "ends_at")),
        ("subscriptions", subscriptions, ("plan_id", "stars", "started_at", "expires_at",
                                          "renewal")),
        ("gifts", gifts, ("charge_id", "code", "state", "paid_at", "redeemed_at")),
        ("packs", credit_packs, ("charge_id", "credits", "used", "paid_at", "is_valid")),
        ("groupPasses", group_passes, ("charge_id", "chat_id", "messages", "used", "paid_at",
                                       "ends_at", "is_valid")),
        (
            "quota",
            quotas,
            (
                "day",
                "used",
                "credits",
                "cap_micro_dollars",
                "spent_micro_dollars",
                "banned_until",
                "daily_limit",
            ),
        ),
        ("charges", provider_calls, ("purpose", "provider", "model_id", "cost_micro_dollars",
                              "begun_at")),
        ("invited", referrals, ("state", "joined_at", "given_at")),
        ("promoCodes", promo_uses, ("code", "used_at")),
        ("notices", notices, ("kind", "state", "due_at", "sent_at")),
    ):  # fmt: skip
        if rows := await _rows(db, table, user_id, columns):
            found[name] = rows
    if events := await _rows(db, inbox, user_id, ("kind", "event", "received_at")):
        found["events"] = [{**row, "event": msgspec.json.decode(row["event"])} for row in events]
    return found


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Delete a person's rows. Stop renewals first (`Renewals.stop_all`): it is impossible later.

    Unopened gifts that they bought stay valid, without a link to them; so does what they paid for
    a group.
    """
    await db.execute(
        sa.update(gifts).where(gifts.c.recipient_id == user_id).values(recipient_id=None)
    )
    await db.execute(sa.update(gifts).where(gifts.c.user_id == user_id).values(user_id=NOBODY))
    theirs = sa.update(group_passes).where(group_passes.c.user_id == user_id)
    await db.execute(theirs.values(user_id=NOBODY))
    invited = sa.update(referrals).where(referrals.c.referrer_id == user_id)
    await db.execute(invited.values(referrer_id=None))
    for table in (reservations, provider_calls):
        await _forget_costs(db, table, user_id)
    await db.execute(
        sa.update(mismatches).where(mismatches.c.user_id == user_id).values(user_id=None)
    )
    for table in _OWNED:
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))


async def _forget_costs(db: AsyncConnection, table: sa.Table, user_id: int) -> None:
    """Remove the person from their costs. Reservations are released; costs not booked yet are still
    booked, under random ids."""
    theirs = table.c.user_id == user_id
    held = await db.execute(
        sa.select(table.c.day, sa.func.sum(table.c.held_micro_dollars))
        .where(theirs, table.c.state == "held", table.c.operator_held)
        .group_by(table.c.day)
    )
    for day, micro_dollars in held.all():
        await operator_cap.end(db, user_id, day, int(micro_dollars), 0)
    unbooked = sa.and_(
        table.c.state != "held", table.c.cost_micro_dollars > 0, table.c.cost_booked.is_(False)
    )
    values: dict[str, object] = {"user_id": NOBODY}
    if "conversation_id" in table.c:
        values["conversation_id"] = None
    await db.execute(sa.update(table).where(theirs, unbooked).values(values))
    await db.execute(sa.delete(table).where(theirs))


async def _rows(
    db: AsyncConnection, table: sa.Table, user_id: int, columns: tuple[str, ...]
) -> list[dict[str, Any]]:
    rows = await db.execute(
        sa.select(*(table.c[name] for name in columns)).where(table.c.user_id == user_id)
    )
    return [{_camel(name): _plain(value) for name, value in row._mapping.items()} for row in rows]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _plain(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
