"""Updates in any order, repeated or lost, lead to the same state as the clean sequence. Hypothesis
generates the deliveries; each example gets its own database."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from backend.billing.fake import FakeStars
from backend.billing.ports import Payment, Refund
from backend.billing.reconcile import reconcile
from backend.billing.tables import gifts, periods, subscriptions
from backend.db import Database
from backend.ledger import ledger
from backend.ledger.tables import movements
from backend.metering.tables import group_passes, quotas
from backend.plans import plans
from backend.plans.tables import entitlements
from tests.conftest import Clock
from tests.fixtures.databases import create_tables
from tests.integration.billing.conftest import ANN, BOB, Shop, make_billing, numbers

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Word(Struct, frozen=True):
    """An `Update.subscription`."""

    payload: str
    state: str
    update_id: int


Update: TypeAlias = tuple[int, Payment | Refund | Word]


class Story(Struct, frozen=True):
    """What happens at Telegram: purchases, renewals and refunds."""

    buys: tuple[tuple[int, str], ...]
    renewals: int
    words: tuple[str, ...]
    refunds: frozenset[int]


stories = st.builds(
    Story,
    buys=st.lists(
        st.tuples(
            st.sampled_from((ANN, BOB)),
            st.one_of(  # half of the purchases renew, since most of the law is about renewals
                st.just(plans.of_kind("subscription")[0].id),
                st.sampled_from([plan.id for plan in plans.PLANS if plan.for_sale]),
            ),
        ),
        min_size=1,
        max_size=4,
        unique=True,
    ).map(tuple),
    renewals=st.integers(0, 2),
    words=st.lists(st.sampled_from(("canceled", "active", "failed")), max_size=3).map(tuple),
    refunds=st.frozensets(st.integers(0, 5), max_size=3),
)


async def play(shop: Shop, story: Story) -> list[Update]:
    """Apply the story at Telegram and return its updates in true order, none delivered."""
    updates: list[Update] = []
    charges: list[tuple[int, str]] = []
    for user_id, plan_id in story.buys:
        payment = await shop.buy(user_id, plan_id)
        updates.append((user_id, payment))
        charges.append((user_id, payment.charge_id))
        if not plans.get(plan_id).recurring:
            continue
        for _ in range(story.renewals):
            renewal = shop.stars.renew(payment.charge_id)
            updates.append((user_id, renewal))
            charges.append((user_id, renewal.charge_id))
        updates.extend(
            (user_id, Word(payment.payload, state, shop.stars.update_id())) for state in story.words
        )
    for index in sorted(story.refunds):
        if index < len(charges):
            user_id, charge_id = charges[index]
            refund = shop.stars.take_back(charge_id, START)
            updates.append((user_id, refund))
    return updates


async def deliver(shop: Shop, update: Update) -> None:
    """Telegram delivers to the bot."""
    user_id, told = update
    if isinstance(told, Payment):
        await shop.billing.paid(user_id, told)
    elif isinstance(told, Refund):
        await shop.billing.refunded(user_id, told)
    else:
        await shop.billing.subscription_update(user_id, told.payload, told.state, told.update_id)


async def outcome(shop: Shop, *, words: bool = True) -> dict[str, object]:
    """What people may use and what the books say, independent of the order of delivery. A lost
    update about renewals stays lost, so `words` can exclude what depends on it."""
    tables = {
        periods: ("user_id", "source_id", "plan_id", "starts_at", "ends_at"),
        subscriptions: ("user_id", "order_id", "first_charge_id", "last_charge_id", "expires_at"),
        entitlements: ("user_id", "plan_id", "until", "source"),
        quotas: ("user_id", "credits"),
        group_passes: ("user_id", "charge_id", "chat_id", "messages", "is_valid"),
        gifts: ("user_id", "charge_id", "state"),
        movements: ("kind", "reference", "period"),
    }
    found: dict[str, object] = {}
    async with shop.database.snapshot() as db:
        for table, columns in tables.items():
            rows = await db.execute(sa.select(*(table.c[name] for name in columns)))
            found[table.name] = sorted(tuple(row) for row in rows if row[-1] != 0)
        if words:
            rows = await db.execute(sa.select(subscriptions.c.order_id, subscriptions.c.renewal))
            found["renewals"] = sorted(tuple(row) for row in rows)
        kept = await ledger.stored_balances(db)
        assert kept == await ledger.replay(db)
        found["balances"] = {key: kept[key] for key in kept if not key[0].startswith("person:")}
        found["owed"] = sum(kept[key] for key in kept if key[0].startswith("person:"))
    return found


@asynccontextmanager
async def fresh(folder: str, name: str) -> AsyncIterator[Shop]:
    """A shop on an empty database; also closed when Hypothesis aborts an example."""
    database = Database.open(f"sqlite:///{Path(folder) / name}.db")
    try:
        await create_tables(database)
        clock, stars, tokens = Clock(START), FakeStars(), numbers("token")
        billing = make_billing(database, stars, clock, lambda: next(tokens))
        yield Shop(database, clock, stars, billing)
    finally:
        await database.close()


@asynccontextmanager
async def shops(other: str) -> AsyncIterator[tuple[Shop, Shop]]:
    """One clean shop, and another to compare with it."""
    with tempfile.TemporaryDirectory() as folder:
        async with fresh(folder, "clean") as clean, fresh(folder, other) as second:
            yield clean, second


def reference_free(found: dict[str, object]) -> dict[str, object]:
    """A void gift that was never stored counts as none: neither can be opened."""
    kept = found["billing_gifts"]
    assert isinstance(kept, list)
    return {**found, "billing_gifts": [gift for gift in kept if gift[2] != "void"]}


@settings(max_examples=25)
@given(story=stories, data=st.data())
async def test_any_order_and_repeats(story: Story, data: st.DataObject) -> None:
    """Shuffled and repeated updates lead to the same people, credits and books as clean ones."""
    async with shops("messy") as (clean, messy):
        told = await play(clean, story)
        for update in told:
            await deliver(clean, update)
        again = await play(messy, story)
        assert again == told
        repeats = data.draw(st.lists(st.sampled_from(again), max_size=4))
        for update in data.draw(st.permutations(again + repeats)):
            await deliver(messy, update)
        expected, got = await outcome(clean), await outcome(messy)
    assert reference_free(got) == reference_free(expected)


@settings(max_examples=25)
@given(story=stories, data=st.data())
async def test_losses_and_reconciliation(story: Story, data: st.DataObject) -> None:
    """Lost updates followed by reconciliation lead to the same state and a correct balance."""
    async with shops("lossy") as (clean, lossy):
        told = await play(clean, story)
        for update in told:
            await deliver(clean, update)
        kept = data.draw(st.sets(st.sampled_from(range(len(told)))))
        await play(lossy, story)
        for index in data.draw(st.permutations(sorted(kept))):
            await deliver(lossy, told[index])
        tokens = numbers("found")
        report = await reconcile(lossy.database, lossy.stars, lossy.clock, lambda: next(tokens))
        expected, got = await outcome(clean, words=False), await outcome(lossy, words=False)
    assert report.balanced
    assert _refunds_alike(reference_free(got)) == _refunds_alike(reference_free(expected))


def _refunds_alike(found: dict[str, object]) -> dict[str, object]:
    """A refund without an update is found as a chargeback: the same Stars under another name."""
    booked = found["ledger_movements"]
    assert isinstance(booked, list)
    alike = sorted(("refund" if kind == "chargeback" else kind, *rest) for kind, *rest in booked)
    return {**found, "ledger_movements": alike}
