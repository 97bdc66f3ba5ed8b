"""Serves the emulator on a port of its own."""

import asyncio
import socket
from collections.abc import Callable, Sequence

import uvicorn
from litestar import Litestar
from litestar.exceptions import HTTPException

from telegram_emulator.bots import Bots
from telegram_emulator.browser_guard import App, BrowserGuard
from telegram_emulator.controller import answer_http_error
from telegram_emulator.emulator import Emulator
from telegram_emulator.errors import ConfigInvalid

CLOSE_SECONDS = 1
"""How many seconds open connections have to end."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def build_app(emulators: Sequence[Emulator], host: str = LOOPBACK[0]) -> App:
    """The ASGI application for a server that listens on `host`, with one bot or several."""
    apps = [_app_of(emulator) for emulator in emulators]
    app = apps[0] if len(apps) == 1 else Bots(emulators, apps)
    return BrowserGuard(app, any_address=host not in LOOPBACK)


def _app_of(emulator: Emulator) -> App:
    return Litestar(
        list(emulator.routes),
        openapi_config=None,
        logging_config=None,
        exception_handlers={HTTPException: answer_http_error},
    )


def listen(host: str, port: int) -> socket.socket:
    """Open a listening socket before anything else starts; port 0 takes any free port.

    Raises:
        ConfigInvalid: another program listens there, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise ConfigInvalid(f"port {port} of {host} cannot be used: {error.strerror}") from None


async def serve(
    emulators: Sequence[Emulator],
    listening: socket.socket,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve a bot or several until the task is cancelled or the process gets SIGINT or SIGTERM.

    Raises:
        StateInUse: when another process has the state directory.
    """
    for emulator in emulators:
        emulator.claim()
    host = listening.getsockname()[0]
    config = uvicorn.Config(
        build_app(emulators, host),
        log_level="warning",
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=CLOSE_SECONDS,
    )
    server = _Server(config, emulators, ready)
    try:
        for emulator in emulators:
            await emulator.start()
        await server.serve(sockets=[listening])
    except asyncio.CancelledError:
        server.should_exit = True
        await server.shutdown([listening])
        raise
    finally:
        for emulator in emulators:
            await emulator.stop()


class _Server(uvicorn.Server):
    """Reports when it is ready, and ends long polls before it waits for connections to close."""

    def __init__(
        self, config: uvicorn.Config, emulators: Sequence[Emulator], ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._emulators = emulators
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then report it."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End long polls and streams, and write the world: after SIGTERM uvicorn raises the signal
        again before `serve` could do it."""
        for emulator in self._emulators:
            emulator.release()
        await super().shutdown(sockets=sockets)
        for emulator in self._emulators:
            await emulator.stop()
