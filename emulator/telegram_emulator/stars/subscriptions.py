"""Stars subscriptions, which renew, fail and end as the clock moves
(core.telegram.org/api/subscriptions.html, core.telegram.org/bots/payments-stars)."""

from datetime import datetime, timedelta

from telegram_emulator.chats import Chats
from telegram_emulator.clock import Clock
from telegram_emulator.errors import ActionRefused
from telegram_emulator.profile import Profile
from telegram_emulator.refusals import ApiError
from telegram_emulator.stars.ledger import Ledger
from telegram_emulator.store import Store
from telegram_emulator.updates import Updates
from telegram_emulator.world import ChargeRecord, InvoiceRecord, SubscriptionRecord


class Subscriptions:
    """All subscriptions, by their first charge."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        chats: Chats,
        updates: Updates,
        profile: Profile,
        ledger: Ledger,
    ) -> None:
        self._store = store
        self._world = store.world
        self._clock = clock
        self._chats = chats
        self._updates = updates
        self._profile = profile
        self._ledger = ledger

    def begin(self, charge: ChargeRecord, invoice: InvoiceRecord) -> SubscriptionRecord:
        """Store a subscription after its first payment."""
        assert invoice.subscription_period is not None
        record = SubscriptionRecord(
            id=charge.id,
            person_id=charge.person_id,
            title=invoice.title,
            payload=invoice.payload,
            amount=invoice.amount,
            period=invoice.subscription_period,
            expires_at=self._clock.now() + timedelta(seconds=invoice.subscription_period),
        )
        self._world.subscriptions[record.id] = record
        self._ledger.tell(record.person_id)
        return record

    def due(self, until: datetime) -> SubscriptionRecord | None:
        """The next subscription whose period ends by `until`."""
        waiting = [
            record
            for record in self._world.subscriptions.values()
            if record.state in ("active", "canceled") and record.expires_at <= until
        ]
        return min(waiting, key=lambda record: record.expires_at, default=None)

    def fall_due(self, record: SubscriptionRecord) -> bool:
        """Handle the end of a period: renew, fail or expire. Returns whether a payment was
        attempted.

        A failed subscription stays failed until the person resumes it with enough Stars.
        """
        if record.state == "canceled":
            record.state = "expired"
            self._ledger.tell(record.person_id)
            return False
        try:
            self._renew(record, record.expires_at)
        except ActionRefused:
            record.state = "failed"
            self._tell_bot(record, "failed")
        return True

    def _renew(self, record: SubscriptionRecord, begins_at: datetime) -> None:
        charge = self._ledger.charge(
            record.person_id,
            amount=record.amount,
            payload=record.payload,
            title=record.title,
            period=record.period,
            subscription=record.id,
            renewal=True,
        )
        record.state = "active"
        record.payments += 1
        record.expires_at = begins_at + timedelta(seconds=record.period)
        self._ledger.tell(record.person_id)
        pay_message(self._chats, charge, record, first=False)

    def set_by_person(self, person_id: int, subscription_id: str, canceled: bool) -> None:
        """Cancel or resume a subscription in Telegram's settings.

        Raises:
            ActionRefused: when it cannot be.
        """
        record = self._world.subscriptions.get(subscription_id)
        if record is None or record.person_id != person_id:
            raise ActionRefused("SUBSCRIPTION_ID_INVALID")
        if canceled:
            if record.state == "active":
                record.state = "canceled"
                self._tell_bot(record, "canceled")
            return
        if record.canceled_by_bot:
            raise ActionRefused("SUBSCRIPTION_CANCELED_BY_BOT")
        if record.state == "canceled" and record.expires_at > self._clock.now():
            record.state = "active"
            self._tell_bot(record, "active")
        elif record.state != "active":
            self._renew(record, self._clock.now())  # paid late: starts a new period

    def set_by_bot(self, person_id: int, charge_id: str, canceled: bool) -> None:
        """editUserStarSubscription: no update follows, since the bot did it.

        Raises:
            ApiError: for an unknown subscription. A renewal's charge id is not enough.
        """
        if person_id not in self._world.people:
            raise ApiError("user not found")
        record = self._world.subscriptions.get(charge_id)
        if record is None or record.person_id != person_id:
            raise ApiError("CHARGE_ID_INVALID")
        record.canceled_by_bot = canceled
        if canceled and record.state == "active":
            record.state = "canceled"
        self._ledger.tell(person_id)

    def _tell_bot(self, record: SubscriptionRecord, state: str) -> None:
        self._store.flush()
        self._ledger.tell(record.person_id)
        body = {
            "user": self._profile.user(record.person_id),
            "invoice_payload": record.payload,
            "state": state,
        }
        self._updates.push("subscription", body, record.person_id)


def pay_message(
    chats: Chats, charge: ChargeRecord, subscription: SubscriptionRecord | None, *, first: bool
) -> None:
    """The `successful_payment` message that confirms a charge."""
    payment = {
        "currency": "XTR",
        "total_amount": charge.amount,
        "invoice_payload": charge.payload,
        "telegram_payment_charge_id": charge.id,
        "provider_payment_charge_id": charge.provider_id,
    }
    if subscription is not None:
        payment["subscription_expiration_date"] = int(subscription.expires_at.timestamp())
        payment["is_recurring"] = True
        if first:
            payment["is_first_recurring"] = True
    chats.say(charge.person_id, {"successful_payment": payment})
