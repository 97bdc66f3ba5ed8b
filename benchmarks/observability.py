"""What it costs to watch a server: `/metrics` read every five seconds, traces and metrics sent to a
collector, the whole log.

A watched server and one that is not run at the same time on one core, each with half of the
streams, so that whatever else the machine does slows both alike. Which of the two comes first
matters (up to 4 %), so a round is both orders, and its ratio their geometric mean. Two servers that
nobody watches say how far the figures can be trusted, and each part alone says what it costs
(`PARTS`).
"""

import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import geometric_mean
from time import sleep
from typing import Final

from msgspec import Struct

from benchmarks import people, rig, server
from benchmarks.load import Batch
from benchmarks.machine import Cores, cores, pin
from benchmarks.report import Row, spread, store

TOKEN: Final = "a-token-for-measuring"
STREAMS: Final = 200
RATE: Final = 50
OPENED_A_SECOND: Final = 50
SETTLE: Final = 6.0
"""Longer than the five seconds after which the spans of the last questions leave."""
MOST: Final = 1.03
"""What all of it may cost, times a server that is not watched."""
QUIET: Final = {"LOG_LEVEL": "error"}
LOUD: Final = {"LOG_LEVEL": "info"}
READ: Final = {"METRICS_TOKEN": TOKEN}
NO_METRICS: Final = {"OTEL_METRICS_EXPORTER": "none"}
NO_TRACES: Final = {"OTEL_TRACES_SAMPLER": "always_off"}


class Part(Struct, frozen=True):
    """What of it is on: settings, and whether `/metrics` is read and a collector is named."""

    name: str
    settings: Mapping[str, str]
    scraped: bool = False
    collected: bool = False


ALL: Final = Part("all of it", LOUD | READ, scraped=True, collected=True)
PARTS: Final = (
    Part("nothing, twice", QUIET),
    Part("the log", LOUD),
    Part("/metrics", QUIET | READ, scraped=True),
    Part("traces", QUIET | NO_METRICS, collected=True),
    Part("sent metrics", QUIET | NO_TRACES, collected=True),
    ALL,
)


class Cost(Struct, frozen=True):
    """Microseconds of CPU a token of one server: while all streams flow, and with their starts,
    ends and titles; and how much of the first was not the loop's thread."""

    middle: float
    whole: float
    beside: float


class Round(Struct, frozen=True):
    """A watched server's costs times those of one that is not; and how much a token costs in other
    threads than the loop's, in microseconds."""

    plain: float
    middle: float
    whole: float
    beside: float


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """Each part beside a server that nobody watches, `rounds` times."""
    rows: list[Row] = []
    for part in PARTS:
        found: list[Round] = []
        for _ in range(rounds):
            pairs = [_pair(part, seconds, swapped=swapped) for swapped in (False, True)]
            found.append(one := _round(pairs))
            say(
                f"observability, {part.name}: {one.middle:.3f}, with starts and ends "
                f"{one.whole:.3f}; {one.plain:.1f} µs a token without it, {one.beside:.2f} of it "
                f"in other threads with it"
            )
        rows += _rows(part, found)
    store("observability", f"two servers, {STREAMS} × {RATE}/s each", rows)


def _round(pairs: list[tuple[Cost, Cost]]) -> Round:
    return Round(
        plain=geometric_mean(plain.middle for plain, _ in pairs),
        middle=geometric_mean(seen.middle / plain.middle for plain, seen in pairs),
        whole=geometric_mean(seen.whole / plain.whole for plain, seen in pairs),
        beside=geometric_mean(seen.beside for _, seen in pairs),
    )


def _rows(part: Part, found: list[Round]) -> list[Row]:
    middle, whole = [one.middle for one in found], [one.whole for one in found]
    if part is ALL:
        return [
            Row.at_most(part.name, middle, MOST, 3),
            Row.at_most(f"{part.name}, with starts and ends", whole, MOST, 3),
            Row("nothing, µs of CPU a token", spread([one.plain for one in found], 1)),
        ]
    return [
        Row(part.name, spread(middle, 3)),
        Row(f"{part.name}, with starts and ends", spread(whole, 3)),
    ]


def _pair(part: Part, seconds: float, *, swapped: bool) -> tuple[Cost, Cost]:
    """The costs of a server that nobody watches, and of one that is watched."""
    allowed = cores()
    pin(0, allowed.rest)  # what reads and collects is not to stand in the servers' way
    with ExitStack() as stack:
        more = dict(part.settings)
        if part.collected:
            more["OTEL_EXPORTER_OTLP_ENDPOINT"] = stack.enter_context(_collector())
        both = [QUIET, more][:: -1 if swapped else 1]
        sides = [_Side(stack, allowed, one) for one in both]
        watched = sides[0 if swapped else 1]
        stack.enter_context(_scraping(watched.port if part.scraped else None))
        costs = _measured(sides, seconds)
    first, second = costs
    return (second, first) if swapped else (first, second)


class _Side:
    """A server with a provider and readers of its own."""

    def __init__(self, stack: ExitStack, allowed: Cores, settings: Mapping[str, str]) -> None:
        self.rig = stack.enter_context(rig.running(allowed))
        running = server.running(self.rig.provider_port, allowed, settings)
        [one] = stack.enter_context(running)
        self.port, self.pid = one.port, one.pid

    def open(self, seconds: float) -> None:
        """Have everybody ask; returns at once."""
        tokens = int(RATE * (2 * STREAMS / OPENED_A_SECOND + SETTLE + seconds))
        requests = people.questions(self.port, STREAMS, tokens, RATE)
        self.batch = Batch(self.port, requests, OPENED_A_SECOND, tokens, people.END_OF_RUN)

    def begin(self) -> None:
        """Send what `open` has made ready."""
        self.rig.open(self.batch)

    def reach(self, state: str) -> None:
        """Wait until all streams are `begun` or `ended`."""
        self.rig.until(lambda counts: getattr(counts, state) == STREAMS, 120, state)

    def now(self) -> tuple[int, int, int]:
        """Tokens read, and nanoseconds of CPU of the loop's thread and of the others."""
        own = other = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with suppress(OSError):  # it has just ended
                used = int((task / "schedstat").read_text().split()[0])
                if int(task.name) == self.pid:
                    own += used
                else:
                    other += used
        return self.rig.counts().tokens, own, other


def _measured(sides: list[_Side], seconds: float) -> list[Cost]:
    for side in sides:
        side.open(seconds)
    before = [side.now() for side in sides]
    for side in sides:
        side.begin()
    for side in sides:
        side.reach("begun")
    sleep(SETTLE)
    early = [side.now() for side in sides]
    sleep(seconds)
    late = [side.now() for side in sides]
    for side in sides:
        side.reach("ended")
    sleep(SETTLE)  # titles, and the spans of the answers
    after = [side.now() for side in sides]
    return [_cost(*moments) for moments in zip(before, early, late, after, strict=True)]


def _cost(
    before: tuple[int, int, int],
    early: tuple[int, int, int],
    late: tuple[int, int, int],
    after: tuple[int, int, int],
) -> Cost:
    tokens, own, other = (there - here for here, there in zip(early, late, strict=True))
    all_tokens, all_own, all_other = (
        there - here for here, there in zip(before, after, strict=True)
    )
    return Cost(
        middle=(own + other) / tokens / 1000,
        whole=(all_own + all_other) / all_tokens / 1000,
        beside=other / tokens / 1000,
    )


@contextmanager
def _scraping(port: int | None) -> Iterator[None]:
    """Read /metrics every five seconds, three times as often as Prometheus by default."""
    over = threading.Event()

    def read() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers=headers)
        while not over.wait(5.0):
            with suppress(OSError), urllib.request.urlopen(request, timeout=5) as answer:
                answer.read()

    reader = threading.Thread(target=read, daemon=True)
    if port is not None:
        reader.start()
    try:
        yield
    finally:
        over.set()


class _Collector(BaseHTTPRequestHandler):
    """Accepts every trace and metric and drops it."""

    def do_POST(self) -> None:
        """See BaseHTTPRequestHandler."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def _collector() -> Iterator[str]:
    """A collector's address."""
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Collector)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}"
    finally:
        listening.shutdown()
        listening.server_close()
