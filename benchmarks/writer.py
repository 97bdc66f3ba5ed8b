"""A mock provider that writes Markdown, at a reader's pace, for measuring the client.

What it writes is asked for in the question: `write:<at once>:<paced>`, both in characters, or
`code:<at once>:<paced>` for a single block of code. The second part follows in tokens of five
characters, fifty a second. Anything else that is asked of it
(titles, suggested replies) gets two words.
"""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count, islice
from typing import Final

import msgspec

from benchmarks.provider import HEAD, chunk, ending

TOKEN: Final = 5
"""Characters."""
TOKENS_A_SECOND: Final = 50
_ASKED = re.compile(rb"(write|code):(\d+):(\d+)")


def markdown(length: int) -> str:
    """As many characters of an answer with everything that answers have."""
    return "".join(islice(_letters(), length))


def code(length: int) -> str:
    """As many characters of one block of code."""
    lines = (f"    height_{n} = sum(a * cos(w * t + p) for a, w, p in WAVES)\n" for n in count(1))
    return "```python\n" + "".join(islice(chain.from_iterable(lines), length))


def _letters() -> Iterator[str]:
    for number in count(1):
        yield from (
            f"## Part {number}: the tides\n\n"
            "The moon pulls at the **water** of the oceans, and the earth turns below it, so that "
            "twice a day the sea rises and falls at a coast; *how far* depends on the shape of the "
            f"bay, see [the tables](https://example.org/{number}) and `height(t)`.\n\n"
            "- Spring tides, when the sun and the moon pull the same way\n"
            "- Neap tides, when they **pull crosswise**\n"
            "- Storm surges, which no table knows\n\n"
            "```python\ndef height(t: float) -> float:\n"
            '    """Metres above the mean, at a moment."""\n'
            "    return sum(a * cos(w * t + p) for a, w, p in WAVES)\n```\n\n"
            "| Place | High | Low |\n|---|---:|---:|\n"
            "| Brest | 7.1 | 0.9 |\n| Cork | 4.2 | 0.4 |\n\n"
        )


def _piece(text: str) -> bytes:
    body = msgspec.json.encode({"choices": [{"index": 0, "delta": {"content": text}}]})
    return chunk(b"data: " + body + b"\n\n")


@contextmanager
def running() -> Iterator[int]:
    """The provider in a thread of its own; its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(
        asyncio.start_server(_answer, "127.0.0.1", 0), loop
    ).result()
    port: int = listening.sockets[0].getsockname()[1]
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = re.search(rb"(?i)content-length: *(\d+)", head)
            body = await reader.readexactly(int(length[1] if length else 0))
            asked = None if b"---" in body else _ASKED.search(body)
            await _write(writer, *_wanted(asked) if asked else (markdown(8), 8))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def _wanted(asked: re.Match[bytes]) -> tuple[str, int]:
    at_once, paced = int(asked[2]), int(asked[3])
    return (code if asked[1] == b"code" else markdown)(at_once + paced), at_once


async def _write(writer: asyncio.StreamWriter, text: str, at_once: int) -> None:
    writer.write(HEAD + _piece(text[:at_once] or text[:TOKEN]))
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, at in enumerate(range(at_once or TOKEN, len(text), TOKEN)):
        await asyncio.sleep(began + number / TOKENS_A_SECOND - loop.time())
        writer.write(_piece(text[at : at + TOKEN]))
        await writer.drain()
    writer.write(ending(len(text) // TOKEN))
