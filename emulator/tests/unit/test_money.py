"""Stars are never created or lost, whatever people, the bot and the clock do."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telegram_emulator.actions import (
    AdvanceClock,
    AnyAction,
    Chargeback,
    InvoiceClosed,
    PayInvoice,
    SetSubscription,
    TopUp,
)
from telegram_emulator.config import Config
from telegram_emulator.control import act
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub, build_hub
from telegram_emulator.refusals import ApiError
from telegram_emulator.stars.invoices import SUBSCRIPTION_PERIOD, Order
from telegram_emulator.testing import TOKEN
from telegram_emulator.world import FIRST_PEOPLE

ANN, IVAN = FIRST_PEOPLE[0][0].id, FIRST_PEOPLE[1][0].id
START = datetime(2026, 11, 23, 12, tzinfo=UTC)

steps = st.lists(
    st.tuples(
        st.sampled_from(["pay", "subscribe", "refund", "chargeback", "cancel", "back", "month",
                         "top up", "bot cancels", "bot frees"]),
        st.sampled_from([ANN, IVAN]),
        st.integers(0, 5),
    ),
    max_size=12,
)  # fmt: skip


def make_invoice(hub: Hub, period: int | None) -> str:
    """An invoice of 120 Stars."""
    order = Order("T", "D", "order", "XTR", [("x", 120)], None, period, None, False, False)
    return hub.invoices.make(order).slug


async def pay(hub: Hub, person_id: int, period: int | None) -> None:
    """Pay while a bot accepts."""

    async def agree() -> None:
        while True:
            for update in list(hub.updates.pending()):
                if update.kind == "pre_checkout_query":
                    hub.checkouts.answer(update.body["id"], None)
                hub.updates.forget(update)
            await asyncio.sleep(0)

    slug = make_invoice(hub, period)
    bot = asyncio.ensure_future(agree())
    closed = await act(hub, PayInvoice(person_id, slug, "pay"))
    bot.cancel()
    assert isinstance(closed, InvoiceClosed)
    assert closed.status in ("paid", "failed")


async def take(hub: Hub, step: str, person_id: int, which: int) -> None:
    """Run one step, ignoring refusals."""
    charges, subscriptions = list(hub.world.charges), list(hub.world.subscriptions)
    charge = charges[which % len(charges)] if charges else "none"
    subscription = subscriptions[which % len(subscriptions)] if subscriptions else "none"
    actions: dict[str, AnyAction] = {
        "chargeback": Chargeback(person_id, charge),
        "cancel": SetSubscription(person_id, subscription, True),
        "back": SetSubscription(person_id, subscription, False),
        "month": AdvanceClock(days=30),
        "top up": TopUp(person_id, 100),
    }
    try:
        if step in actions:
            hub.updates.forget_all()  # so that moving the clock does not wait for a bot
            await act(hub, actions[step])
        elif step in ("pay", "subscribe"):
            await pay(hub, person_id, SUBSCRIPTION_PERIOD if step == "subscribe" else None)
        elif step == "refund":
            hub.ledger.refund(person_id, charge)
        else:
            hub.subscriptions.set_by_bot(person_id, subscription, step == "bot cancels")
    except (ActionRefused, ApiError):
        return


def check(hub: Hub) -> None:
    """Check that all balances agree."""
    world = hub.world
    for person, stars in FIRST_PEOPLE:
        wallet = world.wallets[person.id]
        assert wallet.balance == stars + sum(entry.amount for entry in wallet.entries) >= 0
    signed = [-t.amount if t.outgoing else t.amount for t in world.transactions]
    assert world.bot_stars == sum(signed) >= 0
    for charge in world.charges.values():
        booked = [t.outgoing for t in world.transactions if t.id == charge.id]
        assert booked == [False] + [True] * (charge.refunded or charge.charged_back)
    for subscription in world.subscriptions.values():
        paid = [c for c in world.charges.values() if c.subscription == subscription.id]
        assert len(paid) == subscription.payments
        ends = max(c.at for c in paid) + timedelta(seconds=subscription.period)
        assert abs(subscription.expires_at - ends) <= timedelta(seconds=2)


@settings(max_examples=40)
@given(steps)
def test_the_balances_agree_after_any_history(story: list[tuple[str, int, int]]) -> None:
    """Wallets, the bot's balance, transactions, charges and subscriptions agree; each charge is
    returned at most once; no balance is negative."""

    async def live() -> None:
        with tempfile.TemporaryDirectory() as folder:
            hub = build_hub(Config(token=TOKEN, state_dir=Path(folder)), lambda: START)
            for step, person_id, which in story:
                await take(hub, step, person_id, which)
                check(hub)

    with pytest.MonkeyPatch.context() as patch:  # there is no bot to wait for
        patch.setattr("telegram_emulator.control.clock_and_faults.PATIENCE", 0.001)
        asyncio.run(live())
