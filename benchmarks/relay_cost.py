"""CPU per relayed token of the run's own path: no sockets, no provider's protocol, no database.

    python -m benchmarks.relay_cost [--runs 400] [--rate 50] [--seconds 10] [--valkey URL [--far]]

A paced source hands each run what has become due since its last read, as a socket would. The
cost of the source and an empty reader alone is measured first and subtracted.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from uuid import uuid4

import uvloop

from backend.db import Cipher
from backend.generation.run.relay import Relay
from backend.generation.run.timer_wheel import TimerWheel
from backend.llm import Done, Event, Text
from backend.nursery import Nursery
from backend.runlog.memory import MemoryLog
from backend.runlog.port import RunLog
from backend.runlog.valkey.log import ValkeyLog

PIECE = Text(" token")
GATHERED = 0.1


class Tally:
    """Tokens that arrived, and events and bytes read."""

    tokens = 0
    chunks = 0
    size = 0


async def source(
    rate: float, seconds: float, start: float, tally: Tally
) -> AsyncGenerator[Sequence[Event], None]:
    """All tokens that are due, at each pull; waits for the next one when none is."""
    given, total = 0, int(rate * seconds)
    loop = asyncio.get_running_loop()
    while given < total:
        due = min(total, int((loop.time() - start) * rate) + 1)
        if due <= given:
            await asyncio.sleep(max(0.0, start + given / rate - loop.time()))
            continue
        batch: list[Event] = [PIECE] * (due - given)
        tally.tokens += len(batch)
        given = due
        yield batch
    yield (Done("stop"),)


async def alone(source: AsyncGenerator[Sequence[Event], None], wheel: TimerWheel) -> None:
    """What the paced source costs without the path under test."""
    async for _ in source:
        await wheel.rotation()


async def read(log: RunLog, run_id: object, tally: Tally) -> None:
    """A reader that only counts."""
    async for chunk in log.follow(run_id, 0):  # type: ignore[arg-type]
        tally.chunks += 1
        tally.size += len(chunk)


async def measure(args: argparse.Namespace, *, path: bool) -> float:
    """Microseconds of CPU per token."""
    tally, wheel = Tally(), TimerWheel()
    async with Nursery() as nursery:
        log: RunLog = (
            ValkeyLog(args.valkey, nursery, uuid4().hex, Cipher(b"k" * 32))
            if args.valkey
            else MemoryLog()
        )
        await log.start()
        far: RunLog = (
            ValkeyLog(args.valkey, nursery, uuid4().hex, Cipher(b"k" * 32)) if args.far else log
        )
        if args.far:
            await far.start()
        begin = asyncio.get_running_loop().time()
        used = time.process_time()
        work = []
        for number in range(args.runs):
            feed = source(args.rate, args.seconds, begin + number / args.runs * GATHERED, tally)
            if not path:
                work.append(nursery.start_task(alone(feed, wheel), name="source"))
                continue
            run_id = uuid4()
            writer = log.open(run_id, lambda: None)

            async def carry(feed=feed, writer=writer) -> None:  # type: ignore[no-untyped-def]
                await Relay(writer, wheel).carry(feed)
                await writer.close()

            work.append(nursery.start_task(carry(), name="run"))
            work.append(nursery.start_task(read(far, run_id, tally), name="reader"))
        await asyncio.gather(*work)
        used = time.process_time() - used
        await far.aclose()
        await log.aclose()
    print(
        f"{'path' if path else 'source alone':12} {used / tally.tokens * 1e6:6.2f} µs/token "
        f"{tally.tokens} tokens, {used / args.seconds:.1%} of a core, {tally.chunks} chunks"
    )
    return used / tally.tokens * 1e6


def main() -> None:
    """Print both figures and their difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--valkey", default="")
    parser.add_argument("--far", action="store_true", help="read through Valkey (same process)")
    args = parser.parse_args()
    alone = uvloop.run(measure(args, path=False))
    whole = uvloop.run(measure(args, path=True))
    print(f"{'own cost':12} {whole - alone:6.2f} µs/token")


if __name__ == "__main__":
    main()
