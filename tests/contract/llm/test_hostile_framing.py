"""Answers whose bytes are framed as no standard says: read where they can be, failed where not.

Each is sent by a real server to the real adapters of all protocols, whole and in small pieces.
"""

import asyncio
import contextlib
import gzip
import json
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
from msgspec import Struct
from msgspec.structs import replace
from structlog.testing import capture_logs

from backend.errors import (
    AnswerTruncated,
    ProviderError,
    ProviderGarbled,
    ProviderRejectedRequest,
    ProviderUnavailable,
)
from backend.llm import Done
from backend.llm.adapters.chat_completions import ChatCompletions
from backend.llm.http.client import Http
from backend.watchdog import LoopWatchdog
from tests.contract.llm.playing import ask_at, collect, text_of
from tests.contract.llm.raw_server import serving
from tests.contract.llm.test_case_kinds import KINDS, head, pieces
from tests.contract.llm.test_faults import SHORT
from tests.contract.llm.transcripts import provider
from tests.fixtures.stalls import ROUNDS, place

TEXTS = ["Ki", "tchen 🍋", " é"]
WHOLE = "".join(TEXTS)
BOM = b"\xef\xbb\xbf"


class Framing(Struct, frozen=True):
    """A way to send an answer, and what is to be read: all of it unless said otherwise."""

    name: str
    made: Callable[[bytes], bytes]
    text: str = WHOLE
    failure: type[ProviderError] | None = None


def chunked(body: bytes, size: int = 9, last: bytes = b"0\r\n\r\n") -> bytes:
    """The body in chunks."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + last


def in_chunks(made: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """As a chunked answer."""
    return lambda body: head(transfer_encoding="chunked") + made(body)


def plain(made: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Until the connection's end."""
    return lambda body: head() + made(body)


def first_event(body: bytes) -> bytes:
    """Up to the end of the first event."""
    return body[: body.index(b"\n\n") + 2]


def in_data_lines(body: bytes) -> bytes:
    """Each event's JSON over several data lines."""
    events = [event.removeprefix(b"data: ") for event in body.split(b"\n\n") if event]
    indented = [json.dumps(json.loads(event), indent=1).encode() for event in events]
    return b"".join(b"data: " + one.replace(b"\n", b"\ndata: ") + b"\n\n" for one in indented)


def without_blanks(body: bytes) -> bytes:
    """The fewest bytes."""
    return body.replace(b"data: ", b"data:")


def redirected(status: str) -> Callable[[bytes], bytes]:
    """To where it is, for ever."""
    return lambda body: head(status, location="/v1/chat/completions") + body


FRAMINGS = (
    Framing("CRLF", plain(lambda body: body.replace(b"\n", b"\r\n"))),
    Framing("CR", plain(lambda body: body.replace(b"\n", b"\r"))),
    Framing("mixed line ends", plain(lambda body: body.replace(b"\n\n", b"\r\n\n", 1))),
    Framing("a byte order mark", plain(lambda body: BOM + body)),
    Framing("a mark after a blank line", plain(lambda body: BOM + b"\n" + body)),
    Framing("data without a blank", plain(without_blanks)),
    Framing("two blanks", plain(lambda body: body.replace(b"data: ", b"data:  "))),
    Framing("a tab", plain(lambda body: body.replace(b"data: ", b"data:\t"))),
    Framing("JSON over several data lines", plain(in_data_lines)),
    Framing("comments everywhere", plain(lambda body: body.replace(b"\n\n", b"\n\n:\n\n: x\n"))),
    Framing("a comment inside an event", plain(lambda body: body.replace(b"data:", b": x\ndata:"))),
    Framing("ids and retries",
            plain(lambda body: body.replace(b"data:", b"id: 7\nretry: 1\ndata:"))),
    Framing("fields of no meaning", plain(lambda body: body.replace(b"data:", b"datum: 1\ndata:"))),
    Framing("names after the data", plain(lambda body: body.replace(b"\n\n", b"\nevent: x\n\n"))),
    Framing("many blank lines", plain(lambda body: body.replace(b"\n\n", b"\n\n\n\n\n"))),
    Framing("blank lines first", plain(lambda body: b"\r\n\n\r\n" + body)),
    Framing("[DONE] twice", plain(lambda body: body + b"data: [DONE]\n\ndata: [DONE]\n\n")),
    Framing("words after [DONE]", plain(lambda body: body + b"data: [DONE]\n\ndata: no JSON\n\n")),
    Framing("[DONE] in blanks", plain(lambda body: body + b"data:  [DONE] \n\n")),
    Framing("[DONE] without a line end", plain(lambda body: body + b"data: [DONE]")),
    Framing("empty data", plain(lambda body: b"data:\n\ndata: \n\n" + body)),
    Framing("a bare data field", plain(lambda body: b"data\n\n" + body)),
    Framing("pings", plain(lambda body: b'event: ping\ndata: {"type": "ping"}\n\n' + body)),
    Framing("a keep-alive without JSON", plain(lambda body: b"event: ping\ndata: {}\n\n" + body)),
    Framing("no blank line at the end", plain(lambda body: body.rstrip(b"\n"))),
    Framing("one line end only", plain(lambda body: body.rstrip(b"\n") + b"\n")),
    Framing("a long comment", plain(lambda body: b": " + b"x" * 300_000 + b"\n\n" + body)),
    Framing("a long event", plain(lambda body: body.replace(b'"Ki"', b'"Ki"' + b" " * 300_000))),
    Framing("chunks", in_chunks(chunked)),
    Framing("chunks of a byte", in_chunks(lambda body: chunked(body, 1))),
    Framing("chunk extensions",
            in_chunks(lambda body: chunked(body).replace(b"9\r\n", b"9;x=y\r\n"))),
    Framing("trailers", in_chunks(lambda body: chunked(body, last=b"0\r\nx-sum: 1\r\n\r\n"))),
    Framing("no last chunk", in_chunks(lambda body: chunked(body, last=b""))),
    Framing("a garbled last chunk", in_chunks(lambda body: chunked(body, last=b"zz\r\n"))),
    Framing("garbled chunks", in_chunks(lambda body: chunked(first_event(body), last=b"zz\r\n")),
            "Ki", AnswerTruncated),
    Framing("a chunk too short", in_chunks(lambda body: b"ffff\r\n" + first_event(body)), "Ki",
            AnswerTruncated),
    Framing("gzip", lambda body: head(content_encoding="gzip") + gzip.compress(body)),
    Framing("gzip in two members",
            lambda body: head(content_encoding="gzip")
            + gzip.compress(body[:50]) + gzip.compress(body[50:])),
    Framing("gzip in capitals", lambda body: head(content_encoding="GZip") + gzip.compress(body)),
    Framing("deflate", lambda body: head(content_encoding="deflate") + zlib.compress(body)),
    Framing("gzip cut", lambda body: head(content_encoding="gzip") + gzip.compress(body)[:15], "",
            AnswerTruncated),
    Framing("gzip of nothing", lambda body: head(content_encoding="gzip"), "", AnswerTruncated),
    Framing("said to be gzip", lambda body: head(content_encoding="gzip") + body, "",
            AnswerTruncated),
    Framing("said to be plain", lambda body: head(content_encoding="identity") + body),
    Framing("brotli", lambda body: head(content_encoding="br") + b"\x0b\x02\x80", "",
            AnswerTruncated),
    Framing("a length too long", lambda body: head(content_length=str(len(body) + 99)) + body),
    Framing("a length too short",
            lambda body: head(content_length=str(body.index(b"\n\n") + 2)) + body, "Ki",
            AnswerTruncated),
    Framing("no content type", lambda body: head(content_type="") + body),
    Framing("octets", lambda body: head(content_type="application/octet-stream") + body),
    Framing("another alphabet",
            lambda body: head(content_type="text/event-stream; charset=x") + body),
    Framing("a page", lambda body: head(content_type="text/html") + b"<html>Sign in</html>", "",
            ProviderGarbled),
    Framing("a page that is called a stream",
            lambda body: head() + b"<!DOCTYPE html><html>Sign in</html>", "", AnswerTruncated),
    Framing("nothing", lambda body: head(), "", AnswerTruncated),
    Framing("204", lambda body: head("204 No Content"), "", ProviderUnavailable),
    Framing("an interim answer", lambda body: b"HTTP/1.1 100 Continue\r\n\r\n" + head() + body),
    Framing("early hints",
            lambda body: b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + head() + body),
    Framing("no reason phrase", lambda body: head("200") + body),
    Framing("HTTP/1.0", lambda body: head().replace(b"HTTP/1.1", b"HTTP/1.0") + body),
    Framing("a line of another protocol", lambda body: b"ICY 200 OK\r\n\r\n" + body, "",
            ProviderUnavailable),
    Framing("zeros", lambda body: head() + b"\0" * 5_000, "", AnswerTruncated),
    *(
        Framing(f"a redirect with {status}", redirected(status), "", ProviderRejectedRequest)
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent")
    ),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("framing", FRAMINGS, ids=lambda one: one.name)
async def test_framing(http: Http, framing: Framing, kind: str) -> None:
    """Whatever can be read is; what cannot fails as what it is, with the text that came first."""
    raw = framing.made(pieces(kind, TEXTS))
    for piece in (1 << 20, 13):
        if piece * 2_000 < len(raw):
            continue
        async with serving(raw, piece) as address:
            events, failure = await ask_at(http, address, kind)
        assert type(failure) is (framing.failure or type(None)), failure
        assert text_of(events) == framing.text
        assert isinstance(events[-1], Done) == (framing.failure is None)


ENDLESS: dict[str, tuple[bytes, bytes]] = {
    "a header": (b"HTTP/1.1 200 OK\r\nx: ", b"x"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
    "hints": (b"", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"),
    "a reason": (b"HTTP/1.1 200 ", b"x"),
    "a chunk extension": (head(transfer_encoding="chunked") + b"1", b";x"),
    "trailers": (head(transfer_encoding="chunked") + b"0\r\n", b"x: y\r\n"),
    "a trailer": (head(transfer_encoding="chunked") + b"0\r\nx: ", b"x"),
    "blank lines": (head(), b"\n"),
    "comments": (head(), b":\n\n"),
    "empty data": (head(), b"data:\n\n"),
    "a comment": (head() + b":", b"x"),
    "an event": (head() + b"data: ", b"x"),
    "a field": (head() + b"event", b"x"),
    "blanks before JSON": (head(content_type="application/json"), b" "),
    "brackets": (head(content_type="application/json"), b"["),
    "gzip of blank lines": (head(content_encoding="gzip") + gzip.compress(b"\n" * 50_000_000), b""),
    "gzip of nothing": (head(content_encoding="gzip"), gzip.compress(b"")),
}


@contextlib.asynccontextmanager
async def pouring(first: bytes, then: bytes) -> AsyncIterator[str]:
    """The address of a server whose answer begins so and never ends."""
    more = then * (65_536 // max(1, len(then)))

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(first)
            while True:
                writer.write(more)
                await writer.drain()
                await asyncio.sleep(0 if more else 0.1)

    server = await asyncio.start_server(reply, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def places_held(http: Http, address: str) -> set[str]:
    """Where the loop was held while the endless answer was read."""
    watchdog = LoopWatchdog()
    there = replace(provider("chat_completions"), base_url=address)
    with capture_logs() as said:
        watchdog.start()
        events, failure = await collect(ChatCompletions(http, there, "", SHORT))
        watchdog.stop()
    assert isinstance(failure, ProviderError)
    assert not text_of(events)
    return {where for one in said if "stack" in one and (where := place(one["stack"])) is not None}


@pytest.mark.parametrize("name", ENDLESS)
async def test_what_never_ends_is_ended(http: Http, name: str) -> None:
    """Within its time or its bytes, and nothing holds the loop each time it comes."""
    async with pouring(*ENDLESS[name]) as address:
        held = await places_held(http, address)
        for _ in range(ROUNDS - 1):
            held = held and held & await places_held(http, address)
    assert not held
