"""Forgets the numbers of old updates."""

from datetime import timedelta

from backend.tasks.parts import Parts
from backend.tasks.schedule import Job


def make_job(parts: Parts) -> Job:
    """Once an hour."""
    return Job("updates", timedelta(hours=1), parts.inbox.clear_old)
