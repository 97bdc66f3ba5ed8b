"""Many slow streams in one process: from one to as many as the machine's limit lets open."""

import resource
import time
from collections.abc import Callable

from msgspec import Struct

from benchmarks import people, rig, server
from benchmarks.load import Batch
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store
from benchmarks.rig import Rig, Window

COUNTS = (1, 100, 1000, 9500)
A_SECOND = 150.0
SPARE = 1000
"""Descriptors that are not streams'; each stream takes two of the server's."""


class Seen(Struct, frozen=True):
    """One pass over so many streams."""

    window: Window
    p50: float
    p99: float
    lost: int
    memory: int
    """While all are open, in bytes."""
    ended: int
    """Once all have ended; their logs linger for readers who come back."""
    empty: int
    """Before the first stream."""


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Every count; the greatest one in `rounds` rounds, the others once."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    greatest = min(COUNTS[-1], (limit - SPARE) // 2)
    counts = [*(n for n in COUNTS if n < greatest), greatest]
    for count in counts if seconds >= 8 else counts[:-1]:
        passes: list[Seen] = []
        for number in range(1, (rounds if count == greatest else 1) + 1):
            passes.append(_one_pass(count, max(seconds, 10.0)))
            say(
                f"{count} streams of 1 token/s, round {number}: "
                f"{passes[-1].window.micros:.0f} µs a token, core {passes[-1].window.share:.0%}, "
                f"p50 {passes[-1].p50} p99 {passes[-1].p99} ms, "
                f"{passes[-1].memory / 1e6:.0f} MB ({passes[-1].empty / 1e6:.0f} before, "
                f"{passes[-1].ended / 1e6:.0f} after), "
                f"lost {passes[-1].lost}"
            )
        store("streams", f"{count} streams of 1 token/s", _rows(passes, count == greatest))


def _one_pass(count: int, seconds: float) -> Seen:
    allowed = cores()
    opening = count / A_SECOND
    tokens = int(opening * 1.3 + seconds + 8)
    with rig.running(allowed) as around, server.running(around.provider_port, allowed) as [one]:
        requests = people.questions(one.port, count, tokens, 1)
        empty = around.moment(one.pid).target.rss
        around.open(Batch(one.port, requests, A_SECOND, tokens, people.END_OF_RUN))
        around.until(lambda c: c.begun == count, opening * 2 + 30, "the first tokens")
        time.sleep(2)
        return _window(around, one.pid, count, tokens, seconds, empty)


def _window(around: Rig, pid: int, count: int, tokens: int, seconds: float, empty: int) -> Seen:
    around.order("forget_delays")
    before = around.moment(pid)
    time.sleep(seconds)
    after = around.moment(pid)
    around.until(lambda c: c.ended == count, tokens + 60, "the ends")
    last = around.moment(pid)
    lost = count * tokens - last.counts.tokens + last.counts.disordered + count - last.counts.whole
    return Seen(
        Window.between(before, after),
        after.counts.delay(0.5),
        after.counts.delay(0.99),
        lost,
        after.target.rss,
        last.target.rss,
        empty,
    )


def _rows(passes: list[Seen], judged: bool) -> list[Row]:
    delays = [p.p99 for p in passes]
    memory = [max(p.memory, p.ended) / 1e6 for p in passes]
    lost = sum(p.lost for p in passes)
    return [
        Row("tokens lost, doubled or disordered", str(lost), "0", lost == 0),
        Row.at_most("delay p99, ms", delays, 50.0, 1),
        Row("delay p50, ms", spread([p.p50 for p in passes], 1)),
        Row.at_most("memory, MB", memory, 380.0, 0) if judged
        else Row("memory, MB", spread(memory, 0)),
        Row("memory before the first stream, MB", spread([p.empty / 1e6 for p in passes], 0)),
        Row("µs of CPU a token", spread([p.window.micros for p in passes], 0)),
        Row("share of the core", spread([p.window.share for p in passes], 2)),
        Row("provider's and load generator's shares",
            f"{spread([p.window.provider_share for p in passes], 2)}, "
            f"{spread([p.window.load_share for p in passes], 2)}"),
    ]  # fmt: skip
