"""Connections as a proxy forwards them: each client has its share, the proxy itself has none.

A real production process, told by TRUSTED_PROXIES which address is its proxy. And bodies that come
too slowly, through it or not.
"""

import socket
import time
from collections.abc import Iterator

import pytest

from backend.db import new_master_key
from backend.web.client_connections import PER_ADDRESS
from tests.conftest import BOT_TOKEN
from tests.fixtures.ports import free_port
from tests.fixtures.process import ServerProcess, server_process

PROXY = "127.0.0.7"
SECONDS = 40


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server whose Telegram is away: that is another matter."""
    with server_process(
        tmp_path_factory.mktemp("production"),
        ("serve", "--migrate"),
        TANYA_MODE="production",
        BOT_TOKEN=BOT_TOKEN,
        MASTER_KEY=new_master_key(),
        PUBLIC_URL="https://tanya.example",
        TRUSTED_PROXIES=PROXY,
        TELEGRAM_API_URL=f"http://127.0.0.1:{free_port()}",
    ) as running:
        yield running


def forwarded(client: str, *, ends: bool = True) -> bytes:
    """A request that the proxy forwards; without its end it stays open."""
    head = f"POST /api/session HTTP/1.1\r\nHost: tanya.example\r\nX-Forwarded-For: {client}\r\n"
    return head.encode() + b"Content-Length: 100000\r\n\r\n" + b"{}" * (50_000 if ends else 1)


def opened(server: ServerProcess, source: str, request: bytes) -> socket.socket:
    """A connection that has sent this."""
    connection = server.connect(source)
    connection.settimeout(SECONDS)
    connection.sendall(request)
    return connection


def answer_to(connection: socket.socket) -> bytes:
    """The first part of what the server says."""
    with connection:
        return connection.recv(65536)


def test_a_clients_share_is_counted_behind_the_proxy(server: ServerProcess) -> None:
    """One client's connections fill their share, another client's, by the same proxy, do not
    notice; what a client wrote into the header itself is not believed."""
    held = [
        opened(server, PROXY, forwarded(f"198.51.100.{n}, 203.0.113.5", ends=False))
        for n in range(PER_ADDRESS)
    ]
    try:
        time.sleep(1)
        refused = answer_to(opened(server, PROXY, forwarded("203.0.113.5")))
        assert refused.startswith(b"HTTP/1.1 429 ")
        assert b'"code":"too_many_connections"' in refused
        other = answer_to(opened(server, PROXY, forwarded("203.0.113.6")))
        assert not other.startswith(b"HTTP/1.1 429 ")
    finally:
        for connection in held:
            connection.close()


def test_the_header_of_anybody_else_is_not_believed(server: ServerProcess) -> None:
    """Whoever is no proxy is counted under its own address, whatever it says."""
    held = [
        opened(server, "127.0.0.8", forwarded(f"203.0.113.{n}", ends=False))
        for n in range(PER_ADDRESS)
    ]
    try:
        time.sleep(1)
        assert answer_to(opened(server, "127.0.0.8", b"")).startswith(b"HTTP/1.1 429 ")
        other = opened(server, "127.0.0.9", forwarded("203.0.113.1"))
        assert not answer_to(other).startswith(b"HTTP/1.1 429 ")
    finally:
        for connection in held:
            connection.close()


@pytest.mark.parametrize("source", [PROXY, "127.0.0.9"])
def test_a_body_that_trickles_is_given_up(server: ServerProcess, source: str) -> None:
    """Byte after byte, each in time, is no upload: the server says so and closes."""
    connection = opened(server, source, forwarded("203.0.113.9", ends=False))
    connection.settimeout(0.5)
    began, answer = time.monotonic(), b""
    while not answer and time.monotonic() - began < SECONDS:
        try:
            connection.sendall(b" ")
            answer = connection.recv(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            break
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request_timed_out"' in answer
    connection.close()
