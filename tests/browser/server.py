"""A `tanya dev` of a test's own."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.llm.local.model_file import fetch_model
from tests.fixtures.ports import free_port

CACHE = Path(os.environ.get("TANYA_MODEL_CACHE", ".data")).resolve()
START_SECONDS = 120


class Server:
    """A `tanya dev` with a data directory of its own, which can be killed and restarted."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self._settings = settings
        self.port = int(settings.get("PORT") or free_port())
        self.url = f"http://localhost:{self.port}/"
        self.log = data_dir / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(Path(sys.executable).with_name("tanya")), "dev", "--no-browser"],
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            assert self._process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, "the server did not get ready"
            time.sleep(0.1)

    @property
    def environment(self) -> dict[str, str]:
        """Its settings as environment variables, which commands run beside it need too."""
        own = {"DATA_DIR": str(self.data_dir), "PORT": str(self.port), "LOG_FORMAT": "json"}
        return os.environ | own | self._settings

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and wait for the process to end; returns its exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        return self._process.wait(timeout=20)

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}health/ready", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def with_local_model(data_dir: Path, **settings: str) -> Server:
    """A server that has the local model."""
    fetch_model(CACHE)
    (data_dir / "models").symlink_to(CACHE / "models")
    return Server(data_dir, **settings)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """Start it, and stop it in the end, even one that did not get ready."""
    try:
        server.start()
        yield server
    finally:
        server.stop()
