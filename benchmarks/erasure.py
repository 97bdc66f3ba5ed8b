"""Erasing a person with 100,000 messages: how long it takes, what memory, and what the certificate
counts.

The history is written by another process, so that the memory measured is the erasure's own. It
waits the usual time for other processes to learn of it (`privacy/erasure/service.py`), which is
shown apart.
"""

import multiprocessing
import time
from collections.abc import Callable
from typing import Final

import psutil
import uvloop
from msgspec import Struct

from backend.privacy.erasure.certificate import verify
from backend.privacy.erasure.service import SETTLED_AFTER
from benchmarks import history, rig
from benchmarks.database import FIRST_PERSON, fresh_database, open_container
from benchmarks.machine import cores
from benchmarks.report import Row, store

MOST_MEGABYTES: Final = 100.0


class Erased(Struct):
    """What an erasure took: seconds of work, and megabytes above what the process had before."""

    seconds: float
    megabytes: float
    counted: tuple[tuple[str, int], ...]
    holds: bool


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Once, on SQLite: what it shows is a bound."""
    messages = history.MESSAGES // (1 if seconds >= 8 else 10)
    with fresh_database("SQLite") as url:
        spawn = multiprocessing.get_context("spawn")
        writer = spawn.Process(target=write_history, args=(url, messages))
        writer.start()
        writer.join()
        assert writer.exitcode == 0
        erased = uvloop.run(_erase(url))
    say(f"erasure: {messages:,} messages in {erased.seconds:.2f} s of work, "
        f"{erased.megabytes:.1f} MB above the start; the certificate's signature "
        f"{'holds' if erased.holds else 'does NOT hold'}")  # fmt: skip
    for what, count in erased.counted:
        say(f"erasure: the certificate counts {count:,} {what}")
    rows = [
        Row("seconds of work", f"{erased.seconds:.2f}"),
        Row("seconds of waiting for other processes", f"{SETTLED_AFTER.total_seconds():.0f}"),
        Row.at_most("memory above the start, MB", [erased.megabytes], MOST_MEGABYTES, 1),
    ]
    rows += [Row(f"certificate: {what}", f"{count:,}") for what, count in erased.counted]
    store("erasure", f"erasure of a person with {messages:,} messages", rows)


def write_history(url: str, messages: int) -> None:
    """Give the person so many messages; runs in a process of its own."""
    uvloop.run(_write(url, messages))


async def _write(url: str, messages: int) -> None:
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            await history.fill(container, FIRST_PERSON, messages, messages // history.OF_A_TALK)


async def _erase(url: str) -> Erased:
    process = psutil.Process()
    with rig.running(cores()) as around:
        async with open_container(url, around) as container:
            erasures = container.erasures
            await erasures.ask(FIRST_PERSON, "en")
            await erasures.confirm(FIRST_PERSON)
            start = most = process.memory_info().rss
            began, worked = time.perf_counter(), 0.0
            async for done, total in erasures.carry_out(FIRST_PERSON):
                most = max(most, process.memory_info().rss)
                if done < total:
                    worked = time.perf_counter() - began
            certificate = await erasures.certificate(FIRST_PERSON)
            assert certificate is not None
            found = verify(certificate)
    counted = () if found is None else tuple((x.what, x.count) for x in found.certificate.erased)
    return Erased(worked, (most - start) / 1e6, counted, found is not None)
