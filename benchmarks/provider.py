"""A mock provider: OpenAI's Chat Completions over SSE, paced to the millisecond, and cheap.

What it writes is asked for in the question itself: `bench:<tokens>:<tokens a second>`. The first
token goes out at once; the rest in ticks of 10 ms, and of the streams of one rate every tick
serves an equal part. One piece of bytes is made a tick, for all its streams. Each token is
` ~` and eight hexadecimal digits: tenths of milliseconds of the machine's monotonic clock, never
the same twice, so that a reader can tell how old, whole and ordered what it got is.

`bench:<tokens>:<rate>:<mark>` also has it remember when its caller broke the answer off. Whatever
is sent over its pipe, it answers with those moments: by mark, in seconds of the same clock.
"""

import asyncio
import os
import re
import time
from multiprocessing.connection import Connection
from typing import Final, cast

import uvloop

from benchmarks.machine import pin

TICK: Final = 0.010
TICKS_A_SECOND: Final = round(1 / TICK)

HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    b"Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
)
WHOLE_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)
_BEFORE: Final = (
    b'data: {"id":"chatcmpl-9a8b7c6d5e4f","object":"chat.completion.chunk","created":1764000000,'
    b'"model":"bench","choices":[{"index":0,"delta":{"content":" ~'
)
_AFTER: Final = b'"},"finish_reason":null}]}\n\n'
_LENGTH: Final = len(_BEFORE) + 8 + len(_AFTER)
_TOKEN: Final = b"%x\r\n%b%%08x%b\r\n" % (_LENGTH, _BEFORE, _AFTER)
_ASKED = re.compile(rb"bench:(\d+):(\d+)(?::(\w+))?")


def chunk(data: bytes) -> bytes:
    """One piece of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def whole(tokens: list[bytes]) -> bytes:
    """An answer in one piece."""
    body = (
        b'{"id":"chatcmpl-9a8b7c6d5e4f","object":"chat.completion","created":1764000000,'
        b'"model":"bench","choices":[{"index":0,"message":{"role":"assistant","content":"%b"},'
        b'"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":%d,'
        b'"total_tokens":%d}}' % (b"".join(tokens), len(tokens), len(tokens) + 12)
    )
    return WHOLE_HEAD % len(body) + body


def ending(tokens: int) -> bytes:
    """Finish reason, usage, [DONE] and the end of the body."""
    return (
        chunk(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n')
        + chunk(
            b'data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":%d,'
            b'"total_tokens":%d}}\n\ndata: [DONE]\n\n' % (tokens, tokens + 12)
        )
        + b"0\r\n\r\n"
    )


class Pacer:
    """All streams: of each rate, as many groups as a token's interval has ticks."""

    def __init__(self) -> None:
        self.broken: dict[str, float] = {}
        self._groups: dict[int, list[set[Stream]]] = {}
        self._next_group = 0
        self._stamp = 0
        self._tick = 0
        self._timer: asyncio.TimerHandle | None = None

    def token(self) -> bytes:
        """A token that was never written before, as a chunk."""
        return _TOKEN % self.stamp()

    def stamp(self) -> int:
        """The moment, never twice the same."""
        self._stamp = max(self._stamp + 1, int(time.monotonic() * 10_000) & 0xFFFFFFFF)
        return self._stamp

    def add(self, stream: "Stream", rate: int) -> set["Stream"]:
        """Put a stream into the next group of its rate."""
        interval = max(1, TICKS_A_SECOND // rate)
        groups = self._groups.setdefault(interval, [set() for _ in range(interval)])
        self._next_group += 1
        group = groups[self._next_group % interval]
        group.add(stream)
        if self._timer is None:
            self._due = asyncio.get_running_loop().time() + TICK
            self._arm()
        return group

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_at(self._due, self._turn)

    def _turn(self) -> None:
        self._tick += 1
        for interval, groups in self._groups.items():
            group = groups[self._tick % interval]
            if not group:
                continue
            token = self.token()
            ended = []
            for stream in group:
                stream.transport.write(token)
                stream.left -= 1
                if not stream.left:
                    ended.append(stream)
            for stream in ended:
                group.discard(stream)
                stream.end()
        self._due += TICK
        self._timer = None
        if any(any(groups) for groups in self._groups.values()):
            self._arm()


class Stream(asyncio.Protocol):
    """One connection; it may ask again when an answer is over."""

    transport: asyncio.Transport

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer
        self._received = b""
        self._group: set[Stream] | None = None
        self._tokens = 0
        self._mark = ""
        self.left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def connection_lost(self, error: Exception | None) -> None:
        """The caller has gone."""
        if self._group is None:
            return
        self._group.discard(self)
        if self._mark:
            self._pacer.broken[self._mark] = time.monotonic()

    def data_received(self, data: bytes) -> None:
        """Wait for a whole request, then answer it."""
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        if len(body) >= int(length[1] if length else 0):
            self._received = b""
            self._answer(body)

    def _answer(self, body: bytes) -> None:
        asked = _ASKED.search(body)
        self._tokens, rate = (int(asked[1]), int(asked[2])) if asked else (3, 0)
        self._mark = asked[3].decode() if asked and asked[3] else ""
        if b"---" in body:  # a title is wanted, for a question that is quoted in it
            self._tokens, rate = 3, 0
        if b'"stream":false' in body:
            stamps = [b" ~%08x" % self._pacer.stamp() for _ in range(self._tokens)]
            self.transport.write(whole(stamps))
            return
        self.left = self._tokens - 1
        first = HEAD + self._pacer.token()
        if self.left and rate:
            self.transport.write(first)
            self._group = self._pacer.add(self, rate)
            return
        pieces = [first, *(self._pacer.token() for _ in range(self.left))]
        self.transport.write(b"".join(pieces))
        self.end()

    def end(self) -> None:
        """All tokens are written."""
        self._group = None
        self.transport.write(ending(self._tokens))


def run(pipe: Connection, allowed: frozenset[int]) -> None:
    """Serve until the other end of the pipe is closed; tells its port first."""
    pin(0, allowed)

    async def serve() -> None:
        pacer = Pacer()
        loop = asyncio.get_running_loop()
        over = asyncio.Event()
        server = await loop.create_server(lambda: Stream(pacer), "127.0.0.1", 0, backlog=4096)
        pipe.send(server.sockets[0].getsockname()[1])
        loop.add_reader(pipe.fileno(), _obey, pipe, pacer, over)
        await over.wait()

    uvloop.run(serve())


def _obey(pipe: Connection, pacer: Pacer, over: asyncio.Event) -> None:
    os.set_blocking(pipe.fileno(), True)  # watching it has made it what a pipe is not
    try:
        pipe.recv()
    except EOFError:
        over.set()
    else:
        pipe.send(pacer.broken)
