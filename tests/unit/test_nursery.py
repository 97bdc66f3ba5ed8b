"""Background tasks: work that is done until something else happens, and ends for certain."""

import asyncio
from contextlib import suppress

import pytest

from backend import nursery
from backend.nursery import Nursery, do_until


async def test_work_is_cancelled_when_it_is_over() -> None:
    """What is watched for ends the work, which cleans up; the caller goes on."""
    happened = asyncio.Event()
    seen: list[str] = []

    async def work() -> None:
        try:
            happened.set()
            await asyncio.Event().wait()
        finally:
            seen.append("cleaned up")

    async with asyncio.timeout(2):
        await do_until(work(), happened.wait())  # type: ignore[arg-type]
    assert seen == ["cleaned up"]


async def test_work_that_ends_first_ends_the_watch() -> None:
    """Nothing is left that watches, and errors are the work's own, in a group."""
    before = asyncio.all_tasks()

    async def fails() -> None:
        raise ZeroDivisionError

    async with asyncio.timeout(2):
        await do_until(asyncio.sleep(0), asyncio.Event().wait())  # type: ignore[arg-type]
        with pytest.raises(ExceptionGroup) as caught:
            await do_until(fails(), asyncio.Event().wait())  # type: ignore[arg-type]
    assert caught.group_contains(ZeroDivisionError)
    assert asyncio.all_tasks() == before


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

    async with asyncio.timeout(2):
        async with Nursery() as tasks:
            tasks.start(work(), name="deaf")
            await asyncio.sleep(0)
    assert swallowed == ["once"]
