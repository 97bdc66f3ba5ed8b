"""Two processes over Valkey beside one in memory: the same streams, CPU a token of them all."""

import time
from collections.abc import Callable

from msgspec import Struct

from benchmarks import people, rig, server, services
from benchmarks.load import Batch
from benchmarks.machine import Used, cores, share, used
from benchmarks.report import Row, spread, store
from benchmarks.rig import Window
from benchmarks.server import Server

STREAMS, RATE = 400, 50
SETTLE = 1.0


class Seen(Struct, frozen=True):
    """One pass. `store` is Valkey's own CPU, in µs a token."""

    window: Window
    p99: float
    lost: int
    store: float


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Both, one after the other, in every round."""
    one: list[Seen] = []
    two: list[Seen] = []
    for number in range(1, rounds + 1):
        one.append(_pass(seconds, 1, None))
        with services.valkey_server() as valkey:
            two.append(_pass(seconds, 2, valkey))
        say(
            f"valkey, round {number} of {rounds}: in memory {one[-1].window.micros:.1f} µs, two "
            f"processes {two[-1].window.micros:.1f} µs and Valkey {two[-1].store:.1f} µs a token"
        )
    title = f"{STREAMS} × {RATE}/s: "
    store("valkey", title + "one process, in memory", _rows(one))
    store("valkey", title + "two processes over Valkey", _rows(two))


def _pass(seconds: float, processes: int, valkey: services.Service | None) -> Seen:
    allowed = cores()
    more = {"VALKEY_URL": valkey.url} if valkey else {}
    with (
        rig.running(allowed) as around,
        server.running(around.provider_port, allowed, more, processes) as servers,
    ):
        return _flow(around, servers, seconds, valkey)


def _flow(
    around: rig.Rig, servers: list[Server], seconds: float, valkey: services.Service | None
) -> Seen:
    tokens = int(RATE * (STREAMS / 100 + SETTLE + seconds + 2))
    each = STREAMS // len(servers)
    for number, one in enumerate(servers):
        requests = people.questions(one.port, each, tokens, RATE, first=number * each)
        around.open(Batch(one.port, requests, 100 / len(servers), tokens, people.END_OF_RUN))
    around.until(lambda c: c.begun == STREAMS, 60, "the first tokens")
    time.sleep(SETTLE)
    around.order("forget_delays")
    pids = [one.pid for one in servers]
    before, stored = around.moment(*pids), _used(valkey)
    time.sleep(seconds)
    after, stored_after = around.moment(*pids), _used(valkey)
    around.until(lambda c: c.ended == STREAMS, 60, "the ends")
    last = around.counts()
    window = Window.between(before, after)
    cost = share(stored_after, stored) * window.seconds / max(1, window.tokens) * 1e6
    lost = STREAMS * tokens - last.tokens + last.disordered + STREAMS - last.whole
    return Seen(window, after.counts.delay(0.99), lost, cost)


def _used(valkey: services.Service | None) -> Used:
    return used(valkey.pid) if valkey else Used(0.0, time.monotonic(), 0)


def _rows(passes: list[Seen]) -> list[Row]:
    windows = [p.window for p in passes]
    lost = sum(p.lost for p in passes)
    return [
        Row("tokens a second", spread([w.tokens / w.seconds for w in windows], 0)),
        Row("servers' µs of CPU a token", spread([w.micros for w in windows], 1)),
        Row("Valkey's µs of CPU a token", spread([p.store for p in passes], 1)),
        Row("servers' share of the core", spread([w.share for w in windows], 2)),
        Row("servers' memory, MB", spread([w.rss / 1e6 for w in windows], 0)),
        Row("delay p99, ms", spread([p.p99 for p in passes], 0)),
        Row("tokens lost, doubled or disordered", str(lost), "0", lost == 0),
    ]
