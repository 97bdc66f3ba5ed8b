"""The ledger: movements of money, and the partners' statements made from it."""

from backend.ledger import (
    agreements,
    audit,
    closing,
    ledger,
    movements,
    printing,
    settlement,
    statements,
)
from backend.ledger.revenue import charge_lines, counted_days

__all__ = [
    "agreements",
    "audit",
    "charge_lines",
    "closing",
    "counted_days",
    "ledger",
    "movements",
    "printing",
    "settlement",
    "statements",
]
