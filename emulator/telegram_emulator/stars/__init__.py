"""Telegram Stars: wallets, invoices, payments, subscriptions, refunds."""

from telegram_emulator.stars.checkout import Checkouts, checkout_view
from telegram_emulator.stars.invoices import (
    MOST_STARS,
    SUBSCRIPTION_PERIOD,
    Invoices,
    Order,
    as_invoice,
)
from telegram_emulator.stars.ledger import Ledger
from telegram_emulator.stars.subscriptions import Subscriptions

__all__ = [
    "MOST_STARS",
    "SUBSCRIPTION_PERIOD",
    "Checkouts",
    "Invoices",
    "Ledger",
    "Order",
    "Subscriptions",
    "as_invoice",
    "checkout_view",
]
