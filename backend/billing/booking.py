"""Booking what Telegram says happened to money: once, whatever the order it is said in.

Each function runs in the caller's transaction, and everything follows in that one: the event,
the ledger, the period, the entitlement, the receipt. A payment that fits no order is booked all
the same (the Stars are there) and opens nothing: the person's account shows what they are owed.
"""

from datetime import datetime
from typing import Literal

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import gifts, ledger, mismatches, notices, orders, people
from backend.billing import movements as m
from backend.billing.events import Paid, Reversed, Standing
from backend.billing.orders import Order
from backend.billing.people import Person
from backend.billing.plans import Terms
from backend.billing.ports import Payment, Refund
from backend.billing.view import view

log = structlog.get_logger("tanya.billing")

REVERSALS = ("refund", "chargeback")


class Outcome(Struct, frozen=True):
    """What became of something Telegram said.

    `refusal` is why it opened nothing; `gift_code` opens the gift that was bought.
    """

    state: Literal["booked", "repeated", "refused"]
    terms: Terms | None = None
    refusal: str | None = None
    gift_code: str | None = None


REPEATED = Outcome("repeated")


async def paid(
    db: AsyncConnection, user_id: int, payment: Payment, now: datetime, gift_code: str
) -> Outcome:
    """A payment was made. `gift_code` becomes the gift's if one was bought."""
    person = await people.lock(db, user_id)
    order = await orders.find(db, payment.payload)
    refusal = _refusal(person, order, payment)
    terms = order.terms if order is not None and refusal is None else _no_terms(payment)
    event = Paid(
        charge_id=payment.charge_id,
        order_id=payment.payload,
        terms=terms,
        at=payment.at,
        expires_at=payment.expires_at,
        update_id=payment.update_id,
    )
    if await ledger.has(db, "payment", payment.charge_id):
        await people.hear_better(db, person, event, now)
        return REPEATED
    heard = await people.hear(db, person, event, now, refusal=refusal)
    if heard is None:
        return REPEATED
    if refusal is not None or order is None:
        return await _unmatched(db, person, payment, refusal or "order_unknown", now)
    moved = [
        m.payment(person.account, payment.stars, payment.charge_id, payment.at),
        m.sale(person.account, terms.kind, payment.stars, payment.charge_id, payment.at),
    ]
    given_back = payment.charge_id in person.state.reversals
    if given_back:  # the refund was heard first
        back = m.returned(person.account, terms.kind, payment.stars, payment.charge_id, now)
        moved.append(back)
    await ledger.post(db, moved, now)
    await orders.mark_paid(db, order, payment.charge_id, now)
    if given_back:
        await orders.mark_refunded(db, user_id, payment.charge_id)
        return Outcome("booked", terms)
    return await _receipt(db, heard, order, payment, now, gift_code)


async def given_back(
    db: AsyncConnection,
    user_id: int,
    refund: Refund,
    now: datetime,
    reason: Literal["refund", "chargeback"] = "refund",
) -> Outcome:
    """A payment was given back, or taken back by a store. It may be heard before its payment."""
    buyer = await gifts.lock_for_refund(db, user_id, refund.charge_id)
    event = Reversed(refund.charge_id, refund.stars, refund.at, reason)
    for known in REVERSALS:
        if await ledger.has(db, known, refund.charge_id):
            return REPEATED
    if await people.hear(db, buyer, event, now) is None:
        return REPEATED
    charge = refund.charge_id
    sold = await _sold(db, charge)
    account = sold.account if sold is not None else buyer.account
    moved = [m.reversal(reason, account, refund.stars, charge, refund.at)]
    if sold is not None and sold.kind is not None:
        moved.append(m.returned(account, sold.kind, sold.stars, charge, refund.at))
        moved.extend(await _commission_back(db, sold.kind, charge, refund.at))
    await ledger.post(db, moved, now)
    await mismatches.resolve_all(db, charge, now)
    await orders.mark_refunded(db, user_id, charge)
    await gifts.void(db, charge, now)
    if sold is not None and sold.stars != refund.stars:
        await mismatches.report(db, "refund_amount", charge, refund.stars, now)
    if reason == "chargeback":
        await mismatches.report(db, "chargeback", charge, refund.stars, now)
    else:
        await notices.queue(db, user_id, "refunded", charge, now, stars=refund.stars)
    payment = buyer.state.payments.get(charge)
    return Outcome("booked", payment.terms if payment is not None else None)


async def standing(db: AsyncConnection, user_id: int, event: Standing, now: datetime) -> Outcome:
    """`Update.subscription`: whether the person's own subscription will renew."""
    order = await orders.find(db, event.order_id)
    if order is None or order.user_id != user_id:
        refusal = "order_unknown" if order is None else "order_foreign"
        log.warning("subscription_update_refused", code=refusal)
        return Outcome("refused", refusal=refusal)
    person = await people.lock(db, user_id)
    heard = await people.hear(db, person, event, now)
    return REPEATED if heard is None else Outcome("booked", order.terms)


async def affiliate(
    db: AsyncConnection, user_id: int, charge_id: str, stars: int, nanostars: int, now: datetime
) -> None:
    """An affiliate's part of a payment, which only Telegram's transactions tell."""
    if await ledger.has(db, "commission", charge_id):
        return
    person = await people.lock(db, user_id)
    payment = person.state.payments.get(charge_id)
    if payment is None:
        return
    kind = payment.terms.kind
    moved = [m.commission(kind, stars, nanostars, charge_id, payment.at)]
    if (back := person.state.reversals.get(charge_id)) is not None:
        moved.append(m.commission_back(kind, stars, nanostars, charge_id, back.at))
    await ledger.post(db, moved, now)


def _refusal(person: Person, order: Order | None, payment: Payment) -> str | None:
    if order is None:
        return "order_unknown"
    if refusal := orders.mismatch(order, person.user_id, payment.currency, payment.stars):
        return refusal
    single = order.terms.kind != "subscription"
    others = [
        one
        for one in person.state.payments.values()
        if one.order_id == order.id and one.charge_id != payment.charge_id
    ]
    return "order_paid" if single and others else None


def _no_terms(payment: Payment) -> Terms:
    return Terms("", "free", "", payment.stars, 0, 0)


async def _unmatched(
    db: AsyncConnection, person: Person, payment: Payment, refusal: str, now: datetime
) -> Outcome:
    """Keep the Stars in the books as owed to the person, and tell the operator and them."""
    log.warning("payment_unmatched", code=refusal)
    if payment.currency == orders.CURRENCY:
        paid_in = m.payment(person.account, payment.stars, payment.charge_id, payment.at)
        await ledger.post(db, [paid_in], now)
    if payment.charge_id in person.state.reversals:  # given back already: nothing is owed
        return Outcome("refused", refusal=refusal)
    await notices.queue(
        db, person.user_id, "unmatched", payment.charge_id, now, stars=payment.stars
    )
    await mismatches.report(db, refusal, payment.charge_id, payment.stars, now)
    return Outcome("refused", refusal=refusal)


async def _receipt(
    db: AsyncConnection,
    person: Person,
    order: Order,
    payment: Payment,
    now: datetime,
    gift_code: str,
) -> Outcome:
    """What follows a payment that holds: a gift to pass on, and a word in the chat."""
    terms, charge, who = order.terms, payment.charge_id, person.user_id
    if terms.kind == "gift":
        await gifts.keep(db, who, charge, terms, gift_code, now)
        await notices.queue(
            db, who, "gift_ready", charge, now, stars=payment.stars, plan=terms.plan_id,
            code=gift_code,
        )  # fmt: skip
        return Outcome("booked", terms, gift_code=gift_code)
    if terms.kind == "pack":
        await notices.queue(
            db, who, "receipt_pack", charge, now, stars=payment.stars, plan=terms.plan_id
        )
        return Outcome("booked", terms)
    first = sum(one.order_id == order.id for one in person.state.payments.values()) == 1
    until = max((span.until for span in view(person.state).spans), default=now)
    await notices.queue(
        db, who, "receipt" if first else "renewed", charge, now, stars=payment.stars,
        plan=terms.plan_id, date=until.isoformat(),
    )  # fmt: skip
    again = payment.first and not first
    if again or _doubled(person, order, now):
        await mismatches.report(db, "double_subscription", charge, payment.stars, now)
    return Outcome("booked", terms)


def _doubled(person: Person, order: Order, now: datetime) -> bool:
    """Does another subscription renew beside this one? The operator refunds one of them."""
    return any(
        one.order_id != order.id and one.expires_at > now and one.renewal == "on"
        for one in view(person.state).subscriptions
    )


class _Sold(Struct, frozen=True):
    """What the ledger says of a payment: whose account, how much, and what was sold for it."""

    account: str
    stars: int
    kind: str | None


async def _sold(db: AsyncConnection, charge_id: str) -> _Sold | None:
    """Ask the ledger rather than the person: it remembers the payments of erased people too."""
    paid_in = await ledger.entries_of(db, "payment", charge_id)
    person = next((entry for entry in paid_in if entry.account != m.TELEGRAM), None)
    if person is None:
        return None
    sale = await ledger.entries_of(db, "sale", charge_id)
    kinds = [m.kind_sold(entry.account) for entry in sale if entry.account != person.account]
    return _Sold(person.account, -person.amount, kinds[0] if kinds else None)


async def _commission_back(
    db: AsyncConnection, kind: str, charge_id: str, at: datetime
) -> list[m.Movement]:
    parts = {m.STARS: 0, m.NANOSTARS: 0}
    for entry in await ledger.entries_of(db, "commission", charge_id):
        if entry.account == m.commissions(kind):
            parts[entry.currency] += entry.amount
    if not any(parts.values()):
        return []
    return [m.commission_back(kind, parts[m.STARS], parts[m.NANOSTARS], charge_id, at)]
