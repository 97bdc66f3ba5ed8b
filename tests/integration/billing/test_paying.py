"""Paying, renewing, cancelling and refunding: each Star booked once, access exact.

Exercises backend/web/api/billing.py, backend/web/api/billing_shapes.py,
backend/billing/orders.py, backend/billing/people.py, backend/billing/trials.py,
backend/billing/gifts.py, backend/billing/stops.py.
"""

import asyncio
from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.billing.mismatches import unresolved
from backend.billing.ports import Payment
from backend.billing.view import GRACE
from backend.errors import (
    AlreadySubscribed,
    GiftNotFound,
    GiftUsed,
    OrderNotFound,
    PaymentNotFound,
    PlanNotFound,
    StarsUnavailable,
    SubscriptionNotFound,
    TrialUsed,
)
from backend.ledger import movements as m
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
PACK = plans.of_kind("pack")[0]
GIFT = plans.of_kind("gift")[0]
FREE = plans.default().id
SALES = (m.sales("subscription"), m.STARS)


async def test_a_payment_opens_the_plan(shop: Shop) -> None:
    """A payment opens the plan, and the books have the Stars at Telegram with nothing owed."""
    payment = await shop.buy(ANN, PLAN.id)
    assert (await shop.access(ANN)).plan_id == FREE
    outcome = await shop.billing.paid(ANN, payment)
    assert outcome.state == "booked"
    on = await shop.access(ANN)
    assert (on.plan_id, on.until, on.renewal) == (PLAN.opens, payment.expires_at, "on")
    assert await shop.holdings() == {(m.TELEGRAM, m.STARS): PLAN.stars, SALES: -PLAN.stars}
    order = await shop.billing.order(ANN, payment.payload)
    assert (order.state, order.charge_id) == ("paid", payment.charge_id)


async def test_the_same_payment_many_times_at_once(shop: Shop) -> None:
    """The same update delivered ten times concurrently is booked once."""
    payment = await shop.buy(ANN, PLAN.id)
    outcomes = await asyncio.gather(*(shop.billing.paid(ANN, payment) for _ in range(10)))
    assert sorted(one.state for one in outcomes) == ["booked"] + ["repeated"] * 9
    assert await shop.counts() == {"payment": 1, "sale": 1}


async def test_renewals_extend_and_keep_the_first_charge(shop: Shop) -> None:
    """A renewal has its own charge; cancelling still uses the first."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    shop.clock.advance(days=30)
    renewal = shop.stars.renew(payment.charge_id)
    assert (await shop.access(ANN)).in_grace
    await shop.billing.paid(ANN, renewal)
    on = await shop.access(ANN)
    assert (on.until, on.in_grace) == (renewal.expires_at, False)
    canceled = await shop.billing.renewals.cancel(ANN)
    assert canceled.renewal == "off"
    assert shop.stars.edits == [(ANN, payment.charge_id, True)]
    await shop.billing.renewals.cancel(ANN)
    assert shop.stars.edits == 2 * [(ANN, payment.charge_id, True)]


async def test_cancelled_keeps_access_to_the_end(shop: Shop) -> None:
    """After cancelling, the plan stays open to the last second that is paid, and no longer."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    await shop.billing.subscription_update(ANN, payment.payload, "canceled", 5_000)
    assert payment.expires_at is not None
    shop.clock.now = payment.expires_at - timedelta(seconds=1)
    assert (await shop.access(ANN)).plan_id == PLAN.opens
    shop.clock.advance(seconds=1)
    assert (await shop.access(ANN)).plan_id == FREE


async def test_resuming_waits_for_telegram(shop: Shop) -> None:
    """Resuming allows the renewal again; whether it renews is up to Telegram."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    with pytest.raises(SubscriptionNotFound):
        await shop.billing.renewals.resume(BOB)
    await shop.billing.renewals.cancel(ANN)
    shop.clock.advance(minutes=1)
    assert (await shop.billing.renewals.resume(ANN)).renewal == "off"
    shop.clock.advance(minutes=1)
    await shop.billing.subscription_update(ANN, payment.payload, "active", 5_001)
    standing = await shop.billing.standing(ANN)
    assert standing.subscription is not None
    assert standing.subscription.renewal == "on"


async def _fail_to_renew(shop: Shop, user_id: int = ANN, update_id: int = 9_000) -> Payment:
    """A person's subscription whose first renewal was not paid."""
    payment = await shop.buy(user_id, PLAN.id)
    await shop.billing.paid(user_id, payment)
    shop.clock.advance(days=30)
    await shop.billing.subscription_update(user_id, payment.payload, "failed", update_id)
    return payment


async def test_a_failed_renewal_is_seen_in_its_grace(shop: Shop) -> None:
    """During grace the subscription is shown as failed until the end of the grace, and can still be
    cancelled, which ends it."""
    payment = await _fail_to_renew(shop)
    standing = await shop.billing.standing(ANN)
    assert standing.subscription is not None
    assert (standing.subscription.renewal, standing.access.in_grace) == ("failed", True)
    assert payment.expires_at is not None
    assert standing.access.open_until == payment.expires_at + GRACE
    assert (await shop.billing.renewals.cancel(ANN)).renewal == "off"
    assert shop.stars.edits == [(ANN, payment.charge_id, True)]
    assert (await shop.access(ANN)).plan_id == FREE


async def test_a_failure_after_resuming_has_its_grace_too(shop: Shop) -> None:
    """Cancelled here, resumed in Telegram, then not paid: this counts as a failed renewal."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    await shop.billing.renewals.cancel(ANN)
    shop.clock.advance(minutes=1)
    await shop.billing.renewals.resume(ANN)
    shop.clock.advance(minutes=1)
    await shop.billing.subscription_update(ANN, payment.payload, "active", 8_000)
    shop.clock.advance(days=30)
    await shop.billing.subscription_update(ANN, payment.payload, "failed", 8_001)
    on = await shop.access(ANN)
    assert (on.plan_id, on.in_grace, on.renewal) == (PLAN.opens, True, "failed")


@pytest.mark.parametrize("down", [False, True])
async def test_a_new_subscription_ends_the_failed_one(shop: Shop, down: bool) -> None:
    """A new subscription during grace stops the failed one, so it cannot be charged later; the
    payment stands even if Telegram cannot be asked at that moment."""
    old = await _fail_to_renew(shop)
    new = await shop.buy(ANN, PLAN.id, "laptop")
    shop.stars.down = down
    assert (await shop.billing.paid(ANN, new)).state == "booked"
    assert shop.stars.edits == ([] if down else [(ANN, old.charge_id, True)])
    on = await shop.access(ANN)
    assert (on.until, on.renewal) == (new.expires_at, "on")


async def test_an_awaited_renewal_prevents_a_second_subscription(shop: Shop) -> None:
    """While the update about a renewal is late, the same month is not sold a second time."""
    payment = await shop.buy(ANN, PLAN.id)
    other = await shop.billing.checkout(ANN, PACK.id, "phone", "en")
    await shop.billing.paid(ANN, payment)
    shop.clock.advance(days=30)
    with pytest.raises(AlreadySubscribed):
        await shop.billing.checkout(ANN, PLAN.id, "laptop", "en")
    shop.clock.advance(days=3)
    assert (await shop.billing.checkout(ANN, PLAN.id, "laptop", "en")).order_id != other.order_id


async def test_refund_stops_returns_and_revokes(shop: Shop) -> None:
    """An operator's refund stops the renewal, returns the Stars, ends access, and balances the
    books."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    await shop.billing.refund(payment.charge_id)
    assert shop.stars.edits == [(ANN, payment.charge_id, True)]
    assert (await shop.access(ANN)).plan_id == FREE
    held = await shop.holdings()
    assert held == {SALES: -PLAN.stars, (m.returns("subscription"), m.STARS): PLAN.stars}
    again = await shop.billing.refund(payment.charge_id)
    assert again.state == "repeated"
    with pytest.raises(PaymentNotFound):
        await shop.billing.refund("unknown")


async def test_a_refund_that_arrives_before_the_payment(shop: Shop) -> None:
    """A refund that arrives before its payment is remembered; the books end as in the right
    order."""
    payment = await shop.buy(ANN, PLAN.id)
    refund = shop.stars.take_back(payment.charge_id, shop.clock())
    await shop.billing.refunded(ANN, refund)
    assert (await shop.holdings())[m.TELEGRAM, m.STARS] == -PLAN.stars
    assert (await shop.billing.paid(ANN, payment)).state == "booked"
    assert (await shop.access(ANN)).plan_id == FREE
    held = await shop.holdings()
    assert held == {SALES: -PLAN.stars, (m.returns("subscription"), m.STARS): PLAN.stars}


async def test_a_refund_lost_half_way_can_be_repeated(shop: Shop) -> None:
    """After a crash between Telegram's refund and ours, repeating it books it without a second
    refund."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    shop.stars.take_back(payment.charge_id, shop.clock())
    await shop.billing.refund(payment.charge_id)
    assert (await shop.counts())["refund"] == 1
    assert (await shop.holdings()).get((m.TELEGRAM, m.STARS)) is None


async def test_pre_checkout_refuses_with_a_reason(shop: Shop) -> None:
    """Wrong, foreign, stale, paid and mispriced orders are refused, each with its own code."""
    ordered = await shop.billing.checkout(ANN, PLAN.id, "phone", "en")
    check = shop.billing.pre_checkout
    order, stars = ordered.order_id, PLAN.stars
    assert await check("", ANN, "XTR", stars, "q") == "order_unknown"
    assert await check("forged\0" * 9, ANN, "XTR", stars, "q") == "order_unknown"
    assert await check("подделка", ANN, "XTR", stars, "q") == "order_unknown"
    assert await check(order, BOB, "XTR", stars, "q") == "order_foreign"
    assert await check(order, ANN, "USD", stars, "q") == "currency_mismatch"
    assert await check(order, ANN, "XTR", stars - 1, "q") == "amount_mismatch"
    assert await check(order, ANN, "XTR", stars, "q1") is None
    assert await check(order, ANN, "XTR", stars, "q1") is None
    assert await check(order, ANN, "XTR", stars, "q2") == "order_under_way"
    payment = shop.stars.pay(ordered.invoice_link, ANN, shop.clock())
    await shop.billing.paid(ANN, payment)
    assert await check(order, ANN, "XTR", stars, "q3") == "order_paid"
    assert await shop.counts() == {"payment": 1, "sale": 1}


async def test_stale_orders_are_refused(shop: Shop) -> None:
    """An order older than an hour cannot be paid any more."""
    ordered = await shop.billing.checkout(ANN, PACK.id, "phone", "en")
    shop.clock.advance(hours=1)
    refusal = await shop.billing.pre_checkout(ordered.order_id, ANN, "XTR", PACK.stars, "q")
    assert refusal == "order_expired"


async def test_a_renewal_may_ask_first(shop: Shop) -> None:
    """If Telegram asks before a renewal, the paid order is accepted only near its end."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    shop.clock.advance(days=30)
    refusal = await shop.billing.pre_checkout(payment.payload, ANN, "XTR", PLAN.stars, "q9")
    assert refusal is None


async def test_two_devices_cannot_both_subscribe(shop: Shop) -> None:
    """Both devices get an order; one payment is accepted, the other is told why not."""
    first, second = await asyncio.gather(
        shop.billing.checkout(ANN, PLAN.id, "phone", "en"),
        shop.billing.checkout(ANN, PLAN.id, "laptop", "en"),
    )
    assert first.order_id != second.order_id
    answers = await asyncio.gather(
        *(
            shop.billing.pre_checkout(one.order_id, ANN, "XTR", PLAN.stars, one.order_id)
            for one in (first, second)
        )
    )
    assert sorted(str(answer) for answer in answers) == ["None", "order_under_way"]
    allowed = first if answers[0] is None else second
    other = second if allowed is first else first
    await shop.billing.paid(ANN, shop.stars.pay(allowed.invoice_link, ANN, shop.clock()))
    shop.clock.advance(minutes=5)
    late = await shop.billing.pre_checkout(other.order_id, ANN, "XTR", PLAN.stars, "late")
    assert late == "already_subscribed"
    with pytest.raises(AlreadySubscribed):
        await shop.billing.checkout(ANN, PLAN.id, "tablet", "en")


async def test_the_same_device_gets_the_same_order(shop: Shop) -> None:
    """A double tap does not create two invoices, and does not keep a stale one."""
    first = await shop.billing.checkout(ANN, PLAN.id, "phone", "en")
    assert await shop.billing.checkout(ANN, PLAN.id, "phone", "en") == first
    shop.clock.advance(minutes=45)
    assert (await shop.billing.checkout(ANN, PLAN.id, "phone", "en")).order_id != first.order_id
    with pytest.raises(OrderNotFound):
        await shop.billing.order(BOB, first.order_id)


async def test_checkout_refuses_what_is_not_sold(shop: Shop) -> None:
    """Unknown plans and plans without a price cannot be ordered, nor while Telegram does not
    answer."""
    for plan_id in ("nothing", FREE, plans.of_kind("trial")[0].id):
        with pytest.raises(PlanNotFound):
            await shop.billing.checkout(ANN, plan_id, "phone", "en")
    shop.stars.down = True
    with pytest.raises(StarsUnavailable):
        await shop.billing.checkout(ANN, PLAN.id, "phone", "en")


@pytest.mark.parametrize(
    ("change", "payer", "code"),
    [
        ({"payload": "forged"}, ANN, "order_unknown"),
        ({"payload": "\0"}, ANN, "order_unknown"),
        ({}, BOB, "order_foreign"),
        ({"stars": 1}, ANN, "amount_mismatch"),
        ({"currency": "USD"}, ANN, "currency_mismatch"),
    ],
)
async def test_payments_that_fit_no_order(
    shop: Shop, change: dict[str, object], payer: int, code: str
) -> None:
    """A payment without a matching order grants nothing; its Stars are booked as owed to the
    payer."""
    payment = replace(await shop.buy(ANN, PLAN.id), **change)
    for expected in ("refused", "repeated"):
        outcome = await shop.billing.paid(payer, payment)
        assert outcome.state == expected
    assert (await shop.access(ANN)).plan_id == (await shop.access(BOB)).plan_id == FREE
    async with shop.database.snapshot() as db:
        found = await unresolved(db)
    assert [(one.code, one.reference) for one in found] == [(code, payment.charge_id)]
    held = await shop.holdings()
    if code == "currency_mismatch":
        assert held == {}
        return
    owed = [value for (account, _), value in held.items() if account.startswith("person:")]
    assert owed == [-payment.stars]
    await _refund_unmatched(shop, payer, payment)


async def _refund_unmatched(shop: Shop, payer: int, payment: Payment) -> None:
    charge = shop.stars.charges[payment.charge_id]
    shop.stars.charges[payment.charge_id] = replace(charge, user_id=payer, stars=payment.stars)
    await shop.billing.refund(payment.charge_id)
    assert await shop.holdings() == {}
    async with shop.database.snapshot() as db:
        assert await unresolved(db) == ()


async def test_someone_elses_subscription_cannot_be_touched(shop: Shop) -> None:
    """Neither an update nor a request about somebody else's subscription changes anything."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    outcome = await shop.billing.subscription_update(BOB, payment.payload, "canceled", 9_000)
    assert (outcome.state, outcome.refusal) == ("refused", "order_foreign")
    unknown = await shop.billing.subscription_update(ANN, "forged", "canceled", 9_001)
    assert unknown.refusal == "order_unknown"
    later = await shop.billing.subscription_update(ANN, payment.payload, "exotic", 9_002)
    assert later.refusal == "state_unknown"
    with pytest.raises(SubscriptionNotFound):
        await shop.billing.renewals.cancel(BOB)
    assert (await shop.access(ANN)).renewal == "on"


async def test_packs_bring_credits_once(shop: Shop) -> None:
    """A pack's credits come with its payment, once; a refund removes those that are unspent."""
    payment = await shop.buy(ANN, PACK.id)
    await asyncio.gather(*(shop.billing.paid(ANN, payment) for _ in range(4)))
    assert (await shop.billing.standing(ANN)).allowance.credits == PACK.credits
    double = replace(payment, charge_id="another")
    assert (await shop.billing.paid(ANN, double)).refusal == "order_paid"
    assert (await shop.billing.standing(ANN)).allowance.credits == PACK.credits
    await shop.billing.refund(payment.charge_id)
    assert (await shop.billing.standing(ANN)).allowance.credits == 0
    assert (await shop.billing.order(ANN, payment.payload)).state == "refunded"


async def test_gifts_are_opened_once(shop: Shop) -> None:
    """When many people open a gift at once, one gets it and the rest are told that it is used."""
    outcome = await shop.billing.paid(ANN, await shop.buy(ANN, GIFT.id))
    assert outcome.gift_code is not None
    code = outcome.gift_code
    assert (await shop.access(ANN)).plan_id == FREE
    others = [BOB + number for number in range(6)]
    results = await asyncio.gather(
        *(shop.billing.redeem_gift(one, code) for one in others), return_exceptions=True
    )
    winners = [one for one, got in zip(others, results, strict=True) if got == GIFT.terms]
    assert len(winners) == 1
    assert all(isinstance(got, GiftUsed) for got in results if got != GIFT.terms)
    on = await shop.access(winners[0])
    assert (on.plan_id, on.source) == (GIFT.opens, "gift")
    assert on.until == shop.clock() + timedelta(seconds=GIFT.seconds)
    for wrong in ("nothing", "\0", "подарок"):
        with pytest.raises(GiftNotFound):
            await shop.billing.redeem_gift(BOB, wrong)


async def test_a_refunded_gift_is_void(shop: Shop) -> None:
    """A gift whose payment is refunded is void, whether or not it was opened."""
    waiting, opened = await shop.buy(ANN, GIFT.id), None
    code = (await shop.billing.paid(ANN, waiting)).gift_code
    await shop.billing.refund(waiting.charge_id)
    with pytest.raises(GiftNotFound):
        await shop.billing.redeem_gift(BOB, str(code))
    opened = await shop.buy(ANN, GIFT.id, "laptop")
    code = (await shop.billing.paid(ANN, opened)).gift_code
    await shop.billing.redeem_gift(BOB, str(code))
    assert (await shop.access(BOB)).plan_id == GIFT.opens
    await shop.billing.refund(opened.charge_id)
    assert (await shop.access(BOB)).plan_id == FREE


async def test_a_trial_is_given_once(shop: Shop) -> None:
    """A trial opens the plan for its days, once per person, and not after paying."""
    results = await asyncio.gather(
        *(shop.billing.start_trial(ANN) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, TrialUsed) for one in results) == 4
    assert (await shop.access(ANN)).source == "trial"
    await shop.billing.paid(BOB, await shop.buy(BOB, PACK.id))
    with pytest.raises(TrialUsed):
        await shop.billing.start_trial(BOB)
    assert not (await shop.billing.standing(BOB)).trial_seconds
    assert await shop.counts() == {"payment": 1, "sale": 1}
