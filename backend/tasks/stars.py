"""Compares the books with Telegram's Star transactions and books what was missed."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every half hour."""
    return PeriodicJob("stars", timedelta(minutes=30), parts.billing.reconcile)
