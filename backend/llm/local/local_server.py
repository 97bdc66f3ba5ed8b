"""The local model: llama.cpp's server in a separate process, on loopback.

In its own process it cannot block the event loop, a broken model file cannot crash Tanya, and
shutdown is one kill. It exits when its standard input closes, so it never outlives its parent.
"""

import asyncio
import contextlib
import json
import os
import secrets
import sys
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Final

import structlog
from msgspec.structs import replace

from backend.errors import LocalModelFailed, ProviderUnavailable
from backend.llm.adapters.chat_completions import ChatCompletions
from backend.llm.events import Event
from backend.llm.http.wire import Budgets, HttpClient
from backend.llm.local.circles import ended_in_circles
from backend.llm.model import Provider
from backend.llm.port import ChatRequest

log = structlog.get_logger("tanya.llm")

START_SECONDS: Final = 120.0
STOP_SECONDS: Final = 1.0
# A full window takes a slow machine a minute or two to read.
BUDGETS: Final = Budgets(first_event=240.0, idle=120.0)


class LocalServer:
    """The server's process: started on first need, started again after it died."""

    def __init__(self, model: Path, *, context_tokens: int = 8192, slots: int = 2) -> None:
        self._model = model
        self._context_tokens = context_tokens
        self._slots = slots
        self._key = secrets.token_urlsafe(24)
        self._process: asyncio.subprocess.Process | None = None
        self._base_url = ""
        self.failed = False
        """Whether the last attempt to load the model failed."""
        self._lock = asyncio.Lock()

    @property
    def key(self) -> str:
        """The key that requests need, so that other users of this machine are refused."""
        return self._key

    @property
    def running(self) -> bool:
        """Whether the model is loaded and its process alive."""
        return self._process is not None and self._process.returncode is None

    @property
    def loading(self) -> bool:
        """Whether the model is being loaded."""
        return self._lock.locked()

    async def base_url(self) -> str:
        """The server's address, once the model is loaded.

        Raises:
            LocalModelFailed: there is no file, or the model cannot be loaded.
        """
        async with self._lock:
            if not self.running:
                self.failed = True
                await self._start()
                self.failed = False
            return self._base_url

    async def close(self) -> None:
        """End the process; at most a second."""
        process, self._process = self._process, None
        if process is not None:
            await _end(process)

    async def _start(self) -> None:
        if not self._model.is_file():
            raise LocalModelFailed(reason=f"{self._model.name} is not there; `tanya model fetch`")
        started = asyncio.get_running_loop().time()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "backend.llm.local.llama_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=Path(__file__).parents[3],
        )
        try:
            told = await asyncio.wait_for(self._introduce(process), START_SECONDS)
        except (TimeoutError, OSError, asyncio.CancelledError):
            await _end(process)
            raise
        if "address" not in told:
            await _end(process)
            raise LocalModelFailed(reason=told.get("error", "its process ended while loading"))
        self._process, self._base_url = process, f"{told['address']}/v1"
        seconds = round(asyncio.get_running_loop().time() - started, 2)
        log.info("local_model_ready", seconds=seconds, model=self._model.name)

    async def _introduce(self, process: asyncio.subprocess.Process) -> dict[str, str]:
        """Send the process what to load; it answers with one line."""
        assert process.stdin is not None
        assert process.stdout is not None
        order = {
            "model": str(self._model.resolve()),
            "key": self._key,
            "context_tokens": self._context_tokens,
            "slots": self._slots,
            # Half the cores: its threads spin while they wait, so a core shared with anything else
            # slows it down (61 tokens a second against 31 here).
            "threads": max(1, min((os.cpu_count() or 1) // 2, 8)),
        }
        process.stdin.write(json.dumps(order).encode() + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
        return dict(json.loads(line)) if line else {}


class LocalModel:
    """The adapter of the local model: Chat Completions, spoken to our own server."""

    def __init__(self, http: HttpClient, provider: Provider, server: LocalServer) -> None:
        self._http = http
        self._provider = provider
        self._server = server

    async def stream(self, request: ChatRequest) -> AsyncGenerator[Sequence[Event], None]:
        """See `backend.llm.port.Adapter`. The first question may wait until the model is loaded."""
        try:
            base_url = await self._server.base_url()
        except (LocalModelFailed, TimeoutError, OSError) as error:
            log.warning("local_model_failed", reason=str(error))
            raise ProviderUnavailable(provider=self._provider.name, reason="not_loaded") from error
        provider = replace(self._provider, base_url=base_url)
        adapter = ChatCompletions(self._http, provider, self._server.key, BUDGETS)
        stream = ended_in_circles(adapter.stream(request))
        async with contextlib.aclosing(stream):
            async for batch in stream:
                yield batch


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
