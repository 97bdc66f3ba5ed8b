"""Every payment stays visible, support requests are kept, and the rest of a trial is not lost.

Exercises backend/billing/history.py.
"""

import pytest

from backend.billing import copies
from backend.billing.requests import answer_request, open_requests
from backend.db import KeyRing, Vault
from backend.errors import TrialUsed
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
PACK = plans.of_kind("pack")[0]
GIFT = plans.of_kind("gift")[0]
TRIAL = plans.of_kind("trial")[0]


async def test_a_gifts_link_can_be_read_again(shop: Shop) -> None:
    """The message with the gift's link was lost: its code is still in the history and in the
    export."""
    outcome = await shop.billing.paid(ANN, await shop.buy(ANN, GIFT.id))
    (shown,) = await shop.billing.payments(ANN)
    assert (shown.gift_code, shown.gift_state) == (outcome.gift_code, "waiting")
    async with shop.database.snapshot() as db:
        assert str(outcome.gift_code) in str(await copies.export(db, ANN))
    await shop.billing.redeem_gift(BOB, str(shown.gift_code))
    (shown,) = await shop.billing.payments(ANN)
    assert (shown.gift_code, shown.gift_state) == (None, "redeemed")
    assert await shop.billing.payments(BOB) == ()


async def test_the_history_says_what_each_payment_gives(shop: Shop) -> None:
    """For each payment: the plan's end, the pack's messages, a refund, or that it fits no order."""
    plan = await shop.buy(ANN, PLAN.id)
    pack = await shop.buy(ANN, PACK.id)
    for payment in (plan, pack):
        await shop.billing.paid(ANN, payment)
    shop.clock.advance(days=1)
    others = await shop.billing.checkout(BOB, PACK.id, "phone", "en")
    stray = shop.stars.pay(others.invoice_link, ANN, shop.clock())
    await shop.billing.paid(ANN, stray)
    shown = {one.charge_id: one for one in await shop.billing.payments(ANN)}
    assert shown[plan.charge_id].opens_until == plan.expires_at
    assert shown[pack.charge_id].messages_left == PACK.credits
    assert shown[stray.charge_id].state == "unmatched"
    await shop.billing.refund(plan.charge_id)
    shown = {one.charge_id: one for one in await shop.billing.payments(ANN)}
    assert (shown[plan.charge_id].state, shown[plan.charge_id].opens_until) == ("refunded", None)
    assert shown[plan.charge_id].refunded_at == shop.clock()


async def test_payment_requests_are_kept(shop: Shop) -> None:
    """Requests are stored sealed, listed until answered, and erased with their person."""
    vault = Vault(KeyRing(bytes(32)))
    asked = await shop.billing.ask_support(ANN, "It did not open")
    async with shop.database.snapshot() as db:
        (found,) = await open_requests(db, vault)
    assert (found.id, found.user_id, found.text) == (asked, ANN, "It did not open")
    async with shop.database.unit_of_work() as db:
        assert await answer_request(db, asked, shop.clock())
        assert not await answer_request(db, asked, shop.clock())
        assert await open_requests(db, vault) == ()


async def test_the_rest_of_a_trial_is_not_lost(shop: Shop) -> None:
    """Subscribing during a trial keeps the rest of the trial, which can be started once after the
    subscription ends."""
    await shop.billing.start_trial(ANN)
    shop.clock.advance(days=1)
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    await shop.billing.renewals.cancel(ANN)
    with pytest.raises(TrialUsed):
        await shop.billing.start_trial(ANN)
    shop.clock.advance(days=31)
    standing = await shop.billing.standing(ANN)
    assert standing.trial_seconds == TRIAL.seconds - plans.DAY_SECONDS
    on = await shop.billing.start_trial(ANN)
    assert on.until is not None
    assert (on.until - shop.clock()).total_seconds() == standing.trial_seconds
    shop.clock.advance(days=3)
    with pytest.raises(TrialUsed):
        await shop.billing.start_trial(ANN)


async def test_an_erased_person_gets_no_second_trial(shop: Shop) -> None:
    """A keyed hash of the id is kept, under a key that survives rotation of the master key."""
    await shop.billing.start_trial(ANN)
    async with shop.database.unit_of_work() as db:
        await copies.erase(db, ANN)
    shop.clock.advance(days=40)
    with pytest.raises(TrialUsed):
        await shop.billing.start_trial(ANN)
    assert (await shop.billing.standing(BOB)).trial_seconds
