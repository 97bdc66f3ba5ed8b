"""Background tasks: they end for certain."""

import asyncio
from contextlib import suppress

import pytest

from backend import nursery
from backend.nursery import Nursery


async def test_a_task_whose_cancellation_got_lost_is_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Closing does not wait for ever for a task in which a library swallowed the first word."""
    monkeypatch.setattr(nursery, "PATIENCE_SECONDS", 0.01)
    swallowed: list[str] = []

    async def work() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        swallowed.append("once")
        await asyncio.Event().wait()

    async with asyncio.timeout(30):
        async with Nursery() as tasks:
            tasks.start(work(), name="deaf")
            await asyncio.sleep(0)
    assert swallowed == ["once"]
