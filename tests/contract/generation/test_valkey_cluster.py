"""What is a cluster's own: where a run's keys lie, and what is left when one server is gone.

The contract of the run log, of people's events and of limits runs on the cluster too.

Exercises backend/valkey_client.py.
"""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import valkey

from backend.db import Cipher, open_temporary_keys
from backend.doctor.processes import check_processes
from backend.errors import Unavailable
from backend.nursery import Nursery
from backend.runlog.valkey import ValkeyLog
from backend.runlog.valkey.scripts import seen_key, stop_key, stream_key, watch_key
from backend.settings import Settings
from backend.valkey_client import open_valkey
from tests.contract.generation.reading import followed
from tests.fixtures.valkey import ValkeyCluster

RUNS = 30


async def test_a_runs_keys_lie_together_and_runs_apart(valkey_cluster: ValkeyCluster) -> None:
    """So that one server does all of a run, and several share the runs."""
    client = open_valkey(valkey_cluster.url)
    slots: list[int] = []
    for run_id in (uuid4() for _ in range(RUNS)):
        own = {client.keyslot(key(run_id)) for key in (stream_key, watch_key, seen_key, stop_key)}
        assert len(own) == 1
        slots += own
    assert len({slot * 3 // 16_384 for slot in slots}) == 3
    await client.aclose()


async def test_an_answer_is_handed_over_when_its_process_dies(
    valkey_cluster: ValkeyCluster,
) -> None:
    """Thirty runs at once on three servers: written here, read there; what the owner could not
    end, another process ends, and its readers hear so."""
    cipher = Cipher(b"k" * 32)
    async with Nursery() as nursery:
        owner, heir = (
            ValkeyLog(valkey_cluster.url, nursery, uuid4().hex, cipher) for _ in range(2)
        )
        for log in (owner, heir):
            await log.start()
        runs = [uuid4() for _ in range(RUNS)]
        answers = [followed(heir, run_id, 0) for run_id in runs]
        for run_id in runs:
            owner.open(run_id, lambda: None).append([b"one", b"two"])
        async with asyncio.timeout(60):
            for answer in answers:
                assert b"one" in await _until(b"two", answer)
            assert min(_per_server(valkey_cluster)) > 0
            for run_id in runs:
                await heir.end_abandoned(run_id, b"the end")
            for answer in answers:
                assert await _until(b"the end", answer)
                assert [event async for event in answer if not event.startswith(b":")] == []
        for log in (owner, heir):
            await log.aclose()


async def test_temporary_keys_and_doctor(valkey_cluster: ValkeyCluster, settings: Settings) -> None:
    """A key that one process made is found by another; doctor says that it is a cluster."""
    here, there = (open_temporary_keys(valkey_cluster.url) for _ in range(2))
    now, conversation = datetime.now(UTC), uuid4()
    await here.make(1, conversation, now)
    assert await there.find(1, conversation) == await here.find(1, conversation) is not None
    await there.drop(1, conversation)
    assert await here.find(1, conversation) is None
    for keys in (here, there):
        await keys.aclose()
    cluster = Settings(data_dir=settings.data_dir, valkey_url=valkey_cluster.url)
    said = [one async for one in check_processes(cluster, now)]
    assert [(one.state, one.mend) for one in said if one.part == "valkey"] == [
        ("answers, a cluster of 3", "")
    ]


async def test_one_server_is_not_taken_for_a_cluster(settings: Settings) -> None:
    """Where nothing answers, a cluster's client fails as one server's does."""
    keys = open_temporary_keys("valkey://127.0.0.1:1?cluster=true")
    with pytest.raises(Unavailable):
        await keys.find(1, uuid4())
    await keys.aclose()


async def _until(words: bytes, answer: AsyncGenerator[bytes, None]) -> bytes:
    """What comes up to and with some words."""
    heard = b""
    while words not in heard:
        heard += await anext(answer)
    return heard


def _per_server(cluster: ValkeyCluster) -> list[int]:
    clients: list[Any] = [valkey.Valkey(port=server.port) for server in cluster.servers]
    return [len(client.keys("tanya:run:*")) for client in clients]
