"""Export and erasure: the person's rows are deleted, and the books stay balanced."""

from uuid import uuid4

import msgspec
import sqlalchemy as sa

from backend.billing import copies
from backend.db import metadata
from backend.ledger import ledger
from backend.ledger import movements as m
from backend.metering import provider_costs as costs
from backend.metering import quota
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
GIFT = plans.of_kind("gift")[0]


async def _erase(shop: Shop, user_id: int) -> None:
    await shop.billing.renewals.stop_all(user_id)
    async with shop.database.unit_of_work() as db:
        await copies.erase(db, user_id)


async def test_a_copy_is_plain_json(shop: Shop) -> None:
    """The export holds orders, periods and events, and nothing for an unknown person."""
    await shop.billing.paid(ANN, await shop.buy(ANN, PLAN.id))
    async with shop.database.snapshot() as db:
        copy = await copies.export(db, ANN)
        assert await copies.export(db, BOB) == {}
    assert {"orders", "periods", "subscriptions", "events"} <= copy.keys()
    assert PLAN.id in msgspec.json.encode(copy).decode()


async def test_erasure_leaves_the_books(shop: Shop) -> None:
    """After erasure no row names the person, balances are unchanged, and nothing renews."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    run = uuid4()
    async with shop.database.unit_of_work() as db:
        await quota.reserve_quota(db, ANN, run, "high", shop.clock(), most=0, daily_cap=None)
        await quota.settle_quota(
            db, ANN, run, shop.clock(), provider="xai", cost_micro_dollars=1_500
        )
    before = await shop.holdings()
    await _erase(shop, ANN)
    assert shop.stars.edits == [(ANN, payment.charge_id, True)]
    assert await shop.holdings() == before
    async with shop.database.snapshot() as db:
        for table in metadata.sorted_tables:
            if "user_id" in table.c and table.name.startswith("billing_"):
                rows = sa.select(sa.func.count()).where(table.c.user_id == ANN)
                assert (await db.execute(rows)).scalar_one() == 0, table.name
    assert (await shop.billing.paid(ANN, payment)).state == "repeated"
    assert (await shop.access(ANN)).plan_id == plans.default().id
    shop.clock.advance(days=1)
    async with shop.database.unit_of_work() as db:
        assert await costs.book(db, shop.clock()) == 1_500
        assert await costs.book(db, shop.clock()) == 0
        assert await ledger.balance(db, m.costs("xai"), m.MICRO_DOLLARS) == 1_500


async def test_refunding_an_erased_person(shop: Shop) -> None:
    """A refund after the erasure closes the right account in the books."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    await _erase(shop, ANN)
    await shop.billing.refund(payment.charge_id, ANN)
    held = await shop.holdings()
    assert held == {
        (m.sales("subscription"), m.STARS): -PLAN.stars,
        (m.returns("subscription"), m.STARS): PLAN.stars,
    }


async def test_gifts_outlive_their_giver(shop: Shop) -> None:
    """The giver's account can be erased; an unopened gift can still be opened."""
    outcome = await shop.billing.paid(ANN, await shop.buy(ANN, GIFT.id))
    await _erase(shop, ANN)
    await shop.billing.redeem_gift(BOB, str(outcome.gift_code))
    assert (await shop.access(BOB)).source == "gift"
    await _erase(shop, BOB)
