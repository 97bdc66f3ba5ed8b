"""Orders: what a person intends to pay for, and whether a payment is allowed now.

An order's id is the invoice's payload: random, bound to one person, one plan and one price.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import people
from backend.billing.people import Person
from backend.billing.state import PlanState
from backend.billing.tables import orders
from backend.billing.view import Subscription, view
from backend.errors import OrderNotFound
from backend.plans import Plan, Terms

# How long an invoice may lie open before it is paid.
OPEN_FOR = timedelta(hours=1)
# How long an approved payment blocks others: Telegram charges within seconds.
UNDER_WAY = timedelta(minutes=2)
# A payment for a subscription this close to its end is its renewal, not a second purchase.
RENEWAL_WINDOW = timedelta(days=2)

CURRENCY = "XTR"

Refusal: TypeAlias = Literal[
    "order_unknown",
    "order_foreign",
    "order_expired",
    "order_paid",
    "order_under_way",
    "already_subscribed",
    "amount_mismatch",
    "currency_mismatch",
]


class Order(Struct, frozen=True):
    """An order as its owner sees it."""

    id: str
    user_id: int
    terms: Terms
    state: Literal["open", "paid", "refunded"]
    created_at: datetime
    expires_at: datetime
    invoice_link: str | None = None
    charge_id: str | None = None
    checked_query: str | None = None
    checked_at: datetime | None = None
    chat_id: int | None = None


def _order(row: Any) -> Order:
    return Order(
        id=row.id,
        user_id=row.user_id,
        terms=msgspec.json.decode(row.terms, type=Terms),
        state=row.state,
        created_at=row.created_at,
        expires_at=row.expires_at,
        invoice_link=row.invoice_link,
        charge_id=row.charge_id,
        checked_query=row.checked_query,
        checked_at=row.checked_at,
        chat_id=row.chat_id,
    )


async def find(db: AsyncConnection, order_id: str) -> Order | None:
    """The order with this id, of any person."""
    # A payload is at most 128 bytes of anything; ours are short and plain.
    if not order_id.isascii() or len(order_id) > 64 or "\0" in order_id:
        return None
    row = (await db.execute(sa.select(orders).where(orders.c.id == order_id))).one_or_none()
    return _order(row) if row is not None else None


async def get(db: AsyncConnection, user_id: int, order_id: str) -> Order:
    """The person's own order.

    Raises:
        OrderNotFound: they have no such order.
    """
    order = await find(db, order_id)
    if order is None or order.user_id != user_id:
        raise OrderNotFound()
    return order


async def open_order(
    db: AsyncConnection,
    user_id: int,
    plan: Plan,
    device: str,
    now: datetime,
    token: Callable[[], str],
    chat_id: int | None,
) -> Order:
    """Create an order, or return the one that this device opened for the same plan a moment ago;
    `chat_id` is the group that it is for."""
    same = (
        orders.c.user_id == user_id,
        orders.c.plan_id == plan.id,
        orders.c.device == device,
        orders.c.stars == plan.stars,
        orders.c.chat_id.is_not_distinct_from(chat_id),
    )
    fresh = (orders.c.state == "open", orders.c.expires_at > now + OPEN_FOR / 2)
    newest = sa.select(orders).where(*same, *fresh).order_by(orders.c.created_at.desc()).limit(1)
    row = (await db.execute(newest)).one_or_none()
    if row is not None and _order(row).terms == plan.terms:
        return _order(row)
    values: dict[str, Any] = {
        "id": token(),
        "user_id": user_id,
        "plan_id": plan.id,
        "stars": plan.stars,
        "terms": msgspec.json.encode(plan.terms).decode(),
        "state": "open",
        "device": device,
        "created_at": now,
        "expires_at": now + OPEN_FOR,
        "chat_id": chat_id,
    }
    made = await db.execute(sa.insert(orders).values(**values).returning(orders))
    return _order(made.one())


async def keep_link(db: AsyncConnection, order: Order, link: str) -> None:
    """Store the invoice's link."""
    await _change(db, order, invoice_link=link)


async def mark_paid(db: AsyncConnection, order: Order, charge_id: str, now: datetime) -> None:
    """The order is paid; a renewal keeps the first charge."""
    if order.state == "open":
        await _change(db, order, state="paid", charge_id=charge_id, paid_at=now)


async def move_group(db: AsyncConnection, chat_id: int, new: int) -> None:
    """Move orders for a group to the supergroup that it became."""
    await db.execute(sa.update(orders).where(orders.c.chat_id == chat_id).values(chat_id=new))


async def mark_refunded(db: AsyncConnection, user_id: int, charge_id: str) -> None:
    """Mark a single payment's order as refunded."""
    await db.execute(
        sa.update(orders)
        .where(orders.c.user_id == user_id, orders.c.charge_id == charge_id)
        .values(state="refunded")
    )


def active_subscription(person: Person, now: datetime) -> Subscription | None:
    """The subscription that prevents a second one: paid for, or about to renew.

    One whose renewal failed does not.
    """
    held = held_subscription(person.state, now)
    failed = held is not None and held.renewal == "failed" and not held.paid_at(now)
    return None if failed else held


def held_subscriptions(state: PlanState, now: datetime) -> tuple[Subscription, ...]:
    """The subscriptions that can be stopped or resumed at `now`, what lasts longest first."""
    held = [one for one in view(state).subscriptions if one.held_at(now)]
    return tuple(sorted(held, key=lambda one: (one.expires_at, one.order_id), reverse=True))


def held_subscription(
    state: PlanState, now: datetime, order_id: str | None = None
) -> Subscription | None:
    """The subscription of this order, or the first of `held_subscriptions`."""
    held = held_subscriptions(state, now)
    return next((one for one in held if order_id in (None, one.order_id)), None)


async def check(
    db: AsyncConnection,
    order_id: str,
    user_id: int,
    currency: str,
    amount: int,
    now: datetime,
    query_id: str,
) -> Refusal | None:
    """Whether this payment is allowed now. None approves it, and blocks others for a while."""
    order = await find(db, order_id)
    if order is None:
        return "order_unknown"
    if refusal := mismatch(order, user_id, currency, amount):
        return refusal
    person = await people.lock(db, user_id)
    order = await get(db, user_id, order_id)
    if order.checked_query == query_id:
        return None  # the same query, delivered again
    if order.state != "open":
        return None if _renews(person, order, now) else "order_paid"
    if order.expires_at <= now:
        return "order_expired"
    subscribes = order.terms.kind == "subscription"
    if subscribes and active_subscription(person, now) is not None:
        return "already_subscribed"
    if await _under_way(db, order, now, any_order=subscribes):
        return "order_under_way"
    await _change(db, order, checked_query=query_id, checked_at=now)
    return None


def mismatch(order: Order, user_id: int, currency: str, amount: int) -> Refusal | None:
    """Why this payment does not fit the order, whenever it is made."""
    if order.user_id != user_id:
        return "order_foreign"
    if currency != CURRENCY:
        return "currency_mismatch"
    # A renewal is at the price that was agreed on, which the order keeps.
    return "amount_mismatch" if amount != order.terms.stars else None


def _renews(person: Person, order: Order, now: datetime) -> bool:
    """It is undocumented whether Telegram asks before a renewal; if it does, it is approved."""
    return any(
        one.order_id == order.id and one.expires_at - RENEWAL_WINDOW <= now
        for one in view(person.state).subscriptions
    )


async def is_paying(db: AsyncConnection, user_id: int, now: datetime) -> bool:
    """Whether a payment of the person's was approved and its outcome is not known yet."""
    found = sa.select(orders.c.id).where(
        orders.c.user_id == user_id,
        orders.c.state == "open",
        orders.c.checked_at > now - UNDER_WAY,
    )
    return (await db.execute(found.limit(1))).first() is not None


async def _under_way(db: AsyncConnection, order: Order, now: datetime, *, any_order: bool) -> bool:
    """Whether a payment for this order, or for any subscription, was approved just now."""
    recent = await db.execute(
        sa.select(orders.c.id, orders.c.terms).where(
            orders.c.user_id == order.user_id,
            orders.c.state == "open",
            orders.c.checked_at > now - UNDER_WAY,
        )
    )
    for row in recent:
        kind = msgspec.json.decode(row.terms, type=Terms).kind
        if row.id == order.id or (any_order and kind == "subscription"):
            return True
    return False


async def _change(db: AsyncConnection, order: Order, **values: object) -> None:
    await db.execute(
        sa.update(orders)
        .where(orders.c.user_id == order.user_id, orders.c.id == order.id)
        .values(**values)
    )
