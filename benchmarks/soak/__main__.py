"""`python -m benchmarks.soak --minutes 30`: exits with 1 if anything was lost."""

import asyncio
import resource
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import click

from benchmarks.machine import OUT, described, load_average, revision
from benchmarks.soak.people import EXTRAS
from benchmarks.soak.run import Outcome, Plan, soak
from benchmarks.soak.stage import METRICS_TOKEN, PACE, staged


@click.command()
@click.option("--minutes", type=float, default=30.0, show_default=True)
@click.option("--people", type=int, default=40, show_default=True, help="At the same time.")
@click.option(
    "--every", type=float, default=60.0, show_default=True, help="Seconds between faults."
)
@click.option(
    "--pace",
    type=float,
    default=PACE,
    show_default=True,
    help="Seconds between two pieces of an answer: 1 makes it a minute long.",
)
@click.option(
    "--extras",
    type=float,
    default=EXTRAS,
    show_default=True,
    help="The share of people who upload, and of those who pay.",
)
@click.option("--seed", type=int, default=1, show_default=True)
def main(minutes: float, people: int, every: float, pace: float, extras: float, seed: int) -> None:
    """Soak an installation of two web processes, worker, PostgreSQL and Valkey.

    2,000 streams at once: `--people 2000 --pace 3 --extras 0.05`. The emulator writes its whole
    world down at each payment, so that many payers would keep it busy.
    """
    OUT.mkdir(exist_ok=True)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a connection is a file
    path = OUT / f"soak-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    with path.open("w") as log:

        def say(line: str) -> None:
            click.echo(line)
            log.write(line + "\n")
            log.flush()

        say(f"{described()}; load {load_average():.1f}; {revision()}")
        outcome = asyncio.run(_run(Plan(minutes * 60, people, every, seed, extras), pace, say))
        for line in told(outcome):
            say(line)
    click.echo(f"The log is {path}.")
    sys.exit(0 if outcome.well else 1)


async def _run(plan: Plan, pace: float, say: Callable[[str], None]) -> Outcome:
    async with staged(pace) as stage:
        say(f"/metrics at the ports {stage.ports}, token {METRICS_TOKEN}")
        return await soak(stage, plan, say)


def told(outcome: Outcome) -> list[str]:
    """The verdict in lines."""
    found, (early, late) = outcome.verdict, outcome.quarters
    level = {True: "level", False: "NOT level", None: "too short to say"}[outcome.level]
    return [
        f"{len(outcome.faults)} faults; {found.visits} visits, {found.accepted} questions taken, "
        f"their answers {', '.join(f'{count} {end}' for end, count in found.ends.items())}; "
        f"{found.resumed} streams taken up again",
        f"{found.files} files, {found.payments} payments",
        f"streams read at once: {statistics.median(outcome.streams or [0]):.0f} in the middle, "
        f"{max(outcome.streams, default=0)} at most",
        f"memory: {early / 2**20:.0f} MB, then {late / 2**20:.0f} MB: {level}",
        *(f"LOST: {one}" for one in found.lost),
        "Nothing was lost." if not found.lost else f"{len(found.lost)} things were lost.",
    ]


if __name__ == "__main__":
    main()
