"""CPU for each relayed token, beside nginx passing the same bytes in the same round, and beside a
small C program that gathers and relays them as Tanya does."""

import time
from collections.abc import Callable

from msgspec import Struct

from benchmarks import c_relay, nginx, people, rig, server
from benchmarks.load import Batch
from benchmarks.machine import cores
from benchmarks.report import Row, spread, store
from benchmarks.rig import Rig, Window

SETTLE = 1.0
TAIL = 2.0
TRIES = 3
MOST_AT_ONCE = 1.15
"""Tokens that nginx passes on at once while the provider keeps its pace."""


class Load(Struct, frozen=True):
    """How much at once. `target` is times nginx's CPU, `most` of the core."""

    streams: int
    rate: int
    target: float
    most: float | None

    @property
    def name(self) -> str:
        """As it is written."""
        return f"{self.streams} × {self.rate}/s"


LOADS = (Load(400, 50, 1.0, None), Load(800, 50, 0.9, 0.65))


class Passed(Struct, frozen=True):
    """One pass: the middle, when all streams flow; and all of it, from the first request on."""

    middle: Window
    whole: Window
    p50: float
    p99: float
    lost: int
    a_read: float
    """Tokens that the load generator got at once: near 1 of nginx, if the provider kept pace."""


def one_pass(
    rig: Rig, load: Load, target: int, port: int, requests: list[bytes], end: bytes, seconds: float
) -> Passed:
    """Open all streams, measure in the middle, and wait for the ends."""
    a_second = load.streams / 4
    tokens = _tokens(load, seconds)
    rig.order("reset")
    begin = rig.moment(target)
    rig.open(Batch(port, requests, a_second, tokens, end))
    rig.until(lambda c: c.begun == load.streams, 60, "first tokens")
    time.sleep(SETTLE)
    rig.order("forget_delays")
    before = rig.moment(target)
    time.sleep(seconds)
    after = rig.moment(target)
    rig.until(lambda c: c.ended == load.streams, 120, "ends")
    time.sleep(1.0)  # titles
    last = rig.moment(target)
    counts = last.counts
    lost = load.streams * tokens - counts.tokens + counts.disordered + load.streams - counts.whole
    return Passed(
        Window.between(before, after),
        Window.between(begin, last),
        after.counts.delay(0.5),
        after.counts.delay(0.99),
        lost,
        (after.counts.tokens - before.counts.tokens) / (after.counts.reads - before.counts.reads),
    )


def _tokens(load: Load, seconds: float) -> int:
    return int(load.rate * (4 + SETTLE + seconds + TAIL))


class Round(Struct, frozen=True):
    """One pass of each, one after the other; `c` is None where there is no C compiler."""

    ours: Passed
    nginx: Passed
    c: Passed | None


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Both loads, `rounds` times: Tanya, nginx and the C relay in turn, on the same core."""
    if c_relay.compiler() is None:
        say("relay: no C compiler (`cc`) on PATH, so the C relay is left out")
    for load in LOADS:
        done: list[Round] = []
        for number in range(1, rounds + 1):
            say(f"relay {load.name}, round {number} of {rounds}: Tanya, nginx, the C relay")
            done.append(_round(load, seconds, say))
        store("relay", load.name, _rows(load, done))


def _round(load: Load, seconds: float, say: Callable[[str], None]) -> Round:
    """One pass of each; again if the provider was held up by something else.

    nginx then gets several tokens at once, which no provider sends, and is cheaper than it is.
    """
    for _ in range(TRIES):
        ours, theirs = _tanya(load, seconds), _nginx(load, seconds)
        done = Round(ours, theirs, _c_relay(load, seconds) if c_relay.compiler() else None)
        say(_line(ours, theirs))
        if done.c is not None:
            say(f"  the C relay {done.c.middle.micros:.1f} µs; lost {done.c.lost}")
        if theirs.a_read <= MOST_AT_ONCE:
            break
        say("  the machine was too busy for the provider to keep its pace: again")
    return done


def _tanya(load: Load, seconds: float) -> Passed:
    allowed = cores()
    tokens = _tokens(load, seconds)
    with rig.running(allowed) as around, server.running(around.provider_port, allowed) as [one]:
        requests = people.questions(one.port, load.streams, tokens, load.rate)
        return one_pass(around, load, one.pid, one.port, requests, people.END_OF_RUN, seconds)


def _nginx(load: Load, seconds: float) -> Passed:
    allowed = cores()
    with rig.running(allowed) as around, nginx.running(around.provider_port, allowed) as one:
        requests = [people.direct(_tokens(load, seconds), load.rate)] * load.streams
        return one_pass(around, load, one.pid, one.port, requests, people.END_OF_ANSWER, seconds)


def _c_relay(load: Load, seconds: float) -> Passed:
    allowed = cores()
    with rig.running(allowed) as around, c_relay.running(around.provider_port, allowed) as one:
        requests = [people.direct(_tokens(load, seconds), load.rate)] * load.streams
        return one_pass(around, load, one.pid, one.port, requests, people.END_OF_ANSWER, seconds)


def _line(ours: Passed, theirs: Passed) -> str:
    return (
        f"  Tanya {ours.middle.micros:.1f} µs ({ours.whole.micros:.1f} with starts and ends), "
        f"nginx {theirs.middle.micros:.1f} µs a token: "
        f"{ours.middle.micros / theirs.middle.micros:.2f} × "
        f"({ours.whole.micros / theirs.whole.micros:.2f} ×); core {ours.middle.share:.0%}; "
        f"nginx {theirs.middle.share:.0%}; p50 {ours.p50} p99 {ours.p99} ms; lost {ours.lost}; "
        f"provider {ours.middle.provider_share:.0%}, load {ours.middle.load_share:.0%} "
        f"a read {ours.a_read:.1f}, {theirs.a_read:.2f} "
        f"(nginx: {theirs.middle.provider_share:.0%}, {theirs.middle.load_share:.0%})"
    )


def _rows(load: Load, done: list[Round]) -> list[Row]:
    ours, theirs = [one.ours for one in done], [one.nginx for one in done]
    ratios = [one.ours.middle.micros / one.nginx.middle.micros for one in done]
    whole = [one.ours.whole.micros / one.nginx.whole.micros for one in done]
    shares = [o.middle.share for o in ours]
    share = "Tanya's share of the core"
    rows = [
        Row("Tanya, µs of CPU a token", spread([o.middle.micros for o in ours], 1)),
        Row("nginx, µs of CPU a token", spread([t.middle.micros for t in theirs], 1)),
        Row.at_most("ratio", ratios, load.target, 2),
        Row("ratio with starts, ends and titles", spread(whole, 2)),
        *_beside_c(done),
        Row.at_most(share, shares, load.most, 2) if load.most else Row(share, spread(shares, 2)),
        Row("nginx's share of the core", spread([t.middle.share for t in theirs], 2)),
        Row("tokens that nginx passed on at once", spread([t.a_read for t in theirs], 2)),
        Row("Tanya's memory, MB", spread([o.middle.rss / 1e6 for o in ours], 0)),
        Row("delay p50 / p99, ms", f"{spread([o.p50 for o in ours], 0)} / "
            f"{spread([o.p99 for o in ours], 0)}"),
        Row("tokens lost, doubled or disordered", str(sum(o.lost for o in ours)), "0",
            not any(o.lost for o in ours)),
        Row("provider's and load generator's shares of theirs",
            f"{spread([o.middle.provider_share for o in ours], 2)}, "
            f"{spread([o.middle.load_share for o in ours], 2)}"),
    ]  # fmt: skip
    return rows


def _beside_c(done: list[Round]) -> list[Row]:
    pairs = [(one.ours, one.c) for one in done if one.c is not None]
    if not pairs:
        return []
    ratios = [ours.middle.micros / c.middle.micros for ours, c in pairs]
    return [
        Row("C relay, µs of CPU a token", spread([c.middle.micros for _, c in pairs], 1)),
        Row("ratio beside the C relay", spread(ratios, 2)),
    ]
