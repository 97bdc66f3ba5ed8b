"""Background tasks end when the nursery closes."""

import asyncio
from contextlib import suppress

import pytest

from backend import nursery
from backend.errors import StorageFull
from backend.nursery import Nursery
from tests.fixtures.generation import until


async def test_a_task_whose_cancellation_got_lost_is_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Closing ends even a task in which a library swallowed the first cancellation."""
    monkeypatch.setattr(nursery, "PATIENCE_SECONDS", 0.01)
    swallowed: list[str] = []

    async def work() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        swallowed.append("once")
        await asyncio.Event().wait()

    async with asyncio.timeout(30):
        async with Nursery() as tasks:
            tasks.start_task(work(), name="deaf")
            await asyncio.sleep(0)
    assert swallowed == ["once"]


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        OSError(28, "x"),
        StorageFull(),
        asyncio.CancelledError(),
        StopAsyncIteration(),
    ],
)
async def test_a_repeated_task_survives_whatever_a_turn_raises(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    """A repeated task goes on after any exception, and after a cancellation from elsewhere."""
    monkeypatch.setattr(nursery, "RETRY_SECONDS", 0.0)
    turns = 0
    enough = asyncio.Event()

    async def turn() -> None:
        nonlocal turns
        turns += 1
        if turns > 3:
            enough.set()
        else:
            raise error

    async with asyncio.timeout(30), Nursery() as tasks:
        tasks.repeat(turn, name="tried", every=0.0)
        await enough.wait()


async def test_a_task_that_keeps_failing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readiness lists a task that fails repeatedly, until it succeeds once."""
    monkeypatch.setattr(nursery, "RETRY_SECONDS", 0.0)
    broken, mended = True, asyncio.Event()

    async def turn() -> None:
        if broken:
            raise ValueError
        mended.set()

    async with asyncio.timeout(30), Nursery() as tasks:
        tasks.repeat(turn, name="broken", every=0.0)
        await until(tasks.failing)
        assert tasks.failing() == ["broken"]
        broken = False
        await mended.wait()
        await asyncio.sleep(0)
        assert tasks.failing() == []


async def test_a_repeated_task_ends_with_the_nursery() -> None:
    """Closing ends a repeated task both while it runs and while it waits."""
    async with asyncio.timeout(30):
        for every in (0.0, 3600.0):
            async with Nursery() as tasks:
                task = tasks.repeat(asyncio.Event().wait if not every else _nothing,
                                    name="endless", every=every)  # fmt: skip
                await asyncio.sleep(0)
            assert task.cancelled()


async def _nothing() -> None: ...
