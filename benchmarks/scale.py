"""`python -m benchmarks.scale`: the machines that a number of people need, from measured costs.

It reads the measures out of docs/performance.md, multiplies them by the assumptions below, and says
which limit is reached first. Nothing is run. docs/scale.md shows what it prints, and what is
unproven in it.
"""

import math
import re
from pathlib import Path
from typing import Final

import click
import msgspec

from backend.metering.operator_cap import SHARDS

PAGE: Final = Path(__file__).parent.parent / "docs" / "performance.md"
PEOPLE: Final = (10_000, 1_000_000, 100_000_000, 1_000_000_000)
DAY: Final = 86_400
CLUSTER_NODES: Final = 10
"""Assumed: with more nodes what each is told of the others' appends costs more than its own."""


class Assumed(msgspec.Struct, frozen=True):
    """What is not measured here. The peak is the busiest hour beside the mean; a core is filled to
    `busy`. What one primary of PostgreSQL commits and what a model costs are others' figures."""

    answers_a_day: float = 6.0
    tokens_an_answer: int = 300
    seconds_an_answer: float = 10.0
    peak: float = 3.0
    busy: float = 0.5
    commits_an_answer: int = 4
    commits_a_primary: int = 10_000
    pool: int = 20
    connections_a_primary: int = 500
    log_bytes_a_token: int = 80
    log_kept_seconds: float = 120.0
    bytes_an_answer: int = 6_000
    dollars_an_answer: float = 0.0006
    dollars_a_core_month: float = 15.0


class Measured(msgspec.Struct, frozen=True):
    """What docs/performance.md says, in milliseconds and microseconds of a core's time."""

    chat_ms: float
    """Of a server, for a whole chat on PostgreSQL."""
    turn_ms: float
    """How long a turn's transaction works: so long it may hold one shared row."""
    token_us: float
    """Of the servers, over Valkey."""
    valkey_us: float
    """Of Valkey, for a token."""


class Sized(msgspec.Struct, frozen=True):
    """What a number of daily people need."""

    people: int
    answers_a_second: float
    streams: int
    processes: int
    primaries: int
    valkey_shards: int
    valkey_gigabytes: float
    stored_gigabytes_a_day: float
    machine_dollars_a_month: int
    model_dollars_a_month: int
    bottlenecks: tuple[str, ...]


def measured(page: str) -> Measured:
    """The costs, out of the page's tables.

    Raises:
        ValueError: the page has no such row any more.
    """
    postgres, valkey = "PostgreSQL", "400 × 50/s: two processes over Valkey"
    return Measured(
        chat_ms=_figure(page, postgres, "the server's CPU for each, ms"),
        turn_ms=_figure(page, postgres, "a turn, ms of CPU"),
        token_us=_figure(page, valkey, "servers' µs of CPU a token"),
        valkey_us=_figure(page, valkey, "Valkey's µs of CPU a token"),
    )


def sized(people: int, cost: Measured, given: Assumed) -> Sized:
    """What `people` a day take at the busiest hour."""
    answers = people * given.answers_a_day / DAY * given.peak
    tokens = answers * given.tokens_an_answer
    cores = (answers * cost.chat_ms / 1e3 + tokens * cost.token_us / 1e6) / given.busy
    processes = max(2, math.ceil(cores))
    primaries = max(1, math.ceil(answers * given.commits_an_answer / given.commits_a_primary))
    shards = max(1, math.ceil(tokens * cost.valkey_us / 1e6 / given.busy))
    kept = answers * (given.seconds_an_answer + given.log_kept_seconds) * given.tokens_an_answer
    # A primary is reckoned as 16 cores, a shard as one.
    machines = (processes + primaries * 16 + shards) * given.dollars_a_core_month
    return Sized(
        people=people,
        answers_a_second=answers,
        streams=math.ceil(answers * given.seconds_an_answer),
        processes=processes,
        primaries=primaries,
        valkey_shards=shards,
        valkey_gigabytes=kept * given.log_bytes_a_token / 1e9,
        stored_gigabytes_a_day=people * given.answers_a_day * given.bytes_an_answer / 1e9,
        machine_dollars_a_month=round(machines),
        model_dollars_a_month=round(people * given.answers_a_day * given.dollars_an_answer * 30),
        bottlenecks=bottlenecks(answers, processes, primaries, shards, cost, given),
    )


def bottlenecks(
    answers: float, processes: int, primaries: int, shards: int, cost: Measured, given: Assumed
) -> tuple[str, ...]:
    """The limits, the nearest first."""
    found = []
    if processes > 1:
        found.append("a second process: VALKEY_URL")
    if processes * given.pool > given.connections_a_primary:
        found.append("connections: PgBouncer, or a smaller DATABASE_POOL_SIZE")
    if answers > SHARDS * 1e3 / cost.turn_ms:
        found.append(f"the cap's {SHARDS} rows of a day: more of them, or no cap here")
    if shards > 1:
        found.append("one Valkey: a cluster (?cluster=true)")
    if shards > CLUSTER_NODES:
        found.append("a cluster's news for all nodes: several, each with its own web processes")
    if primaries > 1:
        found.append("one primary: a cluster by user_id (backend/distribution.py)")
    return tuple(found)


def table(page: str, given: Assumed) -> str:
    """The simulation as a table in Markdown."""
    cost = measured(page)
    rows = [sized(people, cost, given) for people in PEOPLE]
    lines = (
        ("daily people", [f"{one.people:,}" for one in rows]),
        ("answers a second at the peak", [f"{one.answers_a_second:,.0f}" for one in rows]),
        ("streams at once", [f"{one.streams:,}" for one in rows]),
        ("web processes, a core each", [f"{one.processes:,}" for one in rows]),
        ("PostgreSQL primaries", [f"{one.primaries:,}" for one in rows]),
        ("Valkey shards", [f"{one.valkey_shards:,}" for one in rows]),
        ("Valkey's memory, GB", [f"{one.valkey_gigabytes:,.1f}" for one in rows]),
        ("stored a day, GB", [f"{one.stored_gigabytes_a_day:,.1f}" for one in rows]),
        ("machines, $ a month", [f"{one.machine_dollars_a_month:,}" for one in rows]),
        ("models, $ a month", [f"{one.model_dollars_a_month:,}" for one in rows]),
        ("new bottlenecks", [_new(rows, number) for number in range(len(rows))]),
    )
    head, *rest = [f"| {name} | {' | '.join(values)} |" for name, values in lines]
    return "\n".join([head, "|---" * (len(rows) + 1) + "|", *rest])


def _new(rows: list[Sized], number: int) -> str:
    before = rows[number - 1].bottlenecks if number else ()
    return "; ".join(one for one in rows[number].bottlenecks if one not in before) or "none"


def _figure(page: str, title: str, row: str) -> float:
    part = re.search(rf"\| {re.escape(title)} \|.*?(?:\n\n|\Z)", page, re.DOTALL)
    found = re.search(rf"\| {re.escape(row)} \| ([\d.]+)", part[0]) if part else None
    if found is None:
        raise ValueError(f"docs/performance.md has no row {row!r} under {title!r}")
    return float(found[1])


@click.command()
def main() -> None:
    """Print what 10 thousand to a billion daily people would take."""
    click.echo(table(PAGE.read_text("utf-8"), Assumed()))


if __name__ == "__main__":
    main()
