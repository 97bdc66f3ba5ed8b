"""Connections that send without end, or never send: a real server process stays free for others.

Each abuse ends with the server's own refusal or a closed connection, after a bounded number of
bytes; meanwhile other people are answered and the event loop is never held.

Exercises backend/web/http_bounds.py.
"""

import itertools
import json
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.fixtures.process import ServerProcess, server_process
from tests.fixtures.stalls import place

HEAD = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
MEGABYTES_SENT = 45 * 1024 * 1024
BOUND = 1024 * 1024
"""What the kernel's buffers may still swallow after the server has stopped reading."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server that has answered a little of everything before."""
    with server_process(tmp_path_factory.mktemp("server")) as running:
        for _ in range(3):
            assert running.is_live()
            for start in (HEAD + b"\r\n", CHUNKED + b"0\r\n\r\n"):
                with running.connect() as connection:
                    connection.sendall(start)
                    assert connection.recv(4096).startswith(b"HTTP/1.1 ")
        yield running


@contextmanager
def others_are_served(server: ServerProcess) -> Iterator[None]:
    """All the while, somebody else is answered at once, and nothing holds the loop."""
    held = len(server.logged("loop_held"))
    ended, answers = threading.Event(), []

    def ask() -> None:
        while True:
            answers.append(server.is_live())
            if ended.wait(0.02):
                return

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        ended.set()
        asking.join()
    assert all(answers)
    stacks = [json.loads(line)["stack"] for line in server.logged("loop_held")[held:]]
    assert [found for stack in stacks if (found := place(stack)) is not None] == []


def send_until_refused(connection: socket.socket, start: bytes, more: bytes) -> int:
    """Send without end; how many bytes it took until the server would take no more."""
    connection.sendall(start)
    sent = 0
    try:
        while sent < MEGABYTES_SENT:
            connection.sendall(more)
            sent += len(more)
    except OSError:
        return sent
    return sent


def answer_to(connection: socket.socket) -> bytes:
    """What the server says before it closes; empty if the reset was faster."""
    answer = b""
    try:
        while part := connection.recv(65536):
            answer += part
    except ConnectionError:
        pass
    return answer


ENDLESS = {
    "request line": (b"", b"GETGETGET" * 2000),
    "url": (b"GET /", b"a" * 20_000),
    "query": (b"GET /?", b"a=b&" * 5_000),
    "header name": (HEAD, b"a" * 20_000),
    "header value": (HEAD + b"X-Long: ", b"b" * 20_000),
    "headers": (HEAD, b"X-Many: " + b"c" * 1000 + b"\r\n"),
    "short headers": (HEAD, b"A:b\r\n" * 4000),
    "blank lines": (b"", b"\r\n" * 10_000),
    "chunk extension": (CHUNKED + b"1;", b"d" * 20_000),
    "chunk extensions": (CHUNKED, b"1;" + b"e" * 2000 + b"\r\nx\r\n"),
    "trailer": (CHUNKED + b"0\r\nX-Late: ", b"f" * 20_000),
    "trailers": (CHUNKED + b"0\r\n", b"X-Late: " + b"g" * 1000 + b"\r\n"),
    "chunked body": (CHUNKED, b"4e20\r\n" + b"h" * 20_000 + b"\r\n"),
    "body without a reader": (
        CHUNKED.replace(b"/api/session", b"/health/live"),
        b"1\r\ni\r\n" * 3000,
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_what_has_no_end_is_refused(server: ServerProcess, what: str) -> None:
    """The server stops reading after some bytes, and its memory does not grow with them."""
    start, more = ENDLESS[what]
    before = server.resident_bytes()
    with others_are_served(server), server.connect() as connection:
        sent = send_until_refused(connection, start, more)
        answer = answer_to(connection)
    assert sent < 8 * 1024 * 1024 + 16 * BOUND
    assert answer[:10] in (b"", b"HTTP/1.1 2", b"HTTP/1.1 4")
    assert server.resident_bytes() - before < 40 * BOUND


@pytest.mark.parametrize(
    ("start", "status", "code"),
    [
        (b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\n\r\n", 414, "url_too_long"),
        (HEAD + b"X: " + b"b" * 60_000 + b"\r\n\r\n", 431, "head_too_large"),
        (HEAD + b"A:b\r\n" * 200 + b"\r\n", 431, "head_too_large"),
        (b"nonsense\r\n\r\n", 400, "malformed_request"),
    ],
)
def test_a_refusal_is_a_problem_document(
    server: ServerProcess, start: bytes, status: int, code: str
) -> None:
    """Each bound has a status and a stable code, and the connection is closed after it."""
    with server.connect() as connection:
        connection.sendall(start)
        answer = answer_to(connection)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in answer
    assert b'"code":"%s"' % code.encode() in answer


def test_generous_requests_are_still_taken(server: ServerProcess) -> None:
    """Long cookies, many headers and tiny chunks are no abuse."""
    headers = b"".join(b"X-%d: %s\r\n" % (n, b"v" * 200) for n in range(100))
    with server.connect() as connection:
        connection.sendall(HEAD + headers + b"Connection: close\r\n\r\n")
        assert answer_to(connection).startswith(b"HTTP/1.1 200 ")
    body = b"".join(b"1\r\n%c\r\n" % letter for letter in b'{"initData": "' + b"x" * 5000 + b'"}')
    with server.connect() as connection:
        connection.sendall(CHUNKED + body + b"0\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 401 ")


def test_connections_that_never_ask_are_closed(server: ServerProcess) -> None:
    """900 half-open requests: each is closed by the server, in time and without being asked."""
    starts = itertools.cycle([b"", b"G", HEAD, HEAD + b"X-Slow: a", b"\r\n", CHUNKED])
    with others_are_served(server):
        waiting = selectors.DefaultSelector()
        for number, start in zip(range(900), starts, strict=False):
            connection = server.connect(f"127.0.1.{number % 9 + 1}")
            connection.sendall(start)
            connection.setblocking(False)
            waiting.register(connection, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(timeout=60)
            assert ready, f"{len(waiting.get_map())} connections are still open"
            for key, _ in ready:
                end: socket.socket = key.fileobj  # type: ignore[assignment]
                try:
                    over = end.recv(65536) == b""
                except ConnectionError:
                    over = True
                if over:
                    waiting.unregister(end)
                    end.close()


def test_an_address_has_so_many_connections(server: ServerProcess) -> None:
    """One address is refused more than its share; another address does not notice."""
    held = []
    with others_are_served(server):
        for _ in range(300):
            connection = server.connect("127.0.0.3")
            connection.sendall(HEAD)
            held.append(connection)
        connection.settimeout(30)
        answer = answer_to(connection)
        assert answer.startswith(b"HTTP/1.1 429 ")
        assert b'"code":"too_many_connections"' in answer
        with server.connect("127.0.0.4") as other:
            other.sendall(HEAD + b"\r\n")
            assert other.recv(4096).startswith(b"HTTP/1.1 200 ")
        for one in held:
            one.close()
    with server.connect("127.0.0.3") as again:
        again.sendall(HEAD + b"\r\n")
        assert again.recv(4096).startswith(b"HTTP/1.1 200 ")
