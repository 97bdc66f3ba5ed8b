"""What suggested replies cost beside the chat that they follow: CPU of this process.

Both run through the whole room of generation, without the web: a new chat of twenty tokens with its
title, then the replies to its answer, made by the same provider.
"""

import asyncio
import time
from collections.abc import Callable

import structlog
import uvloop
from msgspec import Struct

from backend.uuid7 import uuid7
from benchmarks import rig
from benchmarks.database import (
    FIRST_PERSON,
    agree_all,
    fresh_database,
    open_container,
    take_turn,
)
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store

CHATS = 60
WARM = 10
MOST_TIMES = 0.3
TITLE_SECONDS = 0.25


class Costs(Struct, frozen=True):
    """Milliseconds of CPU."""

    chat: float
    replies: float


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """On SQLite."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger("error"))
    found: list[Costs] = []
    for number in range(1, rounds + 1):
        with fresh_database("SQLite") as url:
            found.append(uvloop.run(_run(url, CHATS if seconds >= 8 else CHATS // 3)))
        one = found[-1]
        say(
            f"suggestions, round {number}: a chat {one.chat:.1f} ms of CPU, its suggested replies "
            f"{one.replies:.1f}"
        )
    times = [one.replies / one.chat for one in found]
    rows = [
        Row("a chat with its title, ms of CPU", spread([one.chat for one in found], 1)),
        Row("its suggested replies, ms of CPU", spread([one.replies for one in found], 1)),
        Row.at_most("beside each other", times, MOST_TIMES, 2),
    ]
    store("suggestions", "suggested replies beside the chat", rows)


async def _run(url: str, count: int) -> Costs:
    chat = replies = 0.0
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            await agree_all(container, *range(FIRST_PERSON, FIRST_PERSON + WARM + count))
            for number in range(WARM + count):  # the first ones compile statements
                person = FIRST_PERSON + number
                began = time.process_time()
                answer = await take_turn(container, person, uuid7(), None)
                await asyncio.sleep(TITLE_SECONDS)
                between = time.process_time()
                await container.suggester.of(person, answer)
                if number >= WARM:
                    chat += between - began
                    replies += time.process_time() - between
    return Costs(chat / count * 1e3, replies / count * 1e3)
