"""The connection to a provider, played byte by byte: what ends an answer, and what may be kept.

Exercises backend/llm/http/watch.py.
"""

import asyncio
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.llm.http.connection import Connection, Pool
from backend.llm.http.request import encoded, target

ORIGIN = ("http", "127.0.0.1", 80)


class Wire(asyncio.Transport):
    """The other side's hand: it keeps what was written and whether reading is paused."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = b""
        self.paused = False
        self.aborted = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.sent += data

    def pause_reading(self) -> None:
        """Told to wait."""
        assert not self.paused
        self.paused = True

    def resume_reading(self) -> None:
        """Told to go on."""
        assert self.paused
        self.paused = False

    def abort(self) -> None:
        """Dropped."""
        self.aborted = True


@pytest.fixture
def wire() -> Wire:
    """A wire of the test's own."""
    return Wire()


@pytest.fixture
def connection(wire: Wire) -> Connection:
    """A connection on which something was asked."""
    made = Connection(ORIGIN)
    made.connection_made(wire)
    made.ask(b"GET / HTTP/1.1\r\n\r\n")
    return made


def test_a_whole_answer(connection: Connection, wire: Wire) -> None:
    """Chunks are joined, the end is seen, and the connection may be used again."""
    connection.data_received(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")
    assert connection.headed
    assert not connection.over
    assert connection.take() == b"ab"
    connection.go_on()
    connection.data_received(b"1\r\nc\r\n1\r\nd\r\n0\r\n\r\n")
    assert connection.take() == b"cd"
    assert connection.complete
    assert connection.reusable


def test_reading_rests_after_every_piece(connection: Connection, wire: Wire) -> None:
    """Until somebody wants more, the kernel holds what comes."""
    assert not wire.paused
    connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\na")
    assert wire.paused
    connection.go_on()
    assert not wire.paused


@given(
    bodies=st.lists(st.binary(min_size=1, max_size=8) | st.just(b"\r\n"), max_size=12),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
def test_any_chunks_however_they_are_cut(bodies: list[bytes], cuts: list[int]) -> None:
    """Line breaks inside of a chunk, chunks that look like sizes, cuts anywhere: all is kept."""
    connection = Connection(ORIGIN)
    connection.connection_made(Wire())
    connection.ask(b"")
    connection.data_received(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    stream = b"".join(b"%x\r\n%b\r\n" % (len(body), body) for body in bodies) + b"0\r\n\r\n"
    places = sorted({min(cut, len(stream)) for cut in cuts} | {0, len(stream)})
    received = b""
    for start, end in itertools.pairwise(places):
        connection.go_on()
        connection.data_received(stream[start:end])
        received += connection.take()
    assert received == b"".join(bodies)
    assert connection.complete
    assert connection.reusable


def test_news_of_an_answer_is_not_the_answer(connection: Connection) -> None:
    """1xx: the headers that count are the next ones."""
    connection.data_received(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
    assert not connection.headed
    assert not connection.over
    connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx")
    assert connection.status == 200
    assert connection.headers == {"content-length": "1"}
    assert connection.take() == b"x"


def test_an_answer_that_ends_with_the_connection(connection: Connection) -> None:
    """Without a length, the end of the connection is the answer's; it cannot be kept."""
    connection.data_received(b"HTTP/1.1 200 OK\r\n\r\nall of it")
    assert not connection.over
    connection.connection_lost(None)
    assert connection.take() == b"all of it"
    assert connection.complete
    assert not connection.failure
    assert not connection.reusable


def test_an_answer_that_is_cut(connection: Connection) -> None:
    """With a length, the connection's end before it is a failure; what came is kept."""
    connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
    connection.connection_lost(None)
    assert connection.take() == b"half"
    assert not connection.complete
    assert connection.failure == "Disconnected"


def test_what_is_no_http(connection: Connection, wire: Wire) -> None:
    """Garbage is a failure with a name, and the connection is dropped."""
    connection.data_received(b"SSH-2.0-OpenSSH\r\n")
    assert connection.failure
    assert wire.aborted


def test_words_that_nobody_asked_for(connection: Connection, wire: Wire) -> None:
    """A kept connection on which the other side speaks is not used again."""
    connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    connection.rest()
    connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
    assert wire.aborted
    assert connection.closed


async def test_the_pool_gives_only_what_is_open(connection: Connection) -> None:
    """One that the other side has closed meanwhile is passed over."""
    pool = Pool()
    connection.data_received(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    pool.keep(connection)
    connection.connection_lost(None)
    assert pool.take(ORIGIN) is None
    pool.close()


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb"])
def test_a_header_cannot_end_its_line(value: str) -> None:
    """A key with a line break in it is refused, not sent."""
    with pytest.raises(ValueError, match="line break"):
        encoded("POST", "/", {"Authorization": value}, b"")


def test_where_a_url_leads() -> None:
    """Ports by scheme, the query kept, credentials never in the Host header."""
    assert target("https://api.x.ai/v1/a?b=c") == (
        ("https", "api.x.ai", 443), "api.x.ai", "/v1/a?b=c"
    )  # fmt: skip
    assert target("http://u:p@[::1]:8080")[1:] == ("[::1]:8080", "/")
    with pytest.raises(ValueError, match="no web address"):
        target("ftp://x/")
