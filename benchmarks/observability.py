"""CPU a token without and with full observability: `/metrics` read every five seconds, traces of
every request and answer sent to a collector, the whole log.
"""

import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from benchmarks import people, rig, server
from benchmarks.machine import cores
from benchmarks.relay import Load, Passed, one_pass
from benchmarks.report import Row, spread, store

TOKEN: Final = "a-token-for-measuring"
LOAD: Final = Load(400, 50, 1.0, None)
MOST: Final = 1.03
"""What all of it may cost, times a server that is not watched."""
QUIET: Final = {"LOG_LEVEL": "error"}


def measure(rounds: int, seconds: float, say: Callable[[str], None]) -> None:
    """In each round without it first, then with it."""
    blind: list[float] = []
    watched: list[float] = []
    for number in range(1, rounds + 1):
        blind.append(_pass(QUIET, seconds, scrape=False).middle.micros)
        with _collector() as endpoint:
            seen = {"METRICS_TOKEN": TOKEN, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
            watched.append(_pass(seen, seconds, scrape=True).middle.micros)
        say(
            f"observability, round {number} of {rounds}: {blind[-1]:.1f} µs a token unseen, "
            f"{watched[-1]:.1f} seen"
        )
    ratios = [there / here for here, there in zip(blind, watched, strict=True)]
    rows = [
        Row("unseen, µs of CPU a token", spread(blind, 1)),
        Row("seen, µs of CPU a token", spread(watched, 1)),
        Row.at_most("ratio", ratios, MOST, 3),
    ]
    store("observability", LOAD.name, rows)


def _pass(more: Mapping[str, str], seconds: float, *, scrape: bool) -> Passed:
    allowed = cores()
    tokens = int(LOAD.rate * (8 + seconds))
    with (
        rig.running(allowed) as around,
        server.running(around.provider_port, allowed, more) as [one],
        _scraping(one.port if scrape else None),
    ):
        requests = people.questions(one.port, LOAD.streams, tokens, LOAD.rate)
        return one_pass(around, LOAD, one.pid, one.port, requests, people.END_OF_RUN, seconds)


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
    """Accepts every trace and drops it."""

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


if __name__ == "__main__":  # python -m benchmarks.observability
    measure(3, 10.0, print)
