"""Both run logs, each as one process and as two that share runs."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from backend.db import Cipher
from backend.nursery import Nursery
from backend.runlog.memory import MemoryLog
from backend.runlog.port import RunLog
from backend.runlog.valkey.log import ValkeyLog
from tests.contract.generation.reading import Read, followed, subscribed
from tests.fixtures.valkey import valkey_cluster, valkey_server, valkey_shared

__all__ = ["valkey_cluster", "valkey_server", "valkey_shared"]


class Processes:
    """Where a run is owned, and where and how it is read: the same log, or two over one Valkey."""

    def __init__(self, owner: RunLog, reader: RunLog, read: Read) -> None:
        self.owner = owner
        self.reader = reader
        self.read = read


@pytest.fixture(params=[followed, subscribed])
def read(request: pytest.FixtureRequest) -> Read:
    """Both ways to read."""
    way: Read = request.param
    return way


@pytest.fixture(params=["valkey_shared", "valkey_cluster"])
def valkey(request: pytest.FixtureRequest) -> str:
    """The address of a server, and of a cluster."""
    return str(request.getfixturevalue(request.param).url)


@pytest.fixture(
    params=["memory", "valkey", "valkey between processes", "cluster between processes"]
)
async def logs(request: pytest.FixtureRequest, read: Read) -> AsyncIterator[Processes]:
    """The same promises hold in one process, over Valkey, and from process to process."""
    async with Nursery() as nursery:
        if request.param == "memory":
            memory = MemoryLog()
            found = Processes(memory, memory, read)
        else:
            name = "valkey_cluster" if "cluster" in request.param else "valkey_shared"
            url = request.getfixturevalue(name).url
            owner = ValkeyLog(url, nursery, uuid4().hex, Cipher(b"k" * 32))
            reader = (
                ValkeyLog(url, nursery, uuid4().hex, Cipher(b"k" * 32))
                if "between" in request.param
                else owner
            )
            found = Processes(owner, reader, read)
        for log in {id(log): log for log in (found.owner, found.reader)}.values():
            await log.start()
        yield found
        for log in {id(log): log for log in (found.owner, found.reader)}.values():
            await log.aclose()
