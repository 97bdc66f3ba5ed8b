"""The watchdog of the event loop: real code that holds it, and real code that does not."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from backend.watchdog import LoopWatchdog


@pytest.fixture
async def lines(small_heap: None) -> AsyncIterator[list[Any]]:
    """What is logged while a watchdog watches the test's loop."""
    watchdog = LoopWatchdog()
    with capture_logs() as found:
        watchdog.start()
        await asyncio.sleep(0.1)
        yield found
        watchdog.stop()


def sleep_on_the_loop() -> None:
    """Blocks, as a file or a resolver does."""
    time.sleep(0.6)


def compute_on_the_loop() -> None:
    """Computes, as a regular expression gone wrong does."""
    end = time.thread_time() + 0.6
    while time.thread_time() < end:
        sum(range(1000))


@pytest.mark.parametrize("hold", [sleep_on_the_loop, compute_on_the_loop])
async def test_what_holds_the_loop_is_named(lines: list[Any], hold: Any) -> None:
    """One line for each time, with how long and the stack of the code that held it."""
    hold()
    await asyncio.sleep(0.1)
    (line,) = [line for line in lines if line["event"] == "loop_held"]
    assert line["ms"] >= 100
    assert hold.__name__ in line["stack"]


async def test_each_hold_is_told_once(lines: list[Any]) -> None:
    """Two holds are two lines, however long each is."""
    for _ in range(2):
        sleep_on_the_loop()
        await asyncio.sleep(0.2)
    assert len([line for line in lines if line["event"] == "loop_held"]) == 2


async def test_a_busy_loop_that_takes_turns_is_no_hold(lines: list[Any]) -> None:
    """Work in thousands of short steps lets other tasks run, and is not logged."""
    for _ in range(3000):
        sum(range(2000))
        await asyncio.sleep(0)
    assert [line for line in lines if line["event"] == "loop_held"] == []
