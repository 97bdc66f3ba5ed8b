"""A provider on a real socket that sends exactly the bytes it is told to, and then misbehaves."""

import asyncio
import json
from types import TracebackType
from typing import Self

from backend.llm.adapters.chat_completions import ChatCompletions
from backend.llm.http.client import Http
from backend.llm.http.wire import Budgets
from backend.llm.model import Provider

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
STALL = b"<stall>"
BUDGETS = Budgets(connect=2.0, first_event=1.0, idle=0.5, hard=20.0)


def said(text: str) -> bytes:
    """One chunk of an answer."""
    chunk = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


END = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'


class RawProvider:
    """Sends `script` to whoever asks: pieces of bytes, STALL for silence without end."""

    def __init__(self) -> None:
        self.script: list[bytes] = []
        self.pause = 0.0
        self.hung_up = asyncio.Event()

    def adapter(self) -> ChatCompletions:
        """The real adapter, pointed at this provider."""
        port = self._server.sockets[0].getsockname()[1]
        provider = Provider("raw", "Raw", "chat_completions", f"http://127.0.0.1:{port}/v1")
        return ChatCompletions(self._http, provider, budgets=BUDGETS)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length")
            )
            await reader.readexactly(length)
            for piece in self.script:
                if piece == STALL:
                    await reader.read()
                    break
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(self.pause)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.hung_up.set()
            writer.close()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self._http = await Http().open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.close()
        self._server.close()
