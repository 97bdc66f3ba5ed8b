"""Notices to people: each is sent once, in their language; only optional ones can be muted.

Exercises backend/bot/ports/notifier.py.
"""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from backend import i18n
from backend.billing import notices
from backend.billing.fake import FakeNotifier
from backend.billing.ports import Notice
from backend.billing.tables import subscriptions
from backend.billing.wording import notice_text, refusal_text
from backend.errors import StarsRefused, StarsUnavailable
from backend.plans import plans
from backend.plans.wording import offers
from tests.integration.billing.conftest import ANN, BOB, Shop

PLAN = plans.of_kind("subscription")[0]
PACK = plans.of_kind("pack")[0]
GIFT = plans.of_kind("gift")[0]


async def send_notices(shop: Shop, notifier: FakeNotifier) -> list[str]:
    """Run the job once; returns the kinds of notices it sent."""
    before = len(notifier.sent)
    await notices.queue_due(shop.database, shop.clock())
    await notices.deliver(shop.database, notifier, shop.clock())
    return [notice.kind for notice in notifier.sent[before:]]


async def test_the_notices_of_a_subscription(shop: Shop) -> None:
    """Receipt, reminder before the renewal, renewal, failure with grace, end: each is sent once."""
    notifier = FakeNotifier()
    payment = await shop.buy(ANN, PLAN.id)
    await shop.billing.paid(ANN, payment)
    assert await send_notices(shop, notifier) == ["receipt"]
    assert await send_notices(shop, notifier) == []
    shop.clock.advance(days=28)
    assert await send_notices(shop, notifier) == ["renewal_soon"]
    shop.clock.advance(days=2)
    await shop.billing.paid(ANN, shop.stars.renew(payment.charge_id))
    assert await send_notices(shop, notifier) == ["renewed"]
    shop.clock.advance(days=30)
    await shop.billing.subscription_update(ANN, payment.payload, "failed", 9_000)
    assert await send_notices(shop, notifier) == ["renewal_failed"]
    shop.clock.advance(days=3)
    assert await send_notices(shop, notifier) == ["ended"]
    shop.clock.advance(days=1)
    assert await send_notices(shop, notifier) == []


async def test_no_notice_of_a_renewal_that_will_not_happen(shop: Shop) -> None:
    """After cancelling there is no reminder of a renewal, and the end comes without grace."""
    notifier = FakeNotifier()
    await shop.billing.paid(ANN, await shop.buy(ANN, PLAN.id))
    await shop.billing.renewals.cancel(ANN)
    await send_notices(shop, notifier)
    shop.clock.advance(days=29)
    assert await send_notices(shop, notifier) == []
    shop.clock.advance(days=1)
    assert await send_notices(shop, notifier) == ["ended"]


async def test_muting_where_it_is_allowed(shop: Shop) -> None:
    """The end of a trial can be muted, a receipt cannot."""
    notifier = FakeNotifier()
    kept = await shop.billing.mute(ANN, frozenset({"trial_ending", "receipt", "nonsense"}))
    assert kept == {"trial_ending"}
    await shop.billing.mute(ANN, kept | {"ended"})
    await shop.billing.start_trial(ANN)
    shop.clock.advance(days=2.5)
    assert await send_notices(shop, notifier) == []
    await shop.billing.start_trial(BOB)
    await shop.billing.paid(ANN, await shop.buy(ANN, PACK.id))
    assert await send_notices(shop, notifier) == ["receipt_pack"]
    shop.clock.advance(days=2.5)
    assert await send_notices(shop, notifier) == ["trial_ending"]


async def test_sent_once_by_many_senders(shop: Shop) -> None:
    """Several processes sending at once send each notice once."""
    notifier = FakeNotifier()
    for user_id in range(ANN, ANN + 5):
        await shop.billing.paid(user_id, await shop.buy(user_id, PACK.id))
    await asyncio.gather(
        *(notices.deliver(shop.database, notifier, shop.clock()) for _ in range(4))
    )
    assert sorted(notice.user_id for notice in notifier.sent) == list(range(ANN, ANN + 5))


async def test_a_busy_telegram_is_waited_for(shop: Shop) -> None:
    """A pause that Telegram demands is kept; a person who blocked the bot is not retried."""
    notifier = FakeNotifier(failing=[StarsUnavailable(retry_after=40)])
    await shop.billing.paid(ANN, await shop.buy(ANN, PACK.id))
    assert await send_notices(shop, notifier) == []
    shop.clock.advance(seconds=39)
    assert await send_notices(shop, notifier) == []
    shop.clock.advance(seconds=2)
    assert await send_notices(shop, notifier) == ["receipt_pack"]
    notifier.failing.append(StarsRefused(reason="bot was blocked"))
    await shop.billing.paid(BOB, await shop.buy(BOB, PACK.id))
    assert await send_notices(shop, notifier) == []
    shop.clock.advance(days=1)
    assert await send_notices(shop, notifier) == []


@pytest.mark.parametrize("language", i18n.languages())
async def test_every_notice_reads_well(shop: Shop, language: str) -> None:
    """Each notice has a text in each language without unfilled placeholders."""
    t = i18n.translator(language)
    values: dict[str, str | int] = {
        "stars": 400,
        "plan": PLAN.id,
        "date": (shop.clock() + timedelta(days=3)).isoformat(),
        "code": "abc",
        "days": 7,
    }
    for kind in notices.Kind.__args__:  # type: ignore[attr-defined]
        text = notice_text(Notice(ANN, kind, values), t, lambda code: f"https://t.me/x?{code}")
        assert text != f"billing.notice.{kind}"
        assert "{" not in text
        assert "+00:00" not in text
    for offer in offers(t):
        assert all("{" not in line and "." not in line[:8] for line in offer.features)
    assert "{" not in refusal_text("order_foreign", t)


async def test_what_was_queued_is_not_queued_again(shop: Shop) -> None:
    """With many renewals near, a run that finds nothing new writes nothing; each is queued once,
    page by page."""
    people = range(1000, 1000 + 2 * notices.QUEUED_AT_ONCE + 5)
    soon = shop.clock() + timedelta(days=2)
    rows = [
        {
            "user_id": person,
            "order_id": f"order {person}",
            "plan_id": PLAN.id,
            "opens": PLAN.id,
            "stars": 400,
            "first_charge_id": f"charge {person}",
            "last_charge_id": f"charge {person}",
            "started_at": shop.clock() - timedelta(days=28),
            "expires_at": soon,
            "renewal": "on",
        }
        for person in people
    ]
    async with shop.database.unit_of_work() as db:
        await db.execute(sa.insert(subscriptions), rows)
    counts = [await notices.queue_due(shop.database, shop.clock()) for _ in range(4)]
    assert counts == [notices.QUEUED_AT_ONCE, notices.QUEUED_AT_ONCE, 5, 0]
    written: list[str] = []
    sa.event.listen(
        shop.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _1, _2, statement, *_3: written.append(statement.split()[0]),
    )
    for _ in range(5):
        shop.clock.advance(seconds=5)
        assert await notices.queue_due(shop.database, shop.clock()) == 0
    assert set(written) == {"SELECT"}
