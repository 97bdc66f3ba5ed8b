"""A billing room on a real database, with an in-memory stand-in for Telegram's side of Stars."""

import itertools
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from msgspec import Struct

from backend.billing.fake import FakeStars
from backend.billing.ports import Payment
from backend.billing.service import Billing
from backend.db import Database, KeyRing, Vault
from backend.ledger import ledger
from backend.ledger.tables import entries, movements
from backend.plans import plans
from backend.plans.access import Access, current
from tests.conftest import Clock

MASTER_KEYS = KeyRing(bytes(32))
ANN, BOB = 7_000_000_001, 7_000_000_002
GROUP = -1_000_000_000_001


def numbers(prefix: str) -> Iterator[str]:
    """Predictable tokens for tests."""
    return (f"{prefix}{number}" for number in itertools.count())


class Shop(Struct):
    """Everything a test of selling needs."""

    database: Database
    clock: Clock
    stars: FakeStars
    billing: Billing

    async def buy(self, user_id: int, plan_id: str, device: str = "phone") -> Payment:
        """Check out and pass the pre-checkout; the payment's update is not delivered yet. A group's
        plan is bought for one of the test's groups."""
        group_id = GROUP if plans.get(plan_id).for_groups else None
        ordered = await self.billing.checkout(user_id, plan_id, device, "en", group_id)
        invoice = self.stars.invoices[ordered.invoice_link]
        query = f"query-{ordered.order_id}"
        refusal = await self.billing.pre_checkout(
            invoice.payload, user_id, "XTR", invoice.stars, query
        )
        assert refusal is None
        return self.stars.pay(ordered.invoice_link, user_id, self.clock())

    async def access(self, user_id: int) -> Access:
        """What the person may use now."""
        async with self.database.snapshot() as db:
            return await current(db, user_id, self.clock())

    async def holdings(self) -> ledger.Holdings:
        """The ledger's balances, verified by replaying it."""
        async with self.database.snapshot() as db:
            kept = await ledger.stored_balances(db)
            assert kept == await ledger.replay(db)
        return kept

    async def counts(self) -> dict[str, int]:
        """How many movements there are of each kind."""
        async with self.database.snapshot() as db:
            rows = await db.execute(
                sa.select(movements.c.kind, sa.func.count()).group_by(movements.c.kind)
            )
            found = {row[0]: int(row[1]) for row in rows}
            lines = await db.execute(sa.select(sa.func.count()).select_from(entries))
            assert lines.scalar_one() >= 2 * sum(found.values())
        return found


def make_billing(
    database: Database,
    stars: FakeStars,
    clock: Clock,
    token: Callable[[], str],
) -> Billing:
    """Billing with a master key that only tests use."""
    return Billing(database, Vault(MASTER_KEYS), stars, clock, token)


@pytest.fixture
def shop(database: Database, clock: Clock) -> Shop:
    """A shop without customers."""
    stars = FakeStars()
    tokens = numbers("token")
    billing = make_billing(database, stars, clock, lambda: next(tokens))
    return Shop(database, clock, stars, billing)
