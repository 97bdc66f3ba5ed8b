"""The real server, as `tanya serve` starts it, on a core of its own, and people to use it.

Every part is on: signed sessions, quota, checkpoints, titles, logs. Only the models are
replaced, by a catalog file that names the mock provider.
"""

import base64
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from benchmarks.machine import OUT, Cores, pin
from benchmarks.nginx import free_port

CATALOG: Final = """
default = ["bench"]

[provider.bench]
name = "Bench"
adapter = "chat_completions"
base_url = "http://127.0.0.1:{provider}/v1"

[[model]]
id = "bench"
provider = "bench"
name = "Bench"
context_tokens = 128000
max_output_tokens = 16000
price = {{ input = 0.20, output = 0.50 }}
"""
BOT_TOKEN: Final = "1000000001:AATokenThatTelegramNeverMade0000000"
MASTER_KEY: Final = base64.b64encode(b"a key that is for measuring only").decode()


class Server:
    """A running server."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.port = port
        self.pid = process.pid
        self.folder = folder
        self._process = process

    @property
    def log(self) -> str:
        """What it has written to standard error."""
        return (self.folder / "server.log").read_text(errors="replace")

    def stop(self) -> None:
        """End it as a deploy would."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextmanager
def running(
    provider: int, cores: Cores, more: Mapping[str, str] | None = None, processes: int = 1
) -> Iterator[list[Server]]:
    """Servers over one database, fresh unless `more` names one; all on the server's core."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="server-", dir=OUT) as name:
        folder = Path(name)
        (folder / "models.toml").write_text(CATALOG.format(provider=provider))
        servers: list[Server] = []
        try:
            for number in range(processes):
                environment = _environment(folder, number, more or {})
                if not number:
                    _run(["migrate"], environment)
                servers.append(_start(folder / str(number), environment, cores))
            yield servers
        finally:
            for server in servers:
                server.stop()


def _environment(folder: Path, number: int, more: Mapping[str, str]) -> dict[str, str]:
    data = folder / str(number)
    data.mkdir()
    port = str(free_port())
    own = {
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{folder / 'tanya.db'}",
        "PORT": port,
        "PUBLIC_URL": f"http://localhost:{port}",
        "MASTER_KEY": MASTER_KEY,
        "BOT_TOKEN": BOT_TOKEN,
        "MODELS_FILE": str(folder / "models.toml"),
        "LOCAL_MODEL_ENABLED": "false",
        "SIMULATED_PROVIDERS": "false",
        "DRAIN_SECONDS": "2",
    }
    return {"PATH": os.environ.get("PATH", ""), **own, **more}


def _command(arguments: list[str]) -> list[str]:
    return [sys.executable, "-c", "from backend.cli import main; main()", *arguments]


def _run(arguments: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        _command(arguments), env=environment, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        raise click.ClickException(f"tanya {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")


def _start(folder: Path, environment: Mapping[str, str], cores: Cores) -> Server:
    port = int(environment["PORT"])
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(_command(["serve"]), env=environment, stderr=log)
    pin(process.pid, cores.server)
    server = Server(port, process, folder)
    for _ in range(1_200):  # two minutes, where others keep the machine busy
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return server
        except OSError:
            time.sleep(0.1)
    server.stop()
    raise click.ClickException(f"the server did not start:\n{server.log[-2000:]}")
