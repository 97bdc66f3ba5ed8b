"""One server for all workers of a run: the first that needs it starts it and stops it after the
last has left."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.browser.server import Server


def folder_of_all_workers(factory: pytest.TempPathFactory) -> Path:
    """The run's temporary folder, the same in each of its workers."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def shared_server(
    folder: Path, start: Callable[[], AbstractContextManager[Server]]
) -> Iterator[Server]:
    """The server that is started by `start` in the first worker that asks for this folder."""
    folder.mkdir(exist_ok=True)
    address = folder / "address.json"
    # The system gives locks back even for a worker that was killed.
    with (folder / "start.lock").open("w") as starting, (folder / "use.lock").open("w") as using:
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(using, fcntl.LOCK_SH)
        if address.exists():
            fcntl.flock(starting, fcntl.LOCK_UN)
            there = json.loads(address.read_text())
            yield Server(Path(there["data_dir"]), PORT=there["port"])
            return
        with start() as server:
            there = {"data_dir": str(server.data_dir), "port": str(server.port)}
            address.write_text(json.dumps(there))
            fcntl.flock(starting, fcntl.LOCK_UN)
            try:
                yield server
            finally:
                _wait_for_the_others(address, starting, using)


def _wait_for_the_others(address: Path, starting: IO[str], using: IO[str]) -> None:
    fcntl.flock(starting, fcntl.LOCK_EX)
    address.unlink()
    fcntl.flock(starting, fcntl.LOCK_UN)
    fcntl.flock(using, fcntl.LOCK_EX)
