"""Moves files' contents to the store of FILES_URL, and deletes unused objects there."""

from datetime import timedelta

from backend.files import ContentMover
from backend.tasks.parts import Parts
from backend.tasks.schedule import PeriodicJob


def make_job(parts: Parts) -> PeriodicJob:
    """Once a minute."""
    mover = ContentMover(parts.database, parts.vault.objects, parts.clock)
    return PeriodicJob("contents", timedelta(minutes=1), mover.run)
