"""A person's right to a copy of what billing keeps of them, and to be forgotten.

Erasing leaves the ledger as it is: its accounts are random names, and the only row that tells
whose they are (`billing_people`) goes. Charge ids stay there, since refunds, chargebacks and
tax law need them; only Telegram can tell whose a charge is.
"""

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.tables import (
    entitlements,
    gifts,
    inbox,
    notices,
    orders,
    people,
    periods,
    quotas,
    reservations,
    subscriptions,
)

# Rows that must outlive their person, without them, belong to this id. Telegram has no user 0.
NOBODY = 0

_OWNED = (orders, inbox, subscriptions, periods, entitlements, quotas, notices, people)


async def export(db: AsyncConnection, user_id: int) -> dict[str, object]:
    """Everything this room keeps of a person, as JSON-ready values; empty if nothing."""
    found: dict[str, object] = {}
    for name, table, columns in (
        ("orders", orders, ("id", "plan_id", "stars", "state", "created_at", "paid_at")),
        ("periods", periods, ("source", "plan_id", "starts_at", "ends_at")),
        ("subscriptions", subscriptions, ("plan_id", "stars", "started_at", "expires_at",
                                          "renewal")),
        ("gifts", gifts, ("charge_id", "state", "paid_at", "redeemed_at")),
        ("quota", quotas, ("day", "used", "credits")),
        ("notices", notices, ("kind", "state", "due_at", "sent_at")),
    ):  # fmt: skip
        if rows := await _rows(db, table, user_id, columns):
            found[name] = rows
    if events := await _rows(db, inbox, user_id, ("kind", "event", "received_at")):
        found["events"] = [{**row, "event": msgspec.json.decode(row["event"])} for row in events]
    return found


async def erase(db: AsyncConnection, user_id: int) -> None:
    """Forget a person. Stop what renews first (`Billing.stop_renewals`): later none can.

    Gifts that they bought and that wait to be opened stay good, without their name.
    """
    await db.execute(
        sa.update(gifts).where(gifts.c.recipient_id == user_id).values(recipient_id=None)
    )
    await db.execute(sa.update(gifts).where(gifts.c.user_id == user_id).values(user_id=NOBODY))
    # A cost that is not booked yet still has to be: the run's random id says nothing of anyone.
    unbooked = sa.and_(
        reservations.c.state == "settled",
        reservations.c.cost_micro_dollars > 0,
        reservations.c.cost_booked.is_(False),
    )
    await db.execute(
        sa.update(reservations)
        .where(reservations.c.user_id == user_id, unbooked)
        .values(user_id=NOBODY)
    )
    for table in (*_OWNED, reservations):
        await db.execute(sa.delete(table).where(table.c.user_id == user_id))


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
