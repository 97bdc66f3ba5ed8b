"""Invitations give both people days once the friend has subscribed, within a monthly limit, and the
days are taken back with the payment. Promo codes work once per person, as often as the operator
allows.

Exercises backend/billing/referrals.py, backend/billing/promo.py, backend/billing/growth.py,
backend/billing/promo_commands.py.
"""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from backend import identity
from backend.billing import copies, promo, referrals
from backend.billing.growth import Growth
from backend.billing.tables import promo_codes
from backend.billing.tables import referrals as rows_of_referrals
from backend.db import Vault
from backend.errors import InvalidField, PlanNotFound
from backend.plans import plans
from tests.integration.billing.conftest import ANN, BOB, MASTER_KEYS, Shop

PLAN = plans.of_kind("subscription")[0]
EVE = 7_000_000_003


@pytest.fixture
def growth(shop: Shop) -> Growth:
    """The invitations and promo codes of the shop."""
    return Growth(shop.database, Vault(MASTER_KEYS), shop.clock)


async def meet(shop: Shop, *people: int) -> None:
    """Let these people use the bot for the first time now."""
    async with shop.database.unit_of_work() as db:
        for one in people:
            await identity.remember(db, one, "en", shop.clock())


async def days(shop: Shop, person: int) -> int:
    """How many whole days from now the person still has a plan."""
    until = (await shop.access(person)).until
    return 0 if until is None else (until - shop.clock()).days


async def test_both_are_given_days_once_and_lose_them_with_the_payment(
    shop: Shop, growth: Growth
) -> None:
    """Subscribing counts, arriving alone does not; a renewal gives nothing more; a refund takes
    both people's days back."""
    await meet(shop, ANN, BOB)
    code = (await growth.invitations(ANN)).code
    assert len(code) <= 60
    assert str(ANN) not in code
    assert await growth.accept_invitation(BOB, code) == "joined"
    assert await growth.accept_invitation(BOB, code) == "known"
    assert await days(shop, ANN) == 0
    payment = await shop.buy(BOB, PLAN.id)
    await shop.billing.paid(BOB, payment)
    await shop.billing.paid(BOB, payment)
    assert await days(shop, ANN) == referrals.DAYS
    own = await growth.invitations(ANN)
    assert (own.came, own.subscribed) == (1, 1)
    await shop.billing.refunded(BOB, shop.stars.take_back(payment.charge_id, shop.clock()))
    assert await days(shop, ANN) == 0
    assert await days(shop, BOB) == 0
    await shop.holdings()


async def test_what_does_not_count(shop: Shop, growth: Growth) -> None:
    """A person's own link, an invented code, somebody who was here before or has paid already, and
    a subscription long after the invitation."""
    await meet(shop, ANN, EVE)
    code = (await growth.invitations(ANN)).code
    assert await growth.accept_invitation(ANN, code) == "own"
    for wrong in ("", "x", "A" * 52, "é", code[:-4] + "AAAA"):
        assert await growth.accept_invitation(BOB, wrong) == "unknown"
    shop.clock.advance(days=2)
    assert await growth.accept_invitation(EVE, code) == "known"
    await meet(shop, BOB)
    assert await growth.accept_invitation(BOB, code) == "joined"
    shop.clock.advance(days=100)
    await shop.billing.paid(BOB, await shop.buy(BOB, PLAN.id))
    assert await days(shop, ANN) == 0


async def test_an_inviter_is_given_days_for_a_limited_number_of_friends_a_month(
    shop: Shop, growth: Growth
) -> None:
    """Beyond the monthly limit only the friend is given days."""
    await meet(shop, ANN)
    code = (await growth.invitations(ANN)).code
    friends = range(8_000_000_000, 8_000_000_000 + referrals.MOST_A_MONTH + 1)
    await meet(shop, *friends)
    for friend in friends:
        assert await growth.accept_invitation(friend, code) == "joined"
        await shop.billing.paid(friend, await shop.buy(friend, PLAN.id))
    own = await growth.invitations(ANN)
    assert (own.came, own.subscribed) == (len(friends), referrals.MOST_A_MONTH)
    assert await days(shop, ANN) == referrals.DAYS * referrals.MOST_A_MONTH
    assert await days(shop, friends[-1]) > 30


async def test_erasing_either_leaves_nothing_of_them(shop: Shop, growth: Growth) -> None:
    """Erasing the inviter removes them from the friend's row; erasing the friend deletes the row. A
    friend's subscription is booked even after the inviter is erased."""
    await meet(shop, ANN, BOB)
    await growth.accept_invitation(BOB, (await growth.invitations(ANN)).code)
    async with shop.database.unit_of_work() as db:
        await copies.erase(db, ANN)
        row = (await db.execute(sa.select(rows_of_referrals))).one()
        assert (row.user_id, row.referrer_id) == (BOB, None)
        assert (await copies.export(db, BOB))["invited"]
    await shop.billing.paid(BOB, await shop.buy(BOB, PLAN.id))
    async with shop.database.unit_of_work() as db:
        await copies.erase(db, BOB)
        assert (await db.execute(sa.select(rows_of_referrals))).all() == []


async def test_a_promo_code_is_good_once_a_person(shop: Shop, growth: Growth) -> None:
    """A code works as often and as long as the operator set, and ignores case."""
    async with shop.database.unit_of_work() as db:
        until = shop.clock() + timedelta(days=3)
        await promo.make(db, "SPRING", PLAN.id, 5, 2, until, shop.clock())
    assert await growth.use_promo(ANN, " spring ") == "opened"
    assert await days(shop, ANN) == 5
    assert await growth.use_promo(ANN, "SPRING") == "used"
    assert await growth.use_promo(ANN, "SUMMER") == "unknown"
    assert await growth.use_promo(ANN, "x'; --") == "unknown"
    assert await growth.use_promo(BOB, "SPRING") == "opened"
    assert await growth.use_promo(EVE, "SPRING") == "over"
    async with shop.database.unit_of_work() as db:
        await promo.make(db, "SPRING", PLAN.id, 5, 9, until, shop.clock())
        (listed,) = await promo.listed(db)
    assert (listed.used, listed.most) == (2, 9)
    shop.clock.advance(days=4)
    assert await growth.use_promo(EVE, "SPRING") == "over"


@pytest.mark.parametrize(
    ("code", "plan", "given", "most"),
    [("a", PLAN.id, 5, 1), ("SPRING", PLAN.id, 0, 1), ("SPRING", PLAN.id, 9_999, 1),
     ("SPRING", PLAN.id, 5, 0)],
)  # fmt: skip
async def test_invalid_promo_codes_are_refused(
    shop: Shop, code: str, plan: str, given: int, most: int
) -> None:
    """An invalid code, plan, number of days or limit is refused, and nothing is written."""
    async with shop.database.unit_of_work() as db:
        with pytest.raises(InvalidField):
            await promo.make(db, code, plan, given, most, None, shop.clock())
        with pytest.raises(PlanNotFound):
            await promo.make(db, "SPRING", "nothing", 5, 1, None, shop.clock())
        assert (await db.execute(sa.select(promo_codes))).all() == []
