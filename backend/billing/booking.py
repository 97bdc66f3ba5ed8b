"""Books payments, refunds and renewals reported by Telegram, once each and in any order.

Each function writes everything in the caller's transaction: the event, the ledger, the period, the
entitlement, the receipt. A payment that matches no order is booked too (the Stars were received)
but grants nothing: the person's account shows what they are owed.
"""

from datetime import datetime, timedelta
from typing import Literal

import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import gifts, mismatches, notices, orders, people, referrals, stops
from backend.billing.events import Paid, RenewalState, Reversed
from backend.billing.group_plans import open_for_group
from backend.billing.orders import Order
from backend.billing.people import Person
from backend.billing.ports import Payment, Refund
from backend.billing.view import view
from backend.ledger import ledger
from backend.ledger import movements as m
from backend.metering import group_passes
from backend.plans import Terms

log = structlog.get_logger("tanya.billing")

REVERSALS = ("refund", "chargeback")
REPORTED_WITHIN = timedelta(days=1)
"""How long Telegram retries an update."""


class BookingResult(Struct, frozen=True):
    """The result of booking an event of Telegram.

    `refusal` is why it granted nothing; `gift_code` opens the bought gift.
    """

    state: Literal["booked", "repeated", "refused"]
    terms: Terms | None = None
    refusal: str | None = None
    gift_code: str | None = None


REPEATED = BookingResult("repeated")


async def paid(
    db: AsyncConnection, user_id: int, payment: Payment, now: datetime, gift_code: str
) -> BookingResult:
    """Book a payment. `gift_code` is used if a gift was bought."""
    person = await referrals.lock_for_payment(db, user_id)
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
        await people.complete_payment(db, person, event, now)
        return REPEATED
    heard = await people.record_event(db, person, event, now, refusal=refusal)
    if heard is None:
        return REPEATED
    if refusal is not None or order is None:
        return await _unmatched(db, person, payment, refusal or "order_unknown", now)
    moved = [
        m.payment(person.account, payment.stars, payment.charge_id, payment.at),
        m.sale(person.account, terms.kind, payment.stars, payment.charge_id, payment.at),
    ]
    refund = person.state.reversals.get(payment.charge_id)
    if refund is not None:  # the refund was received first; it is dated by when it happened
        moved.append(
            m.returned(person.account, terms.kind, payment.stars, payment.charge_id, refund.at)
        )
    await ledger.post(db, moved, now)
    await orders.mark_paid(db, order, payment.charge_id, now)
    if refund is not None:
        await orders.mark_refunded(db, user_id, payment.charge_id)
        return BookingResult("booked", terms)
    return await _receipt(db, heard, order, payment, now, gift_code)


async def given_back(
    db: AsyncConnection,
    user_id: int,
    refund: Refund,
    now: datetime,
    reason: Literal["refund", "chargeback"] = "refund",
) -> BookingResult:
    """Book a refund or chargeback. It may be received before its payment."""
    others = await referrals.party(db, refund.charge_id)
    buyer = await gifts.lock_for_refund(db, user_id, refund.charge_id, others)
    event = Reversed(refund.charge_id, refund.stars, refund.at, reason)
    for known in REVERSALS:
        if await ledger.has(db, known, refund.charge_id):
            return REPEATED
    if await people.record_event(db, buyer, event, now) is None:
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
    await group_passes.void_pass(db, charge)
    await referrals.void(db, charge, now)
    await _stop_renewing(db, buyer, charge, refund.at, now)
    if sold is not None and sold.stars != refund.stars:
        await mismatches.report(db, "refund_amount", charge, refund.stars, now, user_id=user_id)
    if reason == "chargeback":
        await mismatches.report(db, "chargeback", charge, refund.stars, now, user_id=user_id)
    else:
        await notices.queue(db, user_id, "refunded", charge, now, stars=refund.stars)
    payment = buyer.state.payments.get(charge)
    return BookingResult("booked", payment.terms if payment is not None else None)


async def renewal_state(
    db: AsyncConnection, user_id: int, event: RenewalState, now: datetime
) -> BookingResult:
    """`Update.subscription`: whether the person's own subscription will renew."""
    order = await orders.find(db, event.order_id)
    if order is None or order.user_id != user_id:
        refusal = "order_unknown" if order is None else "order_foreign"
        log.warning("subscription_update_refused", code=refusal)
        return BookingResult("refused", refusal=refusal)
    person = await people.lock(db, user_id)
    heard = await people.record_event(db, person, event, now)
    return REPEATED if heard is None else BookingResult("booked", order.terms)


async def affiliate(
    db: AsyncConnection, user_id: int, charge_id: str, stars: int, nanostars: int, now: datetime
) -> None:
    """Book an affiliate's part of a payment, which only Telegram's list of transactions shows."""
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
) -> BookingResult:
    """Book the Stars as owed to the person, and notify the operator and them."""
    log.warning("payment_unmatched", code=refusal)
    if payment.currency == orders.CURRENCY:
        paid_in = m.payment(person.account, payment.stars, payment.charge_id, payment.at)
        await ledger.post(db, [paid_in], now)
    if payment.charge_id in person.state.reversals:  # given back already: nothing is owed
        return BookingResult("refused", refusal=refusal)
    await notices.queue(
        db, person.user_id, "unmatched", payment.charge_id, now, stars=payment.stars
    )
    await mismatches.report(
        db, refusal, payment.charge_id, payment.stars, now, user_id=person.user_id
    )
    return BookingResult("refused", refusal=refusal)


async def _receipt(
    db: AsyncConnection,
    person: Person,
    order: Order,
    payment: Payment,
    now: datetime,
    gift_code: str,
) -> BookingResult:
    """After a valid payment: queue a receipt, with the gift's code for a gift."""
    terms, charge, who = order.terms, payment.charge_id, person.user_id
    if terms.kind == "gift":
        await gifts.store_gift(db, who, charge, terms, gift_code, now)
        await notices.queue(
            db, who, "gift_ready", charge, now, stars=payment.stars, plan=terms.plan_id,
            code=gift_code,
        )  # fmt: skip
        return BookingResult("booked", terms, gift_code=gift_code)
    if terms.kind == "group":
        await open_for_group(db, who, order, payment, now)
        return BookingResult("booked", terms)
    if terms.kind == "pack":
        await notices.queue(
            db, who, "receipt_pack", charge, now, stars=payment.stars, plan=terms.plan_id
        )
        return BookingResult("booked", terms)
    first = sum(one.order_id == order.id for one in person.state.payments.values()) == 1
    until = max((span.until for span in view(person.state).spans), default=now)
    await notices.queue(
        db, who, "receipt" if first else "renewed", charge, now, stars=payment.stars,
        plan=terms.plan_id, date=until.isoformat(),
    )  # fmt: skip
    again = payment.first and not first
    if again or _doubled(person, order, now):
        await mismatches.report(db, "double_subscription", charge, payment.stars, now, user_id=who)
    await _stop_replaced(db, person, order, now)
    await referrals.reward(db, person, charge, terms, now)
    return BookingResult("booked", terms)


async def _stop_replaced(db: AsyncConnection, person: Person, order: Order, now: datetime) -> None:
    """Stop a subscription whose renewal failed once a newer one exists, and one that Telegram
    renewed although it was stopped for good.
    """
    for one in view(person.state).subscriptions:
        if one.order_id == order.id:
            if await stops.was_stopped(db, person.user_id, one.order_id):
                await stops.queue_stop(db, person.user_id, one, "replaced", now)
        elif one.opens == order.terms.opens and not one.paid_at(now) and one.renewal != "off":
            await stops.queue_stop(db, person.user_id, one, "replaced", now)


async def _stop_renewing(
    db: AsyncConnection, buyer: Person, charge: str, refunded_at: datetime, now: datetime
) -> None:
    """Stop the renewal after a refund, since Telegram does not document that a refund does; not
    after the refund of an earlier period.

    If the period was over, its renewal may not have arrived yet, so the stop waits for it.
    """
    for one in view(buyer.state).subscriptions:
        if one.last_charge_id == charge:
            is_current = one.expires_at > refunded_at
            due_at = now if is_current else now + REPORTED_WITHIN
            await stops.queue_stop(db, buyer.user_id, one, "refunded", due_at)


def _doubled(person: Person, order: Order, now: datetime) -> bool:
    """Whether another subscription renews too; the operator then refunds one of them."""
    return any(
        one.order_id != order.id and one.expires_at > now and one.renewal == "on"
        for one in view(person.state).subscriptions
    )


class _Sold(Struct, frozen=True):
    """A payment in the ledger: account, amount, and what was sold."""

    account: str
    stars: int
    kind: str | None


async def _sold(db: AsyncConnection, charge_id: str) -> _Sold | None:
    """Read the ledger rather than the person's rows: it has payments of erased people too."""
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
