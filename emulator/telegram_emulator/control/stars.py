"""What a person does with Stars."""

from telegram_emulator.actions import (
    Chargeback,
    InvoiceClosed,
    InvoiceOpened,
    OpenInvoice,
    PayInvoice,
    SetSubscription,
    SettlePending,
    TopUp,
)
from telegram_emulator.control.handlers import Actions
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.world import CheckoutRecord


def top_up(hub: Hub, action: TopUp) -> None:
    """Buy Stars."""
    hub.ledger.top_up(action.person_id, action.stars)


def open_invoice(hub: Hub, action: OpenInvoice) -> InvoiceOpened:
    """The sheet before paying."""
    hub.chats.person(action.person_id)
    if action.message_id is not None:
        record = hub.invoices.in_message(action.person_id, action.message_id)
    elif action.slug:
        record = hub.invoices.find(action.slug)
    else:
        raise ActionRefused("SLUG_INVALID")
    return InvoiceOpened(hub.invoices.sheet(record, action.person_id))


async def pay_invoice(hub: Hub, action: PayInvoice) -> InvoiceClosed:
    """Pay, or one of the other ways a sheet can end."""
    status = {"pay": "waiting", "cancel": "cancelled", "fail": "waiting", "pending": "pending"}
    record = hub.checkouts.open(action.person_id, action.slug, status[action.outcome])  # type: ignore[arg-type]
    if action.outcome == "pay":
        await hub.checkouts.pay(record)
    elif action.outcome == "fail":
        hub.checkouts.fail(record, "PAYMENT_FAILED")
    return _closed(record)


async def settle_pending(hub: Hub, action: SettlePending) -> InvoiceClosed:
    """A pending payment goes through or fails."""
    record = hub.checkouts.find(action.checkout_id)
    if action.paid:
        await hub.checkouts.pay(record)
    else:
        hub.checkouts.fail(record, "PAYMENT_FAILED")
    return _closed(record)


def _closed(record: CheckoutRecord) -> InvoiceClosed:
    return InvoiceClosed(record.id, record.slug, record.status, record.error)


def set_subscription(hub: Hub, action: SetSubscription) -> None:
    """Telegram's own settings."""
    hub.subscriptions.set_by_person(action.person_id, action.subscription_id, action.canceled)


def charge_back(hub: Hub, action: Chargeback) -> None:
    """The store takes a payment back."""
    hub.ledger.charge_back(action.person_id, action.charge_id)


ACTIONS: Actions = {
    TopUp: top_up,
    OpenInvoice: open_invoice,
    PayInvoice: pay_invoice,
    SettlePending: settle_pending,
    SetSubscription: set_subscription,
    Chargeback: charge_back,
}
