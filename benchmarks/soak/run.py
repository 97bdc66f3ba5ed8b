"""The soak itself: people come and go, something breaks at each interval, memory is watched."""

import asyncio
import itertools
import random
import statistics
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct

from backend.nursery import Nursery
from benchmarks.soak.faults import FAULTS
from benchmarks.soak.judge import Verdict, judge
from benchmarks.soak.people import EXTRAS, Visit, Visitor
from benchmarks.soak.stage import Stage

SAMPLE_SECONDS: Final = 2.0
MOST_GROWTH: Final = 1.15
DISAPPOINTED_SECONDS: Final = (10.0, 30.0)
"""After an answer that failed the next one comes later: nobody asks a provider that is away all the
time."""
LEAST_SAMPLES: Final = 100
"""Fewer samples of memory than this say nothing about a trend."""


class Plan(Struct, frozen=True):
    """`people` are there at once, for `seconds` and until every fault has come once; something
    breaks each `every` seconds; the share `extras` of them uploads, and pays."""

    seconds: float
    people: int
    every: float
    seed: int = 1
    extras: float = EXTRAS


class Outcome(Struct):
    """What became of it. `faults` in their order; memory in bytes, of the web process that lives
    through all of it, with the median of the second and the last quarter; `streams`, how many were
    read, at the same moments."""

    verdict: Verdict
    visits: list[Visit]
    faults: list[str]
    samples: list[int]
    streams: list[int]

    @property
    def quarters(self) -> tuple[float, float]:
        """The memory after warming up and at the end."""
        quarter = max(1, len(self.samples) // 4)
        middle = self.samples[quarter : 2 * quarter] or self.samples
        return statistics.median(middle), statistics.median(self.samples[-quarter:])

    @property
    def level(self) -> bool | None:
        """Whether memory stays; None if the run was too short to say."""
        early, late = self.quarters
        return None if len(self.samples) < LEAST_SAMPLES else late <= early * MOST_GROWTH

    @property
    def well(self) -> bool:
        """Whether nothing was lost and memory stays."""
        return not self.verdict.lost and self.level is not False


async def soak(stage: Stage, plan: Plan, say: Callable[[str], None]) -> Outcome:
    """Let people come until the time is over, see them all to their end, and judge."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    numbers, chance = itertools.count(), random.Random(plan.seed)
    visits, samples, streams, faults = list[Visit](), list[int](), list[int](), list[str]()

    def goes_on() -> bool:
        return loop.time() < begun + plan.seconds or len(faults) < len(FAULTS)

    async def seat() -> None:
        while True:
            await stage.doors.acquire()
            if not goes_on():
                stage.doors.release()
                return
            number, seated = next(numbers), stage.doors.release
            visitor = Visitor(stage, number, random.Random(number), plan.extras, seated)
            visits.append(await visitor.come())
            if visits[-1].state == "failed":
                await asyncio.sleep(random.uniform(*DISAPPOINTED_SECONDS))

    async def watch() -> None:
        while True:
            samples.append(stage.webs[0].resident)
            streams.append(stage.streams)
            await asyncio.sleep(SAMPLE_SECONDS)

    async def break_things() -> None:
        order = itertools.cycle(FAULTS.items())
        while goes_on():
            await asyncio.sleep(plan.every * chance.uniform(0.9, 1.1))
            name, fault = next(order)
            read = stage.streams
            await fault(stage)
            faults.append(name)
            memory = samples[-1] if samples else 0
            say(_minute(loop.time() - begun, name, read, visits, memory))

    async with Nursery() as nursery:
        nursery.start_task(watch(), name="memory")
        breaking = nursery.start_task(break_things(), name="faults")
        await asyncio.gather(*(seat() for _ in range(plan.people)))
        await breaking
    at = (loop.time() - begun) / 60
    say(f"{at:5.1f} min  everybody has gone; {len(visits)} visits are compared")
    return Outcome(await judge(stage, visits), visits, faults, samples, streams)


def _minute(at: float, fault: str, streams: int, visits: Sequence[Visit], memory: int) -> str:
    """What was so far; `streams` were being read when the fault came."""
    complete = sum(one.state == "complete" for one in visits)
    early = sum(one.state not in ("", "complete") for one in visits)
    paid = sum(one.paid for one in visits)
    return (
        f"{at / 60:5.1f} min  {fault:<18}  {streams:>5} streams, {len(visits)} visits, "
        f"{complete} complete, "
        f"{early} ended early, {paid} paid, {memory / 2**20:.0f} MB"
    )
