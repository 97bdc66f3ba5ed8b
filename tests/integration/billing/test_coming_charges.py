"""Every coming charge is shown, whatever else the person has, and can be cancelled."""

from datetime import timedelta

import pytest

from backend.billing.ports import Payment
from backend.billing.service import PlanStatus
from backend.errors import StarsUnavailable
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
GIFT = plans.of_kind("gift")[0]
DAY = timedelta(days=1)


async def _subscribe(shop: Shop, user_id: int = ANN, device: str = "phone") -> Payment:
    payment = await shop.buy(user_id, PLAN.id, device)
    await shop.billing.paid(user_id, payment)
    return payment


async def _coming(shop: Shop) -> list[tuple[str, object]]:
    standing = await shop.billing.standing(ANN)
    return [(one.order_id, one.expires_at) for one in standing.coming]


async def _standing(shop: Shop) -> PlanStatus:
    return await shop.billing.standing(ANN)


async def test_a_gift_does_not_hide_the_next_charge(shop: Shop) -> None:
    """After a subscriber opens a gift, the plan lasts longer and the coming charge is still
    shown."""
    payment = await _subscribe(shop)
    gift = await shop.billing.paid(BOB, await shop.buy(BOB, GIFT.id))
    await shop.billing.redeem_gift(ANN, str(gift.gift_code))
    assert await _coming(shop) == [(payment.payload, payment.expires_at)]
    on = await shop.access(ANN)
    assert (on.renews_at, on.renewal) == (payment.expires_at, "on")
    assert payment.expires_at is not None
    assert on.until == payment.expires_at + timedelta(seconds=GIFT.seconds)
    await shop.billing.renewals.cancel(ANN, payment.payload)
    assert await _coming(shop) == []
    assert shop.stars.edits == [(ANN, payment.charge_id, True)]


async def test_each_of_two_subscriptions_can_be_cancelled(shop: Shop) -> None:
    """Two devices both paid: both charges are listed, and each can be cancelled separately."""
    first = await shop.billing.checkout(ANN, PLAN.id, "phone", "en")
    second = await shop.billing.checkout(ANN, PLAN.id, "laptop", "en")
    payments = [shop.stars.pay(one.invoice_link, ANN, shop.clock()) for one in (first, second)]
    for payment in payments:
        await shop.billing.paid(ANN, payment)
    assert {order for order, _ in await _coming(shop)} == {first.order_id, second.order_id}
    await shop.billing.renewals.cancel(ANN, first.order_id)
    assert [order for order, _ in await _coming(shop)] == [second.order_id]
    assert shop.stars.edits == [(ANN, payments[0].charge_id, True)]


async def test_a_lost_update_about_renewing_costs_nobody_money(shop: Shop) -> None:
    """Cancelled, then resumed in Telegram, but that update was lost: cancelling here still asks
    Telegram, and a renewal shows that the subscription continues."""
    payment = await _subscribe(shop)
    await shop.billing.subscription_update(ANN, payment.payload, "canceled", 5_000)
    shop.clock.advance(days=1)
    await shop.billing.renewals.cancel(ANN)
    assert shop.stars.edits == [(ANN, payment.charge_id, True)]
    shop.clock.advance(days=29)
    await shop.billing.paid(ANN, shop.stars.renew(payment.charge_id))
    assert len(await _coming(shop)) == 1


async def _fail_to_renew(shop: Shop) -> Payment:
    payment = await _subscribe(shop)
    shop.clock.advance(days=30)
    await shop.billing.subscription_update(ANN, payment.payload, "failed", 9_000)
    return payment


async def test_the_old_subscription_is_stopped_in_the_end(shop: Shop) -> None:
    """A new subscription is bought beside a failed one while Telegram does not answer: the stop is
    stored and retried until Telegram confirms it, once."""
    old = await _fail_to_renew(shop)
    new = await shop.buy(ANN, PLAN.id, "laptop")
    shop.stars.down = True
    assert (await shop.billing.paid(ANN, new)).state == "booked"
    assert await shop.billing.stop_due() == 0
    shop.stars.down = False
    shop.clock.advance(hours=1)
    assert await shop.billing.stop_due() == 1
    assert shop.stars.edits == [(ANN, old.charge_id, True)]
    assert await shop.billing.stop_due() == 0
    assert [order for order, _ in await _coming(shop)] == [new.payload]


async def test_a_crash_before_stopping_is_repaired(shop: Shop) -> None:
    """The process dies right after booking: the pending stop was stored in the same transaction."""
    old = await _fail_to_renew(shop)
    new = await shop.buy(ANN, PLAN.id, "laptop")
    shop.stars.crash_on_edit = True
    with pytest.raises(KeyboardInterrupt):
        await shop.billing.paid(ANN, new)
    shop.stars.crash_on_edit = False
    assert (await shop.billing.paid(ANN, new)).state == "repeated"
    await shop.billing.reconcile()
    assert (ANN, old.charge_id, True) in shop.stars.edits


async def test_a_stopped_subscription_that_renews_is_stopped_again(shop: Shop) -> None:
    """Telegram renewed a subscription that it was asked to stop: it is asked again, and the
    operator is told."""
    old = await _fail_to_renew(shop)
    await shop.billing.paid(ANN, await shop.buy(ANN, PLAN.id, "laptop"))
    await shop.billing.paid(ANN, shop.stars.renew(old.charge_id))
    assert shop.stars.edits == 2 * [(ANN, old.charge_id, True)]


async def test_a_refund_of_an_old_period_stops_nothing(shop: Shop) -> None:
    """Refunding an old period keeps the current one and its renewal; refunding the current one
    stops both."""
    first = await _subscribe(shop)
    shop.clock.advance(days=30)
    second = shop.stars.renew(first.charge_id)
    await shop.billing.paid(ANN, second)
    await shop.billing.refund(first.charge_id)
    assert shop.stars.edits == []
    assert (await shop.access(ANN)).until == second.expires_at
    assert len(await _coming(shop)) == 1
    await shop.billing.refund(second.charge_id)
    assert shop.stars.edits == [(ANN, first.charge_id, True)]
    assert await _coming(shop) == []


@pytest.mark.parametrize("lost", [False, True])
async def test_a_refund_that_arrives_before_the_renewal_stops_nothing(
    shop: Shop, lost: bool
) -> None:
    """The refund of a past period arrives before the update about its renewal, which may be lost
    until reconciliation: the current period keeps renewing."""
    first = await _subscribe(shop)
    shop.clock.advance(days=30)
    second = shop.stars.renew(first.charge_id)
    shop.clock.advance(minutes=5)
    await shop.billing.refunded(ANN, shop.stars.take_back(first.charge_id, shop.clock()))
    await shop.billing.stop_due()
    if not lost:
        await shop.billing.paid(ANN, second)
    shop.clock.advance(days=2)
    await shop.billing.reconcile()
    assert shop.stars.edits == []
    assert len(await _coming(shop)) == 1


async def test_an_unreachable_telegram_leaves_the_renewal_shown(shop: Shop) -> None:
    """A renewal that Telegram could not be asked to cancel is still shown as active."""
    payment = await _subscribe(shop)
    shop.stars.down = True
    with pytest.raises(StarsUnavailable):
        await shop.billing.renewals.cancel(ANN)
    assert await _coming(shop) == [(payment.payload, payment.expires_at)]
