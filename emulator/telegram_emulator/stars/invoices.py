"""Invoices of sendInvoice and createInvoiceLink, found by slug.

Rules: core.telegram.org/bots/api#createinvoicelink and core.telegram.org/bots/payments-stars; error
names from core.telegram.org/method/payments.exportInvoice where it lists them.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from telegram_emulator.errors import ActionRefused
from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi, InvoiceSheet
from telegram_emulator.store import Store
from telegram_emulator.world import InvoiceRecord

SUBSCRIPTION_PERIOD = 2_592_000
"""In seconds; the only allowed period."""
MOST_STARS = 10_000
"""The highest price of a subscription (and, in practice, of anything)."""


@dataclass(frozen=True)
class Order:
    """What a bot asks to be paid for, before it is checked."""

    title: str
    description: str
    payload: str
    currency: str
    prices: Sequence[tuple[str, int]]
    provider_token: str | None
    subscription_period: int | None
    photo_url: str | None
    asks_for_details: bool
    tips: bool


class Invoices:
    """All invoices by slug."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._world = store.world

    def make(self, order: Order) -> InvoiceRecord:
        """Create an invoice.

        Raises:
            ApiError: if Telegram would refuse it.
        """
        check(order)
        record = InvoiceRecord(
            slug=f"{secrets.token_urlsafe(12)}",
            title=order.title,
            description=order.description,
            payload=order.payload,
            amount=order.prices[0][1],
            subscription_period=order.subscription_period,
            photo_url=order.photo_url,
        )
        self._world.invoices[record.slug] = record
        self._store.changed()
        return record

    def find(self, slug: str) -> InvoiceRecord:
        """The invoice of a slug or of a link as `WebApp.openInvoice` takes it.

        Raises:
            ActionRefused: SLUG_INVALID.
        """
        match = re.fullmatch(r"(?:https?://)?t\.me/(?:\$|invoice/)([\w-]+)", slug)
        bare = match[1] if match else slug
        if bare not in self._world.invoices:
            raise ActionRefused("SLUG_INVALID")
        return self._world.invoices[bare]

    def in_message(self, person_id: int, message_id: int) -> InvoiceRecord:
        """The invoice in a message.

        Raises:
            ActionRefused: MESSAGE_ID_INVALID.
        """
        for record in self._world.invoices.values():
            if record.message == (person_id, message_id):
                return record
        raise ActionRefused("MESSAGE_ID_INVALID")

    def sheet(self, record: InvoiceRecord, person_id: int) -> InvoiceSheet:
        """The payment sheet for a person."""
        wallet = self._world.wallets.get(person_id)
        return InvoiceSheet(
            slug=record.slug,
            title=record.title,
            description=record.description,
            amount=record.amount,
            currency="XTR",
            balance=wallet.balance if wallet else 0,
            photo_url=record.photo_url,
            subscription_period=record.subscription_period,
        )


def as_invoice(record: InvoiceRecord) -> BotApi:
    """`Invoice`, as a message carries it."""
    return {
        "title": record.title,
        "description": record.description,
        "start_parameter": "",
        "currency": "XTR",
        "total_amount": record.amount,
    }


def check(order: Order) -> None:
    """Refuse what Telegram refuses.

    Raises:
        ApiError: with Telegram's error texts where they are known.
    """
    _check_texts(order)
    if order.currency != "XTR":
        # Other currencies need a payment provider; digital goods must be paid in Stars.
        known = re.fullmatch(r"[A-Z]{3}", order.currency)
        raise ApiError("PAYMENT_PROVIDER_INVALID" if known else "CURRENCY_INVALID")
    if not order.prices:
        raise ApiError("There must be at least one price")
    if len(order.prices) != 1 or order.provider_token or order.tips or order.asks_for_details:
        raise ApiError("STARS_INVOICE_INVALID")
    label, amount = order.prices[0]
    if not label:
        raise ApiError("LabeledPrice label must be non-empty")
    if not 1 <= amount <= MOST_STARS:
        raise ApiError("CURRENCY_TOTAL_AMOUNT_INVALID")
    if order.subscription_period not in (None, SUBSCRIPTION_PERIOD):
        raise ApiError("SUBSCRIPTION_PERIOD_INVALID")


def _check_texts(order: Order) -> None:
    for name in ("title", "description", "payload", "currency"):
        if not getattr(order, name):
            raise ApiError(f'Parameter "{name}" is required')
    if len(order.title) > 32:
        raise ApiError("INVOICE_TITLE_TOO_LONG")
    if len(order.description) > 255:
        raise ApiError("INVOICE_DESCRIPTION_TOO_LONG")
    if len(order.payload.encode()) > 128:
        raise ApiError("INVOICE_PAYLOAD_INVALID")
