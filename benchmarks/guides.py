"""`python -m benchmarks.guides [vps heroku image]`: the steps of docs/deploy, timed from an empty
directory to a person who is served.

The commands are read from the pages and files themselves. What differs from a machine of one's
own: `/opt/tanya` and `/var/lib/tanya` lie in a directory, nobody's units are enabled (each unit's
command is started as it stands there), no proxy stands in front, Telegram is the emulator and the
model a simulation.
"""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import click

from benchmarks.guide_person import serve_somebody
from benchmarks.machine import load_average
from benchmarks.nginx import free_port
from benchmarks.server import CATALOG
from benchmarks.services import postgres, valkey_server
from benchmarks.soak.stage import BOT_TOKEN, Part

ROOT: Final = Path(__file__).parent.parent
COMMAND: Final = re.compile(r"`((?:python3|/opt/tanya/bin/pip) [^`]+)`")
PUBLIC_URL: Final = "https://tanya.example"
SECRET: Final = "secret-of-a-guides-webhook"


class Place:
    """An empty directory, what stands beside it, and how long each step took."""

    def __init__(self, top: Path, database: str, valkey: str, stack: ExitStack) -> None:
        self.top, self.copy = top, top / "copy"
        self.steps: list[tuple[str, float]] = []
        self.telegram = f"http://127.0.0.1:{free_port()}"
        provider = free_port()
        models = top / "models.toml"
        models.write_text(CATALOG.format(provider=provider))
        self.settings = {
            "TANYA_MODE": "production",
            "PUBLIC_URL": PUBLIC_URL,
            "BOT_TOKEN": BOT_TOKEN,
            "WEBHOOK_SECRET": SECRET,
            "ADMIN_IDS": "800000001",
            "DATABASE_URL": database,
            "VALKEY_URL": valkey,
            "TELEGRAM_API_URL": self.telegram,
            "MODELS_FILE": str(models),
            "LOCAL_MODEL_ENABLED": "false",
            "DATA_DIR": str(top / "var/lib/tanya"),
        }
        emulator = ("-m", "telegram_emulator", "--headless", "--token", BOT_TOKEN)
        at = ("--port", self.telegram.rpartition(":")[2], "--state", str(top / "telegram"))
        mock = ("-m", "backend.llm.simulation.mock_provider", "--port", str(provider))
        for name, command, ready in (
            ("emulator", (*emulator, *at), f"{self.telegram}/"),
            ("provider", mock, f"http://127.0.0.1:{provider}/v1/models"),
        ):
            self.start(stack, name, (sys.executable, *command), {}, ready)

    def start(
        self, stack: ExitStack, name: str, command: tuple[str, ...], env: dict[str, str], ready: str
    ) -> None:
        """A process that ends with the stack."""
        part = Part(name, command, self.top, env, ready)
        stack.callback(part.close)
        part.start()
        asyncio.run(part.await_ready())

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time it."""
        begun = time.monotonic()
        yield
        self.steps.append((name, time.monotonic() - begun))
        click.echo(f"  {self.steps[-1][1]:6.1f} s  {name}")

    def run(self, command: str, **env: str) -> str:
        """A guide's command, in the copy of the repository."""
        done = subprocess.run(
            ["sh", "-ec", self.here(command)],
            cwd=self.copy,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise click.ClickException(f"{command}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done.stdout

    def here(self, text: str) -> str:
        """The guide's paths, in this directory."""
        for path in ("/opt/tanya", "/var/lib/tanya", "/wheels"):
            text = re.sub(rf"(?<![\w/-]){path}", f"{self.top}{path}", text)
        return text

    def tanya(self, words: str, program: str = "/opt/tanya/bin/tanya") -> str:
        """One of our commands with the settings."""
        path = os.path.dirname(self.here(program))
        return self.run(f"{program} {words}", **self.settings, PATH=f"{path}:{os.environ['PATH']}")


def vps(place: Place, stack: ExitStack) -> str:
    """One machine without containers: the page's commands and the units'."""
    page = (ROOT / "docs/deploy/vps.md").read_text().partition("## Without containers")[2]
    for command in COMMAND.findall(" ".join(page.split())):
        with place.step(command):
            place.run(command)
    place.settings["MASTER_KEY"] = place.tanya("key").strip()
    with place.step("tanya-migrate.service"):
        migrating = _unit(place, "tanya-migrate.service", "")
        stack.callback(migrating.close)
        migrating.start()
        if migrating.process.wait(120):
            raise click.ClickException("tanya-migrate.service failed")
    ports = [free_port(), free_port()]
    units = [_unit(place, "tanya-web@.service", str(port)) for port in ports]
    units.append(_unit(place, "tanya-worker.service", ""))
    with place.step("tanya-web@ twice and tanya-worker"):
        for unit in units:
            stack.callback(unit.close)
            unit.start()
        for unit in units:
            asyncio.run(unit.await_ready())
    return f"http://127.0.0.1:{ports[0]}"


def _unit(place: Place, name: str, instance: str) -> Part:
    """What a unit starts, with what it sets."""
    text = place.here((place.copy / "deploy/systemd" / name).read_text()).replace("%i", instance)
    (command,) = re.findall(r"^ExecStart=(.*)", text, re.MULTILINE)
    sets = " ".join(re.findall(r"^Environment=(.*)", text, re.MULTILINE)).split()
    env = place.settings | dict(one.split("=", 1) for one in sets)
    ready = f"http://127.0.0.1:{instance}/health/ready" if instance else ""
    return Part(name + instance, tuple(shlex.split(command)), place.top, env, ready)


def heroku(place: Place, stack: ExitStack) -> str:
    """A buildpack's steps, then the Procfile under honcho."""
    with place.step("an environment, as the buildpack has one"):
        place.run("python3 -m venv /opt/tanya && python3 -m venv ../honcho")
        place.run("../honcho/bin/pip install --quiet honcho")
    path = f"{place.top}/opt/tanya/bin:{os.environ['PATH']}"
    for command in ("pip install -r requirements.txt", "bin/post_compile"):
        with place.step(command):
            place.run(command, PATH=path)
    place.settings["MASTER_KEY"] = place.tanya("key").strip()
    port = str(free_port())
    honcho = str(place.top / "honcho/bin/honcho")
    env = place.settings | {"PATH": path, "PORT": port, "HOST": "127.0.0.1"}
    with place.step("honcho start, with the tables"):
        ready = f"http://127.0.0.1:{port}/health/ready"
        place.start(stack, "honcho", (honcho, "start", "-d", str(place.copy)), env, ready)
    return f"http://127.0.0.1:{port}"


def image(place: Place, stack: ExitStack) -> str:
    """The Dockerfile's build stage in a bare directory, then what its last stage starts."""
    text = (ROOT / "Dockerfile").read_text()
    source = place.top / "src"
    source.mkdir()
    for line in text.split("\nFROM ")[1].splitlines():
        word, _, rest = line.partition(" ")
        if word == "COPY":
            for name in rest.split()[:-1]:
                _copy(place.copy / name, source / name)
        elif word == "RUN":
            with place.step(rest):
                command = place.here(rest).replace("python -m venv", f"{sys.executable} -m venv")
                subprocess.run(["sh", "-ec", command], cwd=source, check=True, capture_output=True)
    place.settings["MASTER_KEY"] = place.tanya("key").strip()
    with place.step("tanya migrate"):
        place.tanya("migrate")
    port = str(free_port())
    env = place.settings | {"HOST": "127.0.0.1", "PORT": port}
    with place.step("tanya serve and tanya worker"):
        for words in ("serve", "worker"):
            ready = f"http://127.0.0.1:{port}/health/ready" if words == "serve" else ""
            program = place.here("/opt/tanya/bin/tanya")
            place.start(stack, words, (program, words), env, ready)
    return f"http://127.0.0.1:{port}"


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


GUIDES: Final[Mapping[str, Callable[[Place, ExitStack], str]]] = {
    "vps": vps,
    "heroku": heroku,
    "image": image,
}


def take(name: str) -> list[tuple[str, float]]:
    """One guide's steps with their seconds; raises if one fails or nobody is served."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"guide-{name}-"))
        top = Path(folder).resolve()
        database = stack.enter_context(postgres()).url
        place = Place(top, database, stack.enter_context(valkey_server()).url, stack)
        with place.step("git clone"):
            command: list[Any] = ["git", "clone", "--quiet", ROOT, place.copy]
            subprocess.run(command, check=True)
        url = GUIDES[name](place, stack)
        with place.step("tanya telegram setup"):
            place.tanya("telegram setup")
        with place.step("/start, and an answer to a question"):
            serve_somebody(url, place.telegram, BOT_TOKEN, SECRET)
        return place.steps


@click.command()
@click.argument("guides", nargs=-1, type=click.Choice([*GUIDES]))
def main(guides: tuple[str, ...]) -> None:
    """Take the steps of each guide, or of those that are named."""
    for name in guides or [*GUIDES]:
        click.echo(f"{name}, load {load_average():.1f}")
        total = sum(seconds for _, seconds in take(name))
        click.echo(f"  {total:6.1f} s  from an empty directory to a served person")


if __name__ == "__main__":
    main()
