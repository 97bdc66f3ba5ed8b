"""Telegram Stars: wallets, invoices, payments, subscriptions, refunds."""

from backend.emulator.stars.checkout import Checkouts
from backend.emulator.stars.invoices import Invoices
from backend.emulator.stars.ledger import Ledger
from backend.emulator.stars.subscriptions import Subscriptions

__all__ = ["Checkouts", "Invoices", "Ledger", "Subscriptions"]
