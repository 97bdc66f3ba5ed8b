"""The installation: two web processes, a worker, PostgreSQL, Valkey, the emulator in Telegram's
place with its webhook, and a provider that can go away.
"""

import asyncio
import base64
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import click
import psutil

from backend.bot.inbox.updates import ALLOWED_UPDATES
from benchmarks.machine import OUT
from benchmarks.nginx import free_port
from benchmarks.server import CATALOG
from benchmarks.services import Service, postgres, valkey_server

BOT_TOKEN: Final = "1000000001:AATokenThatTelegramNeverMade0000000"
MASTER_KEY: Final = base64.b64encode(b"a key that is for soaking alone!").decode()
SECRET: Final = "soak-webhook-secret"
METRICS_TOKEN: Final = "soak-metrics-token"
START_SECONDS: Final = 300.0
ARRIVING: Final = 24
"""How many may be on their way from their sign-in to their answer's first event: a machine that is
slow has fewer streams at first, instead of two thousand sign-ins that all wait for each other."""
PACE: Final = 0.08
"""Seconds between two pieces of an answer, of which it has some sixty."""
TANYA: Final = (sys.executable, "-c", "from backend.cli import main; main()")


class Part:
    """One process of the installation, which may be killed and started again."""

    def __init__(
        self, name: str, command: tuple[str, ...], folder: Path, env: dict[str, str], ready: str
    ) -> None:
        self.name = name
        self._command = command
        self._env = {"PATH": os.environ.get("PATH", ""), **env}
        self._ready = ready
        self._log = (folder / f"{name}.log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, without waiting for it."""
        self._process = subprocess.Popen(
            self._command, env=self._env, stdout=self._log, stderr=self._log
        )

    async def await_ready(self) -> None:
        """Wait until it answers; a worker, which serves nothing, is not waited for."""
        loop = asyncio.get_running_loop()
        until = loop.time() + START_SECONDS
        while self._ready and not await asyncio.to_thread(_answers, self._ready):
            if loop.time() > until or self.process.poll() is not None:
                raise click.ClickException(f"{self.name} did not start: see {self._log.name}")
            await asyncio.sleep(0.1)

    def kill(self) -> None:
        """End it without a word, as kill -9."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End it as a deploy would."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
        self._log.close()

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        """The one that was started last."""
        assert self._process is not None
        return self._process

    @property
    def resident(self) -> int:
        """The memory it holds, in bytes; 0 while it is dead."""
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0


class Stage:
    """The parts by name, and where they are."""

    def __init__(self, folder: Path, database: Service, valkey: Service, pace: float) -> None:
        self.database, self.valkey = database, valkey
        self.streams = 0
        self.doors = asyncio.Semaphore(ARRIVING)
        telegram, provider = free_port(), free_port()
        self.telegram = f"http://127.0.0.1:{telegram}"
        (folder / "models.toml").write_text(CATALOG.format(provider=provider))
        common = {
            "TANYA_MODE": "production",
            "PUBLIC_URL": "https://soak.invalid",
            "DATABASE_URL": database.url,
            "DATABASE_POOL_SIZE": "10",
            "VALKEY_URL": valkey.url,
            "TELEGRAM_API_URL": self.telegram,
            "BOT_TOKEN": BOT_TOKEN,
            "WEBHOOK_SECRET": SECRET,
            "MASTER_KEY": MASTER_KEY,
            "MODELS_FILE": str(folder / "models.toml"),
            "LOCAL_MODEL_ENABLED": "false",
            "DRAIN_SECONDS": "2",
            "METRICS_TOKEN": METRICS_TOKEN,
            "HOST": "127.0.0.1",
        }
        emulator = ("-m", "telegram_emulator", "--headless", "--token", BOT_TOKEN)
        at = ("--port", str(telegram), "--state", str(folder / "telegram"))
        self.emulator = Part(
            "emulator", (sys.executable, *emulator, *at), folder, {}, f"{self.telegram}/"
        )
        mock = ("-m", "backend.llm.simulation.mock_provider", "--port", str(provider))
        models = f"http://127.0.0.1:{provider}/v1/models"
        self.provider = Part(
            "provider", (sys.executable, *mock, "--pace", str(pace)), folder, {}, models
        )
        self.ports = (free_port(), free_port())
        self.webs = [
            Part(
                f"web{number}",
                (*TANYA, "serve"),
                folder,
                common | {"PORT": str(port), "DATA_DIR": str(folder / f"data{number}")},
                f"http://127.0.0.1:{port}/health/ready",
            )
            for number, port in enumerate(self.ports)
        ]
        at_worker = free_port()
        self.metrics_ports = (*self.ports, at_worker)
        worker = common | {
            "DATA_DIR": str(folder / "data-worker"),
            "WORKER_METRICS_PORT": str(at_worker),
        }
        self.worker = Part("worker", (*TANYA, "worker"), folder, worker, "")
        self._migrating = Part("migrate", (*TANYA, "migrate"), folder, worker, "")

    @contextmanager
    def following(self) -> Iterator[None]:
        """Count a stream that somebody reads."""
        self.streams += 1
        try:
            yield
        finally:
            self.streams -= 1

    @property
    def parts(self) -> list[Part]:
        """Every process but the two services."""
        return [self.emulator, self.provider, *self.webs, self.worker]

    async def start(self) -> None:
        """Start everything, and have Telegram bring its updates to the web process that is killed
        now and then."""
        self._migrating.start()
        if await asyncio.to_thread(self._migrating.process.wait, START_SECONDS):
            raise click.ClickException("the database could not be migrated")
        for part in self.parts:
            part.start()
            await part.await_ready()
        async with aiohttp.ClientSession() as http:
            await self.call(
                http,
                "setWebhook",
                url=f"http://127.0.0.1:{self.ports[1]}/telegram/webhook",
                secret_token=SECRET,
                allowed_updates=ALLOWED_UPDATES,
            )

    async def call(self, http: aiohttp.ClientSession, method: str, **values: Any) -> Any:
        """A method of the Bot API, as the bot calls it."""
        async with http.post(f"{self.telegram}/bot{BOT_TOKEN}/{method}", json=values) as answer:
            return (await answer.json())["result"]

    async def act(self, http: aiohttp.ClientSession, kind: str, **fields: Any) -> Any:
        """Something that a person does in Telegram; None if it was refused."""
        body = {"type": kind, **fields}
        async with http.post(f"{self.telegram}/emulator/actions", json=body) as answer:
            return await answer.json() if answer.status == 200 else None

    def close(self) -> None:
        """End everything."""
        for part in [*reversed(self.parts), self._migrating]:
            part.close()


@asynccontextmanager
async def staged(pace: float = PACE) -> AsyncIterator[Stage]:
    """A whole installation in a folder of its own, whose provider pauses so many seconds."""
    OUT.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-", dir=OUT)))
        database = stack.enter_context(postgres())
        stage = Stage(folder, database, stack.enter_context(valkey_server()), pace)
        stack.callback(stage.close)
        await stage.start()
        yield stage


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except OSError:
        return False
