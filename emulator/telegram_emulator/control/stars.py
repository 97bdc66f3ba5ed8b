"""What a person does with Stars."""

from telegram_emulator.actions import (
    BuyPaidMedia,
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
from telegram_emulator.control.place import seen
from telegram_emulator.errors import ActionRefused
from telegram_emulator.hub import Hub
from telegram_emulator.world import CheckoutRecord


def top_up(hub: Hub, action: TopUp) -> None:
    """Add Stars to the wallet."""
    hub.ledger.top_up(action.person_id, action.stars)


def open_invoice(hub: Hub, action: OpenInvoice) -> InvoiceOpened:
    """The sheet that is shown before paying."""
    hub.chats.person(action.person_id)
    if action.message_id is not None:
        record = hub.invoices.in_message(action.person_id, action.message_id)
    elif action.slug:
        record = hub.invoices.find(action.slug)
    else:
        raise ActionRefused("SLUG_INVALID")
    return InvoiceOpened(hub.invoices.sheet(record, action.person_id))


async def pay_invoice(hub: Hub, action: PayInvoice) -> InvoiceClosed:
    """Pay, or close the sheet in another way."""
    status = {"pay": "waiting", "cancel": "cancelled", "fail": "waiting", "pending": "pending"}
    record = hub.checkouts.open(action.person_id, action.slug, status[action.outcome])  # type: ignore[arg-type]
    if action.outcome == "pay":
        await hub.checkouts.pay(record)
    elif action.outcome == "fail":
        hub.checkouts.fail(record, "PAYMENT_FAILED")
    return _closed(record)


async def settle_pending(hub: Hub, action: SettlePending) -> InvoiceClosed:
    """Complete or fail a pending payment."""
    record = hub.checkouts.find(action.checkout_id)
    if action.paid:
        await hub.checkouts.pay(record)
    else:
        hub.checkouts.fail(record, "PAYMENT_FAILED")
    return _closed(record)


def buy_paid_media(hub: Hub, action: BuyPaidMedia) -> None:
    """Unlock a message's paid media; a second time costs nothing."""
    key, stored = seen(hub, action)
    info = stored.message.get("paid_media")
    if info is None:
        raise ActionRefused("MESSAGE_ID_INVALID")
    if action.person_id in stored.paid_by:
        return
    partner = {
        "transaction_type": "paid_media_payment",
        "paid_media": info["paid_media"],
        **({"paid_media_payload": stored.payload} if stored.payload else {}),
    }
    hub.ledger.pay(action.person_id, info["star_count"], "Paid media", partner)
    stored.paid_by.append(action.person_id)
    if key == action.person_id:
        stored.paid = True
    hub.chats.show(key, stored)
    if stored.payload:
        user = hub.profile.user(action.person_id)
        body = {"from": user, "paid_media_payload": stored.payload}
        hub.updates.push("purchased_paid_media", body, action.person_id)


def _closed(record: CheckoutRecord) -> InvoiceClosed:
    return InvoiceClosed(record.id, record.slug, record.status, record.error)


def set_subscription(hub: Hub, action: SetSubscription) -> None:
    """Change a subscription in Telegram's own settings."""
    hub.subscriptions.set_by_person(action.person_id, action.subscription_id, action.canceled)


def charge_back(hub: Hub, action: Chargeback) -> None:
    """The store takes a payment back."""
    hub.ledger.charge_back(action.person_id, action.charge_id)


ACTIONS: Actions = {
    BuyPaidMedia: buy_paid_media,
    TopUp: top_up,
    OpenInvoice: open_invoice,
    PayInvoice: pay_invoice,
    SettlePending: settle_pending,
    SetSubscription: set_subscription,
    Chargeback: charge_back,
}
