"""How large SQLite's write-ahead log grows while chats begin without a pause.

The log is looked at four times a second. An hour's worth is 18,000 chats, five a second, asked as
fast as this process takes them. Before writers were held up for a moment, 20,800 chats
left a log of 2,260 MB.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator

import uvloop
from msgspec import Struct

from backend.container import Container
from backend.uuid7 import uuid7
from benchmarks import rig
from benchmarks.database import (
    AT_ONCE,
    FIRST_PERSON,
    agree_all,
    fresh_database,
    open_container,
    take_turn,
)
from benchmarks.machine import cores
from benchmarks.report import Row, store

CHATS = 18_000
MOST_MEGABYTES = 32.0
LOOK_SECONDS = 0.25


class Sizes(Struct):
    """What was seen of one run; sizes in megabytes."""

    chats_per_second: float
    longest_log: float
    log_afterwards: float
    database: float


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Once, however many rounds are asked for: it is a bound, not a mean."""
    count = CHATS if seconds >= 8 else CHATS // 10
    with fresh_database("SQLite") as url:
        sizes = uvloop.run(_run(url, count))
    say(
        f"log size: {count} chats at {sizes.chats_per_second:.0f}/s, the log at most "
        f"{sizes.longest_log:.1f} MB beside {sizes.database:.0f} MB"
    )
    store(
        "log_size",
        f"SQLite's log under {count:,} new chats",
        [
            Row.at_most("longest, MB", [sizes.longest_log], MOST_MEGABYTES, 1),
            Row("three seconds later, MB", f"{sizes.log_afterwards:.1f}"),
            Row("the database itself, MB", f"{sizes.database:.0f}"),
            Row("new chats a second", f"{sizes.chats_per_second:.0f}"),
        ],
    )


async def _run(url: str, count: int) -> Sizes:
    path = url.removeprefix("sqlite:///")
    longest = 0.0

    async def look() -> None:
        nonlocal longest
        longest = max(longest, _megabytes(f"{path}-wal"))

    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            container.database.keep_checkpointing(container.nursery)
            container.nursery.repeat(look, name="bench-look", every=LOOK_SECONDS)
            started = time.monotonic()
            people = iter(range(FIRST_PERSON, FIRST_PERSON + count))
            await asyncio.gather(*(_ask_each(container, people) for _ in range(AT_ONCE)))
            took = time.monotonic() - started
            await look()
            await asyncio.sleep(3)
            afterwards = _megabytes(f"{path}-wal")
            return Sizes(count / took, longest, afterwards, _megabytes(path))


async def _ask_each(container: Container, people: Iterator[int]) -> None:
    for person in people:
        await agree_all(container, person)
        await take_turn(container, person, uuid7(), None)


def _megabytes(path: str) -> float:
    return os.stat(path).st_size / 1e6 if os.path.exists(path) else 0.0
