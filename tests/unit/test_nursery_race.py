"""Work that is done until something else happens."""

import asyncio

import pytest

from backend.nursery import do_until


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
