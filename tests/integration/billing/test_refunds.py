"""Refunds: dated when they happened, distinguished from chargebacks, harmless when refused.

Exercises backend/billing/refunds.py.
"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from backend.billing.mismatches import Mismatch, resolve, unresolved
from backend.billing.ports import Payment
from backend.errors import PaymentNotFound, StarsRefused, StarsUnavailable
from backend.ledger import movements as m
from backend.ledger.tables import movements
from backend.metering import quota
from backend.metering.tables import quotas
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
SMALL, LARGE = plans.of_kind("pack")


async def _found(shop: Shop) -> list[Mismatch]:
    async with shop.database.snapshot() as db:
        return list(await unresolved(db))


async def _subscribe(shop: Shop) -> Payment:
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    return payment


async def test_a_refund_before_its_payment_is_booked_on_its_own_day(shop: Shop) -> None:
    """Sold and refunded in December, reported in January: both are booked in December."""
    shop.clock.now = datetime(2026, 12, 30, 12, tzinfo=UTC)
    payment = await shop.buy(ANN, PLAN.id)
    shop.clock.advance(days=1)
    await shop.billing.refunded(ANN, shop.stars.take_back(payment.charge_id, shop.clock()))
    shop.clock.advance(days=3)
    await shop.billing.reconcile()
    async with shop.database.snapshot() as db:
        rows = await db.execute(sa.select(movements.c.kind, movements.c.period))
        assert {row.kind: row.period for row in rows} == dict.fromkeys(
            ("payment", "sale", "refund", "return"), "2026-12"
        )


async def test_a_refused_refund_leaves_no_trace(shop: Shop) -> None:
    """When Telegram refuses a refund, the renewal continues, and a later return counts as a
    chargeback."""
    payment = await _subscribe(shop)
    shop.stars.refusing = True
    with pytest.raises(StarsRefused):
        await shop.billing.refund(payment.charge_id)
    assert shop.stars.edits == []
    standing = await shop.billing.standing(ANN)
    assert len(standing.coming) == 1
    shop.clock.advance(minutes=1)
    shop.stars.take_back(payment.charge_id, shop.clock())
    await shop.billing.reconcile()
    (told,) = await _found(shop)
    assert (told.code, told.reference, told.user_id) == ("chargeback", payment.charge_id, ANN)


async def test_an_unanswered_refund_does_not_cover_a_later_chargeback(shop: Shop) -> None:
    """Telegram neither answered nor made a refund; when a store takes the Stars back a month later,
    that is a chargeback."""
    payment = await _subscribe(shop)
    shop.stars.down = True
    with pytest.raises(StarsUnavailable):
        await shop.billing.refund(payment.charge_id)
    shop.stars.down = False
    shop.clock.advance(days=20)
    shop.stars.take_back(payment.charge_id, shop.clock())
    await shop.billing.reconcile()
    assert [one.code for one in await _found(shop)] == ["chargeback"]


async def test_a_refund_needs_only_its_charge(shop: Shop) -> None:
    """The books say whose payment it is; a wrong person is refused before Telegram is asked."""
    payment = await _subscribe(shop)
    with pytest.raises(PaymentNotFound):
        await shop.billing.refund(payment.charge_id, BOB)
    assert shop.stars.refunded == set()
    assert (await shop.billing.refund(payment.charge_id)).state == "booked"


async def _use_messages(shop: Shop, count: int) -> None:
    """Use up the day's messages and then bought ones."""
    async with shop.database.unit_of_work() as db:
        daily = plans.default().limits
        assert daily is not None
        await db.execute(
            sa.update(quotas).values(used=daily.messages_a_day, day=shop.clock().date())
        )
    for _ in range(count):
        run = uuid4()
        async with shop.database.unit_of_work() as db:
            await quota.reserve_quota(db, ANN, run, "low", shop.clock(), most=0, daily_cap=None)
            await quota.settle_quota(db, ANN, run, shop.clock())


async def test_refunding_a_used_pack_leaves_the_next_one_whole(shop: Shop) -> None:
    """Packs count their messages separately: refunding a used-up one leaves the other whole."""
    first = await shop.buy(ANN, SMALL.id)
    await shop.billing.paid(ANN, first)
    await _use_messages(shop, SMALL.credits)
    second = await shop.buy(ANN, LARGE.id)
    await shop.billing.paid(ANN, second)
    await shop.billing.refund(first.charge_id)
    assert (await shop.billing.standing(ANN)).allowance.credits == LARGE.credits
    await _use_messages(shop, 1)
    left = {one.charge_id: one.messages_left for one in await shop.billing.payments(ANN)}
    assert left[second.charge_id] == LARGE.credits - 1
    await shop.billing.refund(second.charge_id)
    assert (await shop.billing.standing(ANN)).allowance.credits == 0


async def test_a_message_returns_to_its_own_pack(shop: Shop) -> None:
    """A run that ends without an answer after its pack was refunded gives no message to another
    pack."""
    first = await shop.buy(ANN, SMALL.id)
    await shop.billing.paid(ANN, first)
    await shop.billing.paid(ANN, await shop.buy(ANN, LARGE.id))
    await _use_messages(shop, 0)
    run = uuid4()
    async with shop.database.unit_of_work() as db:
        await quota.reserve_quota(db, ANN, run, "low", shop.clock(), most=0, daily_cap=None)
    await shop.billing.refund(first.charge_id)
    async with shop.database.unit_of_work() as db:
        await quota.release_quota(db, ANN, run, shop.clock())
    assert (await shop.billing.standing(ANN)).allowance.credits == LARGE.credits


async def test_a_mismatch_that_resolves_itself_is_closed(shop: Shop) -> None:
    """A payment that Telegram lists late, and the balance with it, resolve themselves."""
    await _subscribe(shop)
    listed, shop.stars.booked = list(shop.stars.booked), []
    shop.clock.advance(hours=2)
    await shop.billing.reconcile()
    found = {one.code: one.user_id for one in await _found(shop)}
    assert found == {"not_at_telegram": ANN, "balance": None}
    shop.stars.booked = listed
    await shop.billing.reconcile()
    assert await _found(shop) == []
    shop.stars.booked = []
    shop.clock.advance(hours=1)
    await shop.billing.reconcile()
    assert [one.code for one in await _found(shop)] == ["balance"]


async def test_a_mismatch_can_be_resolved(shop: Shop) -> None:
    """A mismatch that the operator resolved is neither listed nor reported again."""
    payment = await _subscribe(shop)
    shop.stars.take_back(payment.charge_id, shop.clock())
    await shop.billing.reconcile()
    async with shop.database.unit_of_work() as db:
        assert await resolve(db, "chargeback", payment.charge_id, shop.clock())
        assert not await resolve(db, "chargeback", payment.charge_id, shop.clock())
    await shop.billing.reconcile()
    assert await _found(shop) == []
    assert (await shop.holdings()).get((m.TELEGRAM, m.STARS)) is None
