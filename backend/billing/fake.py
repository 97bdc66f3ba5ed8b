"""Telegram's side of Stars in memory, for tests and for developing without the emulator.

It stores what Telegram stores: charges, subscriptions, ordered transactions, a balance. A person's
actions (`pay`, `renew`, `cancel`…) return the update that Telegram would send, so that a test can
deliver it late, twice or not at all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from backend.billing.ports import (
    Invoice,
    Notice,
    Payment,
    Refund,
    StarBalance,
    StarTransaction,
)
from backend.errors import ChargeAlreadyRefunded, StarsRefused, StarsUnavailable


class FakeSubscription(Struct):
    """A subscription as Telegram keeps it."""

    user_id: int
    payload: str
    stars: int
    expires_at: datetime
    canceled_by_bot: bool = False
    payments: int = 1


class FakeStars(Struct):
    """Implements `Stars`.

    Set `down` to make every method fail as an unreachable Telegram, `refusing` to have refunds
    refused, `crash_on_edit` to fall where a subscription is to be stopped.
    """

    invoices: dict[str, Invoice] = field(default_factory=dict)
    charges: dict[str, StarTransaction] = field(default_factory=dict)
    subscriptions: dict[str, FakeSubscription] = field(default_factory=dict)
    booked: list[StarTransaction] = field(default_factory=list)
    answers: dict[str, str | None] = field(default_factory=dict)
    edits: list[tuple[int, str, bool]] = field(default_factory=list)
    refunded: set[str] = field(default_factory=set)
    down: bool = False
    refusing: bool = False
    crash_on_edit: bool = False
    last_update_id: int = 1000

    async def create_invoice_link(self, invoice: Invoice) -> str:
        """As the Protocol says."""
        self._reach()
        link = f"https://t.me/$fake{len(self.invoices)}"
        self.invoices[link] = invoice
        return link

    async def answer_pre_checkout(self, query_id: str, error: str | None) -> None:
        """As the Protocol says."""
        self._reach()
        self.answers[query_id] = error

    async def refund(self, user_id: int, charge_id: str) -> None:
        """As the Protocol says."""
        self._reach()
        charge = self.charges.get(charge_id)
        if self.refusing or charge is None or charge.user_id != user_id:
            raise StarsRefused(reason="CHARGE_NOT_FOUND")
        if charge_id in self.refunded:
            raise ChargeAlreadyRefunded()
        self.take_back(charge_id, charge.at)

    async def edit_subscription(self, user_id: int, charge_id: str, *, canceled: bool) -> None:
        """As the Protocol says; a renewal's charge id is refused."""
        self._reach()
        if self.crash_on_edit:
            raise KeyboardInterrupt
        subscription = self.subscriptions.get(charge_id)
        if subscription is None or subscription.user_id != user_id:
            raise StarsRefused(reason="CHARGE_ID_INVALID")
        subscription.canceled_by_bot = canceled
        self.edits.append((user_id, charge_id, canceled))

    async def transactions(self, offset: int, limit: int) -> Sequence[StarTransaction]:
        """As the Protocol says."""
        self._reach()
        return self.booked[offset : offset + limit]

    async def balance(self) -> StarBalance:
        """As the Protocol says."""
        self._reach()
        nano = 10**9
        total = sum(
            (1 if one.incoming else -1) * (one.stars * nano + one.nanostars) for one in self.booked
        )
        return StarBalance(total // nano, total % nano)

    def pay(self, link: str, user_id: int, at: datetime) -> Payment:
        """A person pays an invoice."""
        invoice = self.invoices[link]
        seconds = invoice.subscription_seconds
        ends = at + timedelta(seconds=seconds) if seconds else None
        payment = self._charge(user_id, invoice.payload, invoice.stars, at, seconds, ends)
        payment = replace(payment, first=seconds is not None)
        if ends is not None:
            self.subscriptions[payment.charge_id] = FakeSubscription(
                user_id, invoice.payload, invoice.stars, ends
            )
        return payment

    def renew(self, first_charge_id: str) -> Payment:
        """A subscription renews at the moment its period ends."""
        subscription = self.subscriptions[first_charge_id]
        at = subscription.expires_at
        seconds = self.charges[first_charge_id].subscription_seconds
        assert seconds is not None
        subscription.expires_at = at + timedelta(seconds=seconds)
        subscription.payments += 1
        return self._charge(
            subscription.user_id,
            subscription.payload,
            subscription.stars,
            at,
            seconds,
            subscription.expires_at,
        )

    def take_back(self, charge_id: str, at: datetime) -> Refund:
        """A payment goes back; a chargeback looks the same, only no update is promised."""
        charge = self.charges[charge_id]
        self.refunded.add(charge_id)
        self.booked.append(
            StarTransaction(
                id=charge_id,
                stars=charge.stars,
                at=at,
                incoming=False,
                partner="user",
                user_id=charge.user_id,
                transaction_type="invoice_payment",
                payload=charge.payload,
            )
        )
        return Refund(charge_id, charge.payload or "", charge.stars, at)

    def update_id(self) -> int:
        """The next update's id."""
        self.last_update_id += 1
        return self.last_update_id

    def _charge(
        self,
        user_id: int,
        payload: str,
        stars: int,
        at: datetime,
        seconds: int | None,
        ends: datetime | None,
    ) -> Payment:
        charge_id = f"stx{len(self.charges)}"
        transaction = StarTransaction(
            id=charge_id,
            stars=stars,
            at=at,
            incoming=True,
            partner="user",
            user_id=user_id,
            transaction_type="invoice_payment",
            payload=payload,
            subscription_seconds=seconds,
        )
        self.charges[charge_id] = transaction
        self.booked.append(transaction)
        return Payment(charge_id, payload, "XTR", stars, at, ends, self.update_id())

    def _reach(self) -> None:
        if self.down:
            raise StarsUnavailable(retry_after=1)


class FakeNotifier(Struct):
    """Implements `Notifier`: remembers what was sent; `failing` answers with an error first."""

    sent: list[Notice] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    async def send(self, notice: Notice) -> None:
        """As the Protocol says."""
        if self.failing:
            raise self.failing.pop(0)
        self.sent.append(notice)
