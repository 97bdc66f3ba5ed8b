"""Connections that are taken over from the server while a stream is sent, and given back to it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
import uvicorn
from litestar import Litestar, get
from litestar.params import FromPath

from backend.generation.stream.events import text_payload
from backend.runlog import LiveEvents, MemoryLog
from backend.runlog.readers import Readers
from backend.runlog.sse import frame
from backend.server import connection_protocol
from backend.settings import Settings
from backend.web.detached import DetachedConnection
from backend.web.event_stream import EventStream
from backend.web.person_streams import PersonStreams
from tests.fixtures.app import ANN

MANY = 20_000


class Served:
    """A run log, and a server on which every path follows one of its runs."""

    def __init__(self, log: MemoryLog, server: uvicorn.Server, port: int) -> None:
        self.log = log
        self.server = server
        self.port = port

    async def ask(self, run_id: UUID, more: str = "") -> "Connection":
        """A connection on which the run was requested."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
        connection = Connection(reader, writer)
        connection.ask(run_id, more)
        return connection

    async def detached(self, count: int) -> list[DetachedConnection]:
        """The detached connections, once there are this many."""
        async with asyncio.timeout(30):
            while True:
                found = self.server.server_state.connections
                connections: list[Any] = [
                    one for one in found if isinstance(one, DetachedConnection)
                ]
                if len(connections) == count:
                    return connections
                await asyncio.sleep(0.005)


class Connection:
    """A client's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def ask(self, run_id: UUID, more: str = "") -> None:
        """Send a request."""
        self.writer.write(f"GET /{run_id} HTTP/1.1\r\nHost: t\r\n{more}\r\n".encode())

    async def head(self) -> bytes:
        """The response's headers."""
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 30)

    async def chunk(self) -> bytes:
        """One chunk of the body, empty at the end."""
        size = int(await asyncio.wait_for(self.reader.readuntil(b"\r\n"), 30), 16)
        return (await asyncio.wait_for(self.reader.readexactly(size + 2), 30))[:-2]

    async def body(self) -> bytes:
        """The whole of it."""
        parts = b""
        while part := await self.chunk():
            parts += part
        return parts

    async def is_over(self) -> bool:
        """Whether the server has closed it."""
        return await asyncio.wait_for(self.reader.read(1), 30) == b""


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """With the protocol that detaches connections, as `tanya serve` uses it."""
    async with _serving(connection_protocol(Settings())) as found:
        yield found


@asynccontextmanager
async def _serving(http: type[asyncio.Protocol] | str) -> AsyncIterator[Served]:
    log, streams = MemoryLog(), PersonStreams(limit=3)

    @get("/{run_id:uuid}")
    async def follow(run_id: FromPath[UUID]) -> EventStream:
        return EventStream(LiveEvents(log, run_id, 0), streams, ANN)

    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        Litestar([follow]),
        http=http,
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    yield Served(log, server, listening.getsockname()[1])
    await log.aclose()
    server.should_exit = True
    await asyncio.wait_for(serving, 30)


def _frames(first: int, last: int) -> bytes:
    return b"".join(frame(n, text_payload(f"piece {n}")) for n in range(first, last + 1))


def _payloads(first: int, last: int) -> list[bytes]:
    return [text_payload(f"piece {n}") for n in range(first, last + 1)]


async def test_an_event_is_written_in_the_call_that_appends_it(served: Served) -> None:
    """A detached stream gets past and new events without a task in between."""
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 2))
    client = await served.ask(run_id)
    assert b"text/event-stream" in await client.head()
    assert await client.chunk() == _frames(1, 2)
    await served.detached(1)
    tasks = asyncio.all_tasks()
    writer.append(_payloads(3, 3))
    assert await client.chunk() == _frames(3, 3)
    assert asyncio.all_tasks() <= tasks
    await writer.close()
    assert await client.chunk() == b""


async def test_the_connection_serves_the_next_request(served: Served) -> None:
    """After a stream's end the server has its connection back, however many streams it served."""
    runs = [uuid4() for _ in range(3)]
    client = None
    for run_id in runs:
        writer = served.log.open(run_id, lambda: None)
        writer.append(_payloads(1, 1))
        if client is None:
            client = await served.ask(run_id)
        else:
            client.ask(run_id)
        await client.head()
        assert await client.chunk() == _frames(1, 1)
        await writer.close()
        assert await client.body() == b""
    await served.detached(0)


async def test_connection_close_is_honoured(served: Served) -> None:
    """`Connection: close` applies to streams too, and the end is sent before closing."""
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 1))
    client = await served.ask(run_id, "Connection: close\r\n")
    assert b"connection: close" in await client.head()
    assert await client.chunk() == _frames(1, 1)
    await writer.close()
    assert await client.body() == b""
    assert await client.is_over()


async def test_a_reader_that_leaves_is_no_longer_a_watcher(served: Served) -> None:
    """A closed connection is noticed while nothing is sent, and its run continues."""
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 1))
    client = await served.ask(run_id)
    await client.head()
    await served.detached(1)
    assert await served.log.watchers(run_id) == 1
    client.writer.close()
    await served.detached(0)
    assert await served.log.watchers(run_id) == 0
    assert writer.append(_payloads(2, 2)) == 2


async def test_a_slow_client_only_costs_its_position(served: Served) -> None:
    """While it does not read, little is buffered for it; then it gets everything, in order."""
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 1))
    client = await served.ask(run_id)
    await client.head()
    (detached,) = await served.detached(1)
    client.writer.transport.pause_reading()  # type: ignore[attr-defined]
    for first in range(2, MANY, 100):
        writer.append([payload + b" " * 1000 for payload in _payloads(first, first + 99)])
        await asyncio.sleep(0)
    assert detached.full
    assert detached._transport.get_write_buffer_size() < 1_000_000
    client.writer.transport.resume_reading()  # type: ignore[attr-defined]
    await writer.close()
    numbers = [line for line in (await client.body()).split(b"\n") if line.startswith(b"id: ")]
    assert numbers == [b"id: %d" % n for n in range(1, len(numbers) + 1)]
    assert len(numbers) == writer.last >= MANY
    assert await served.log.seen(run_id)


async def test_a_client_that_sends_during_its_answer_is_disconnected(served: Served) -> None:
    """What it sends is neither treated as a request nor buffered; the run continues."""
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 1))
    client = await served.ask(run_id)
    await client.head()
    await served.detached(1)
    client.writer.write(b"x" * 100)
    await served.detached(0)
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await client.body()
    assert writer.append(_payloads(2, 2)) == 2


async def test_pipelined_requests_are_answered_in_order(served: Served) -> None:
    """A connection with a request in its queue is not detached."""
    first, second = uuid4(), uuid4()
    for run_id in (first, second):
        writer = served.log.open(run_id, lambda: None)
        writer.append(_payloads(1, 1 if run_id == first else 2))
        await writer.close()
    client = await served.ask(first, f"\r\nGET /{second} HTTP/1.1\r\nHost: t\r\n")
    for last in (1, 2):
        await client.head()
        assert await client.body() == _frames(1, last)


async def test_an_idle_stream_is_kept_alive(served: Served) -> None:
    """A comment is sent when there was nothing to send for the interval."""
    served.log._readers = Readers(keep_alive=0.3)
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 1))
    client = await served.ask(run_id)
    await client.head()
    assert await client.chunk() == _frames(1, 1)
    assert await client.chunk() == b":\n\n"
    assert await client.chunk() == b":\n\n"


@pytest.mark.parametrize("more", ["", "GET /health HTTP/1.1\r\nHost: t\r\n\r\n"])
async def test_a_persons_oldest_stream_is_closed(served: Served, more: str) -> None:
    """One stream more than a person may have closes their oldest, detached or pipelined; its answer
    and the others continue."""
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 1))
    clients = []
    for _ in range(4):
        clients.append(await served.ask(run_id, "\r\n" + more if more else ""))
        await clients[-1].head()
        assert await clients[-1].chunk() == _frames(1, 1)
    assert await clients[0].is_over()
    writer.append(_payloads(2, 2))
    for client in clients[1:]:
        assert await client.chunk() == _frames(2, 2)


async def test_a_stopping_server_lets_streams_end(served: Served) -> None:
    """When the log is closed, a stream ends properly and so does its connection."""
    run_id = uuid4()
    writer = served.log.open(run_id, lambda: None)
    writer.append(_payloads(1, 1))
    client = await served.ask(run_id)
    await client.head()
    (detached,) = await served.detached(1)
    detached.shutdown()
    await served.log.aclose()
    assert await client.body() == _frames(1, 1)
    assert await client.is_over()


async def test_a_server_that_does_not_detach_streams_as_well() -> None:
    """Under any other ASGI server the same bytes are sent the ordinary way."""
    async with _serving("h11") as served:
        run_id = uuid4()
        writer = served.log.open(run_id, lambda: None)
        writer.append(_payloads(1, 2))
        await writer.close()
        client = await served.ask(run_id)
        await client.head()
        assert await client.body() == _frames(1, 2)
