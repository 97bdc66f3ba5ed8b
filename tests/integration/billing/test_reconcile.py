"""Reconciliation: books what was missed, reports what does not match, and is idempotent."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.billing.fake import FakeStars
from backend.billing.mismatches import unresolved
from backend.billing.ports import StarBalance, StarTransaction
from backend.billing.reconcile import Report, reconcile
from backend.ledger import movements as m
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
PACK = plans.of_kind("pack")[0]
GIFT = plans.of_kind("gift")[0]
TELEGRAM = (m.TELEGRAM, m.STARS)


async def run(shop: Shop) -> Report:
    """Reconcile once."""
    return await reconcile(shop.database, shop.stars, shop.clock, lambda: "code-found")


async def codes(shop: Shop) -> list[str]:
    """The mismatches that the operator has to look at."""
    async with shop.database.snapshot() as db:
        return [one.code for one in await unresolved(db)]


async def test_missed_payments_and_renewals_are_booked(shop: Shop) -> None:
    """A payment, a renewal and a refund during an outage of the bot are all booked exactly."""
    first = await shop.buy(ANN, PLAN.id)
    pack = await shop.buy(BOB, PACK.id)
    await shop.billing.paid(BOB, pack)
    shop.clock.advance(days=30)
    renewal = shop.stars.renew(first.charge_id)
    shop.stars.take_back(pack.charge_id, shop.clock())
    report = await run(shop)
    assert (report.booked, report.reversed, report.balanced) == (2, 1, True)
    assert (await shop.access(ANN)).until == renewal.expires_at
    assert (await shop.billing.standing(BOB)).allowance.credits == 0
    assert (await shop.holdings())[TELEGRAM] == 2 * PLAN.stars
    for payment in (first, renewal):  # the updates arrive after all
        assert (await shop.billing.paid(ANN, payment)).state == "repeated"
    assert (await run(shop)).read == 0
    assert await codes(shop) == ["chargeback"]  # the refund was not requested here


async def test_a_refund_that_we_asked_for_is_no_chargeback(shop: Shop) -> None:
    """After a crash between asking and booking, reconciliation books a refund and reports
    nothing."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    await shop.billing.refund(payment.charge_id)
    other = await shop.buy(BOB, PLAN.id)
    await shop.billing.paid(BOB, other)
    shop.stars.take_back(other.charge_id, shop.clock())
    await run(shop)
    assert await codes(shop) == ["chargeback"]
    assert await shop.counts() == {
        "payment": 2, "sale": 2, "refund": 1, "chargeback": 1, "return": 2,
    }  # fmt: skip
    assert (await shop.access(BOB)).plan_id == plans.default().id
    assert TELEGRAM not in await shop.holdings()


async def test_a_missed_gift_can_be_opened(shop: Shop) -> None:
    """A gift whose payment is only found by reconciliation still gets its code."""
    await shop.buy(ANN, GIFT.id)
    await run(shop)
    assert (await shop.billing.redeem_gift(BOB, "code-found")).plan_id == GIFT.id


async def test_affiliates_get_their_part_of_the_books(shop: Shop) -> None:
    """A fractional commission is booked to the billionth, net or gross, and reversed."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    listed = shop.stars.booked[0]
    half = m.NANO // 2
    shop.stars.booked[0] = replace(
        listed, stars=PLAN.stars - 13, nanostars=half, commission_stars=12,
        commission_nanostars=half,
    )  # fmt: skip
    assert (await run(shop)).balanced
    held = await shop.holdings()
    assert held[TELEGRAM] == PLAN.stars - 12
    assert held[m.TELEGRAM, m.NANOSTARS] == -half
    assert await codes(shop) == []
    await shop.billing.refund(payment.charge_id)
    held = await shop.holdings()
    assert TELEGRAM not in held
    assert (m.commissions("subscription"), m.STARS) not in held


async def test_what_is_outside_the_plans_is_booked_too(shop: Shop) -> None:
    """Withdrawals and the like keep the balance right; unexplained transactions are reported."""
    await shop.billing.paid(ANN, await shop.buy(ANN, PLAN.id))
    at = shop.clock()
    shop.stars.booked.append(StarTransaction("w1", 100, at, False, "fragment"))
    shop.stars.booked.append(StarTransaction("o1", 5, at, False, "other"))
    shop.stars.booked.append(StarTransaction("p1", 3, at, True, "affiliate_program", 7))
    report = await run(shop)
    assert (report.transfers, report.balanced) == (3, True)
    held = await shop.holdings()
    assert held[m.WITHDRAWN, m.STARS] == 100
    assert held[TELEGRAM] == PLAN.stars - 102
    assert await codes(shop) == ["unexplained"]
    await run(shop)
    assert await shop.holdings() == held


async def test_a_forged_payment_is_reported(shop: Shop) -> None:
    """A payment that Telegram does not list, and the difference in the balance, are reported."""
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    shop.stars.booked.clear()
    shop.clock.advance(hours=2)
    report = await run(shop)
    assert report.balanced is False
    assert sorted(await codes(shop)) == ["balance", "not_at_telegram"]
    await run(shop)
    assert sorted(await codes(shop)) == ["balance", "not_at_telegram"]


async def test_many_pages_from_the_stored_offset(shop: Shop) -> None:
    """Hundreds of transactions are read page by page; the next run continues where it ended."""
    at = shop.clock()
    for number in range(250):
        moment = at + timedelta(seconds=number)
        shop.stars.booked.append(StarTransaction(f"t{number}", 1, moment, True, "telegram_api"))
    assert (await run(shop)).transfers == 250
    shop.stars.booked.append(StarTransaction("last", 1, at, True, "telegram_api"))
    report = await run(shop)
    assert (report.transfers, report.balanced) == (1, True)
    assert (await shop.holdings())[TELEGRAM] == 251


async def test_payments_that_come_meanwhile_are_no_difference(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody pays each time between our reading and Telegram's balance: what was read again then
    explains it. Stars that no transaction explains are still reported."""
    ask = shop.stars.balance

    async def after_a_payment(_: FakeStars) -> StarBalance:
        await shop.buy(BOB, PACK.id)
        return await ask()

    monkeypatch.setattr(FakeStars, "balance", after_a_payment)
    assert (await run(shop)).balanced
    assert await codes(shop) == []

    async def one_star_more(_: FakeStars) -> StarBalance:
        return StarBalance((await ask()).stars + 1, 0)

    monkeypatch.setattr(FakeStars, "balance", one_star_more)
    assert not (await run(shop)).balanced
    assert await codes(shop) == ["balance"]
