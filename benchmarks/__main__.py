"""`python -m benchmarks [MEASURE…]`: all of them, or those that are named."""

import signal
import sys

import click

from benchmarks import (
    client,
    database,
    disk,
    erasure,
    group_posts,
    history,
    latency,
    log_size,
    observability,
    receipts,
    relay,
    resume,
    stop,
    streams,
    suggestions,
    valkey,
)
from benchmarks.machine import preferred
from benchmarks.report import console

MODULES = (
    relay,
    client,
    database,
    log_size,
    disk,
    history,
    erasure,
    group_posts,
    receipts,
    suggestions,
    streams,
    latency,
    valkey,
    resume,
    stop,
    observability,
)
MEASURES = {one.__name__.rpartition(".")[2]: one.measure for one in MODULES}


@click.command()
@click.argument("measures", nargs=-1, type=click.Choice(["all", *MEASURES]))
@click.option("--rounds", default=3, show_default=True, help="How often everything is measured.")
@click.option("--seconds", default=10.0, show_default=True, help="How long each time.")
@click.option("--quick", is_flag=True, help="One short round: to see that it works.")
def main(measures: tuple[str, ...], rounds: int, seconds: float, quick: bool) -> None:
    """Measure the server beside nginx and the direct path; docs/performance.md says how."""
    if quick:
        rounds, seconds = 1, 3.0
    wanted = MEASURES if not measures or "all" in measures else measures
    # When it is killed, its child processes must end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with preferred():
        for name in wanted:
            MEASURES[name](rounds, seconds, lambda line: console.print(line, highlight=False))


if __name__ == "__main__":
    main()
