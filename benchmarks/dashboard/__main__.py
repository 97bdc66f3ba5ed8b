"""`python -m benchmarks.dashboard`: asks every query of the dashboard of a real Prometheus that
scrapes two web processes and a worker under people and faults (the soak's), and draws the answers
to docs/pictures/dashboard.webp. Exits with 1 if a query is refused or has no answer.
"""

import asyncio
import io
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from PIL import Image
from playwright.sync_api import sync_playwright

from backend.nursery import Nursery
from benchmarks.dashboard.drawing import page, panel
from benchmarks.dashboard.prometheus import Prometheus, Series, check_rules, prometheus
from benchmarks.machine import OUT
from benchmarks.soak.people import Visitor
from benchmarks.soak.run import Plan, soak
from benchmarks.soak.stage import METRICS_TOKEN, Stage, staged
from tests.browser import chromium

ROOT: Final = Path(__file__).parents[2]
DASHBOARD: Final = ROOT / "deploy" / "prometheus" / "dashboard.json"
PICTURE: Final = ROOT / "docs" / "pictures" / "dashboard.webp"
FREQUENT: Final = 3
"""People who go on asking once their day's messages are used up, so that some are refused."""
FIRST_FREQUENT: Final = 90_000


@click.command()
@click.option("--minutes", type=float, default=12.0, show_default=True)
@click.option("--people", type=int, default=24, show_default=True)
@click.option("--every", type=float, default=90.0, show_default=True, help="Between faults.")
def main(minutes: float, people: int, every: float) -> None:
    """Ask and draw the dashboard."""
    check_rules()
    OUT.mkdir(exist_ok=True)
    panels = json.loads(DASHBOARD.read_text())["panels"]
    with tempfile.TemporaryDirectory(prefix="dashboard-", dir=OUT) as folder:
        plan = Plan(minutes * 60, people, every)
        drawn, missing, caption = asyncio.run(_observe(Path(folder), panels, plan))
    (OUT / "dashboard.html").write_text(page(caption, drawn))
    _picture(OUT / "dashboard.html")
    click.echo(f"{PICTURE} is drawn from {len(panels)} panels.")
    for line in missing:
        click.echo(f"no answer: {line}")
    sys.exit(1 if missing else 0)


async def _observe(
    folder: Path, panels: list[dict[str, Any]], plan: Plan
) -> tuple[list[str], list[str], str]:
    """The panels drawn, the queries without an answer, and what it was."""
    async with staged() as stage, prometheus(folder, stage.metrics_ports, METRICS_TOKEN) as asked:
        begun = time.time()
        async with Nursery() as nursery:
            for number in range(FREQUENT):
                nursery.start_task(_ask_on(stage, FIRST_FREQUENT + number), name="frequent")
            outcome = await soak(stage, plan, click.echo)
        span = begun, time.time()
        for name, (health, state) in asked.rules().items():
            click.echo(f"{name:<24} {health:<8} {state}")
            assert health == "ok", name
        drawn, missing = _draw(asked, panels, span)
    found = outcome.verdict
    caption = (
        f"deploy/prometheus/dashboard.json, its queries answered by Prometheus and drawn by "
        f"benchmarks/dashboard, not by Grafana: {(span[1] - begun) / 60:.0f} minutes of two web "
        f"processes and a worker with {plan.people} people at a time, {found.accepted} questions, "
        f"{found.payments} payments; faults: {', '.join(outcome.faults)}"
    )
    return drawn, [*missing, *found.lost], caption


async def _ask_on(stage: Stage, number: int) -> None:
    while True:
        await Visitor(stage, number, random.Random(number), extras=0).come()
        await asyncio.sleep(1)


def _draw(
    asked: Prometheus, panels: list[dict[str, Any]], span: tuple[float, float]
) -> tuple[list[str], list[str]]:
    drawn, missing = [], []
    for one in panels:
        lines: list[tuple[str, Series]] = []
        for target in one["targets"]:
            found = asked.range(target["expr"], *span)
            if not found:
                missing.append(f"{one['title']}: {target['expr']}")
            lines += [(_legend(target["legendFormat"], series.labels), series) for series in found]
        drawn.append(panel(one, lines, span))
    return drawn, missing


def _legend(form: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: labels.get(found[1], ""), form)


def _picture(shown: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        view = browser.new_page(viewport={"width": 1280, "height": 800})
        view.goto(shown.as_uri())
        taken = view.screenshot(full_page=True)
        browser.close()
    Image.open(io.BytesIO(taken)).convert("RGB").save(PICTURE, quality=80, method=6)


if __name__ == "__main__":
    main()
