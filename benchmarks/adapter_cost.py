"""CPU a token of an adapter with its HTTP client. A raw server in another process answers.

    .venv/bin/python -m benchmarks.adapter_cost [--streams 50] [--tokens 100000]

Each stream's server writes a group of tokens at once, every token its own HTTP chunk, as
providers do; the time is this process's CPU, system calls included.
"""

import argparse
import asyncio
import multiprocessing
import multiprocessing.connection
import time

import uvloop

from backend.llm import ChatRequest, PromptTurn, Text, TextPart
from backend.llm.adapters.chat_completions import ChatCompletions
from backend.llm.http.client import Http
from backend.llm.model import Provider
from backend.llm.simulation.fake import FAKE_MODEL

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
)
TOKEN = (
    b'data: {"id":"chatcmpl-9a8b7c6d5e4f","object":"chat.completion.chunk","created":1764000000,'
    b'"model":"grok-4.7","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}'
    b"\n\n"
)
LAST = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def serve(port: multiprocessing.connection.Connection, tokens: int, group: int) -> None:
    """Answer every request with `tokens` tokens, `group` of them a write."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        writer.write(HEAD)
        batch = _chunk(TOKEN) * group
        for _ in range(tokens // group):
            writer.write(batch)
            await asyncio.sleep(0.02)
        writer.write(_chunk(LAST) + b"0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1000)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    uvloop.run(main())


async def measure(port: int, streams: int) -> tuple[float, int, int]:
    """CPU seconds, characters and reads of `streams` answers at once."""
    provider = Provider("bench", "Bench", "chat_completions", f"http://127.0.0.1:{port}/v1")
    request = ChatRequest(FAKE_MODEL, "", (PromptTurn("user", (TextPart("go"),)),))
    characters = reads = 0

    async def one(adapter: ChatCompletions) -> None:
        nonlocal characters, reads
        async for batch in adapter.stream(request):
            reads += 1
            characters += sum(len(event.text) for event in batch if isinstance(event, Text))

    async with Http() as http:
        adapter = ChatCompletions(http, provider)
        started = time.process_time()
        await asyncio.gather(*(one(adapter) for _ in range(streams)))
        return time.process_time() - started, characters, reads


def main() -> None:
    """Measure groups of 100, 20, 5 and 1 tokens a read."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=50)
    parser.add_argument("--tokens", type=int, default=100_000)
    options = parser.parse_args()
    each = options.tokens // options.streams
    for group in (100, 20, 5, 1):
        here, there = multiprocessing.Pipe()
        server = multiprocessing.Process(target=serve, args=(there, each, group), daemon=True)
        server.start()
        cpu, characters, reads = uvloop.run(measure(here.recv(), options.streams))
        tokens = characters / len(" word")
        print(
            f"{group:4d} tokens a write: {cpu / tokens * 1e6:6.2f} µs CPU a token"
            f"  ({tokens:.0f} tokens, {reads} reads)",
            flush=True,
        )
        server.terminate()


if __name__ == "__main__":
    main()
