"""The machine: which processor core does what, and what a process has used of it."""

import os
import platform
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Final

import psutil
from msgspec import Struct

OUT: Final = Path(__file__).with_name("out")
"""Everything the bench makes; not kept in git."""


NICE: Final = -10


class Cores(Struct, frozen=True):
    """The server (or nginx) has one core to itself; all else shares the others."""

    server: frozenset[int]
    rest: frozenset[int]

    @property
    def all(self) -> frozenset[int]:
        """Every core."""
        return self.server | self.rest


class Used(Struct, frozen=True):
    """What a process had used at a moment: CPU seconds, wall clock, and memory now (bytes)."""

    cpu: float
    at: float
    rss: int

    def since(self, before: "Used") -> tuple[float, float]:
        """CPU seconds and wall seconds between two moments."""
        return self.cpu - before.cpu, self.at - before.at


@cache
def cores() -> Cores:
    """The lowest core for the server, the rest for the rest; one core only serves for both."""
    if not hasattr(os, "sched_getaffinity"):
        return Cores(frozenset(), frozenset())
    first, *others = sorted(os.sched_getaffinity(0))
    return Cores(frozenset({first}), frozenset(others or [first]))


def pin(pid: int, wanted: frozenset[int]) -> None:
    """Keep a process and its future threads on these cores, where the system can."""
    if wanted and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, wanted)


@contextmanager
def preferred() -> Iterator[None]:
    """Ask for more than an equal share meanwhile, so that other programs disturb less.

    For this process and its children; only where the system lets us. Linux may weigh sessions
    (autogroups) before it weighs processes, so both are asked for.
    """
    group = Path("/proc/self/autogroup")
    with suppress(OSError, psutil.AccessDenied):
        psutil.Process().nice(NICE)
        group.write_text(str(NICE))
    try:
        yield
    finally:
        with suppress(OSError):
            group.write_text("0")


def used(*pids: int) -> Used:
    """What processes have used together until now, system time included."""
    cpu, memory = 0.0, 0
    for pid in pids:
        process = psutil.Process(pid)
        times = process.cpu_times()
        cpu += times.user + times.system
        memory += process.memory_info().rss
    return Used(cpu, time.monotonic(), memory)


def share(after: Used, before: Used) -> float:
    """The share of one core that a process had between two moments."""
    cpu, wall = after.since(before)
    return cpu / wall if wall else 0.0


def described() -> str:
    """The machine in one line, without naming it."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), model)
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} × {model}, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def load_average() -> float:
    """Runnable processes in the last minute: what else was going on."""
    return os.getloadavg()[0]


def revision() -> str:
    """The commit that is measured; empty outside of a repository."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=OUT.parent)
    return done.stdout.strip()
