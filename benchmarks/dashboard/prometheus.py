"""A Prometheus beside the installation, with the project's alert rules (Debian: prometheus)."""

import asyncio
import json
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import click
import yaml
from msgspec import Struct

from benchmarks.nginx import free_port

RULES: Final = Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yaml"
CASES: Final = RULES.with_name("alerts.test.yaml")
NOT_INSTALLED: Final = "prometheus is not installed (Debian: apt install prometheus)"
EVERY: Final = "5s"
STEP: Final = 5
START_SECONDS: Final = 30


class Series(Struct, frozen=True):
    """One line of a panel: its labels, and (seconds, value) in time."""

    labels: dict[str, str]
    points: list[tuple[float, float]]


class Prometheus:
    """A running one, by its HTTP API."""

    def __init__(self, address: str) -> None:
        self._address = address

    def ask(self, path: str, **query: Any) -> Any:
        """The data of an answer.

        Raises:
            ClickException: it is an error, with Prometheus' own words.
        """
        url = f"{self._address}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise click.ClickException(f"{query}: {json.load(error)['error']}") from error

    def range(self, expression: str, begin: float, end: float) -> list[Series]:
        """The lines of a query."""
        found = self.ask("query_range", query=expression, start=begin, end=end, step=STEP)
        return [
            Series(one["metric"], [(at, float(value)) for at, value in one["values"]])
            for one in found["result"]
        ]

    def rules(self) -> dict[str, tuple[str, str]]:
        """Each alert's health and state."""
        groups = self.ask("rules")["groups"]
        return {
            one["name"]: (one["health"], one["state"]) for group in groups for one in group["rules"]
        }


def check_rules() -> None:
    """Let promtool read the alert rules and try their cases: each alert fires where its case says
    so, and nowhere else.

    Raises:
        ClickException: promtool is not installed, or finds a fault.
    """
    for command in (("check", "rules", RULES.name), ("test", "rules", CASES.name)):
        try:
            done = subprocess.run(
                ["promtool", *command], cwd=RULES.parent, capture_output=True, text=True, timeout=60
            )
        except FileNotFoundError as error:
            raise click.ClickException(NOT_INSTALLED) from error
        if done.returncode:
            raise click.ClickException(done.stdout + done.stderr)


@asynccontextmanager
async def prometheus(folder: Path, ports: Sequence[int], token: str) -> AsyncIterator[Prometheus]:
    """One that scrapes these ports every five seconds.

    Raises:
        ClickException: it is not installed, or does not start.
    """
    program = shutil.which("prometheus")
    if program is None:
        raise click.ClickException(NOT_INSTALLED)
    port = free_port()
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(ports, token)))
    command = [
        program,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
    try:
        await _answering(f"http://127.0.0.1:{port}/-/ready", process)
        yield Prometheus(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        await process.wait()


def _configuration(ports: Sequence[int], token: str) -> dict[str, Any]:
    targets = [{"targets": [f"127.0.0.1:{port}" for port in ports]}]
    job = {
        "job_name": "tanya",
        "authorization": {"credentials": token},
        "static_configs": targets,
    }
    return {
        "global": {"scrape_interval": EVERY, "evaluation_interval": EVERY},
        "rule_files": [str(RULES)],
        "scrape_configs": [job],
    }


async def _answering(url: str, process: Process) -> None:
    for _ in range(START_SECONDS * 10):
        if process.returncode is not None:
            break
        try:
            await asyncio.to_thread(urllib.request.urlopen, url, timeout=2)
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise click.ClickException("prometheus did not start")
