"""Deletes the ids of old updates."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Once an hour."""
    return PeriodicJob("updates", timedelta(hours=1), parts.inbox.clear_old)
