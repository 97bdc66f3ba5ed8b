"""Every periodic job, run once on a new installation.

Exercises backend/tasks/parts.py, backend/tasks/quota.py, backend/tasks/books.py,
backend/tasks/files.py, backend/tasks/notices.py, backend/tasks/calendar.py,
backend/tasks/stars.py, backend/tasks/stops.py, backend/tasks/updates.py,
backend/tasks/old_rows.py, backend/tasks/sessions.py, backend/tasks/receipts.py,
backend/tasks/retention.py, backend/tasks/checks.py, backend/tasks/deleted.py.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import backend.tasks
from backend import tasks
from backend.settings import Settings
from tests.fixtures.app import Running, running


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Running]:
    """A new installation."""
    async with running(settings) as app:
        yield app


async def test_every_job_runs_on_a_new_installation(app: Running) -> None:
    """Each file with `make_job` makes one job, and none fails when there is nothing to do."""
    container = app.container
    parts = tasks.Parts(
        container.database, container.vault, container.clock, container.billing,
        container.notifier, container.bot.inbox,
        container.receipts, container.erasures, container.bot.erasure_chat, container.checks,
        container.schedule_runner, container.bot.reminder_sender,
        container.console.broadcast_sender,
    )  # fmt: skip
    jobs = tasks.all_jobs(parts)
    folder = Path(str(backend.tasks.__file__)).parent
    makers = [path for path in folder.glob("*.py") if "def make_job(" in path.read_text("utf-8")]
    assert len(jobs) == len(makers) == len({job.name for job in jobs})
    for job in jobs:
        await job.run()
