"""Asks Telegram to cancel renewals until it confirms."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Every few seconds, so that requests lost in a crash or refused by Telegram are retried
    soon."""

    return PeriodicJob("stops", timedelta(seconds=10), parts.billing.stop_due)
