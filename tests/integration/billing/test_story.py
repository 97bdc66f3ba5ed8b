"""A customer from the free limit to the refund; books and statement agree at each step.

Exercises backend/bot/handlers/payments.py.
"""

from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from backend.errors import QuotaExhausted
from backend.ledger import agreements, closing, ledger, settlement
from backend.ledger import movements as m
from backend.metering import quota
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
FREE = plans.default()


async def use_up_the_day(shop: Shop) -> None:
    """Send questions until the paywall."""
    with pytest.raises(QuotaExhausted):
        while True:
            run = uuid4()
            async with shop.database.unit_of_work() as db:
                await quota.reserve_quota(db, ANN, run, "low", shop.clock(), most=0, daily_cap=None)
                await quota.settle_quota(
                    db, ANN, run, shop.clock(), provider="xai", cost_micro_dollars=10
                )


async def agree(shop: Shop, gross: int, refunded: int) -> None:
    """Ledger, statement and Telegram's balance say the same."""
    held = await shop.holdings()
    assert held.get((m.TELEGRAM, m.STARS), 0) == (await shop.stars.balance()).stars
    month = ledger.month_of(shop.clock())
    terms = agreements.of_partner(agreements.read(), "xai")
    async with shop.database.snapshot() as db:
        one = await settlement.statement(db, terms, month)
    assert (one.gross_stars, one.refunded_stars) == (gross, refunded)
    assert one.share_stars == (gross - refunded) // 2


@pytest.mark.parametrize("deliveries", [1, 2])
async def test_from_the_free_limit_to_the_refund(shop: Shop, deliveries: int) -> None:
    """Limit, paywall, subscription, renewal, cancellation, end, refund: each step is exact, also
    when every update comes twice."""

    async def deliver(payment: object) -> None:
        for _ in range(deliveries):
            await shop.billing.paid(ANN, payment)  # type: ignore[arg-type]

    await use_up_the_day(shop)
    await agree(shop, 0, 0)
    first = await shop.buy(ANN, PLAN.id)
    await deliver(first)
    assert (await shop.access(ANN)).plan_id == PLAN.opens
    assert (await shop.billing.standing(ANN)).allowance.remaining > 0
    await agree(shop, PLAN.stars, 0)
    shop.clock.advance(days=30)
    renewal = shop.stars.renew(first.charge_id)
    await deliver(renewal)
    await agree(shop, PLAN.stars, 0)  # the price of December
    for _ in range(deliveries):
        await shop.billing.subscription_update(ANN, first.payload, "canceled", 5_000)
    shop.clock.advance(days=29)
    assert (await shop.access(ANN)).plan_id == PLAN.opens
    shop.clock.advance(days=1)
    assert (await shop.access(ANN)).plan_id == FREE.id
    for _ in range(deliveries):
        await shop.billing.refund(renewal.charge_id)
    await agree(shop, 0, PLAN.stars)  # counted in January
    assert (await shop.billing.reconcile()).balanced
    async with shop.database.unit_of_work() as db:
        made = await closing.close_months(db, agreements.read(), "2026-12", shop.clock())
        assert await closing.disagreeing(db) == []
    assert [one.gross_stars for one in made] == [PLAN.stars, PLAN.stars]


async def test_bad_input_is_logged_without_private_data(shop: Shop) -> None:
    """Refusals are logged with a code, without a person, a charge or an order."""
    payment = await shop.buy(ANN, PLAN.id)
    with capture_logs() as logged:
        await shop.billing.paid(BOB, payment)
        await shop.billing.pre_checkout(payment.payload, BOB, "XTR", PLAN.stars, "q")
        await shop.billing.subscription_update(BOB, payment.payload, "canceled", 7)
        await shop.billing.reconcile()
    assert {"order_foreign"} == {line["code"] for line in logged if "code" in line}
    for secret in (str(ANN), str(BOB), payment.charge_id, payment.payload):
        assert secret not in str(logged)
