"""Compares the books with Telegram's list of Star transactions and books what was missed."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import Job


def make_job(parts: Parts) -> Job:
    """Every half hour."""
    return Job("stars", timedelta(minutes=30), parts.billing.reconcile)
