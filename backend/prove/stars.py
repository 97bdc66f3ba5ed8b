"""Steps in Telegram Stars: a subscription is paid, its renewal stopped, the payment given back."""

from typing import Final

import sqlalchemy as sa

from backend.billing import PaymentRecord, StarTransaction
from backend.errors import TanyaError
from backend.ledger import ledger
from backend.ledger.tables import reconciliation
from backend.plans import plans
from backend.prove.parts import NotProven, ProofParts
from backend.prove.report import ProofLine

DEVICE: Final = "tanya-prove"
PAGE: Final = 100
OVERLAP: Final = 100
PAGES: Final = 50


async def subscription_step(parts: ProofParts) -> ProofLine:
    """A subscription is ordered, paid by the person, booked once and open."""
    plan = plans.of_kind("subscription")[0]
    before = {one.charge_id for one in await parts.billing.payments(parts.person)}
    try:
        order = await parts.billing.checkout(parts.person, plan.id, DEVICE, "en")
    except TanyaError as error:
        raise NotProven(f"it could not be ordered ({error.code})") from None
    parts.say(f"→ Pay {plan.stars} Stars, which come back: {order.invoice_link}")
    await parts.chat.say(parts.person, order.invoice_link)

    async def paid() -> PaymentRecord | None:
        new = [one for one in await parts.billing.payments(parts.person) if one.state == "paid"]
        return next((one for one in new if one.charge_id not in before), None)

    payment = await parts.until("a payment", paid)
    if await _transaction(parts, payment.charge_id, incoming=True) is None:
        raise NotProven("Telegram's list of transactions does not have the payment")
    if (await parts.billing.standing(parts.person)).access.plan_id != plan.id:
        raise NotProven("the payment opened nothing")
    says = "paid, booked once, in Telegram's list by the same id, and the plan is open"
    return ProofLine("subscription", "proven", says, {"stars": payment.stars})


async def renewal_step(parts: ProofParts) -> ProofLine:
    """Telegram stops its renewal when it is asked to."""
    await _own_payment(parts)
    found = await parts.billing.renewals.cancel(parts.person)
    if found.renewal != "off":
        raise NotProven(f"the renewal is {found.renewal}")
    return ProofLine("renewal", "proven", "Telegram stopped it, the plan stays to its end")


async def refund_step(parts: ProofParts) -> ProofLine:
    """The payment is refunded, the plan ends, and the books balance."""
    payment = await _own_payment(parts)
    await parts.billing.refund(payment.charge_id, parts.person)
    if await _transaction(parts, payment.charge_id, incoming=False) is None:
        raise NotProven("Telegram's list of transactions does not have the refund")
    standing = await parts.billing.standing(parts.person)
    if standing.access.plan_id == payment.plan_id:
        raise NotProven("the plan is still open")
    async with parts.database.snapshot() as db:
        if await ledger.stored_balances(db) != await ledger.replay(db):
            raise NotProven("the ledger's balances are not its movements' sums")
    says = "given back, in Telegram's list by the payment's id, the plan closed, the books whole"
    return ProofLine("refund", "proven", says, {"stars": payment.stars})


async def _own_payment(parts: ProofParts) -> PaymentRecord:
    """The one of this run: the newest that is paid."""
    for one in await parts.billing.payments(parts.person):
        if one.state == "paid" and one.kind == "subscription":
            return one
    raise NotProven("there is no payment to begin with")


async def _transaction(
    parts: ProofParts, charge_id: str, *, incoming: bool
) -> StarTransaction | None:
    """The row of Telegram's list, looked for from where the books have read it to."""
    async with parts.database.snapshot() as db:
        read = (await db.execute(sa.select(reconciliation.c.offset))).scalar_one_or_none() or 0
    offset = max(0, read - OVERLAP)
    for _ in range(PAGES):
        page = await parts.billing.stars.transactions(offset, PAGE)
        for one in page:
            if one.id == charge_id and one.incoming == incoming:
                return one
        if not page:
            return None
        offset += len(page)
    return None
