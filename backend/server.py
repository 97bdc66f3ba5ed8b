"""Runs the server: uvicorn with uvloop and httptools. It drains running answers before it stops."""

import asyncio
import errno
import gc
import os
import resource
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import click
import msgspec
import uvicorn
import uvloop

from backend.app import build_app
from backend.container import Container
from backend.data_dir import prepare
from backend.db import Database, KeyRing
from backend.db.migrate import require_ready, upgrade
from backend.errors import PortBusy, SettingsInvalid
from backend.generation import BEAT_SECONDS, require_alone, this_process
from backend.introduction import WEB, WORKER, introduction
from backend.lifecycle import drain_container, start_container, start_worker, stop_container
from backend.local_mode import claim_state
from backend.settings import Settings
from backend.tracing import set_up_tracing
from backend.watchdog import LoopWatchdog
from backend.web import ClientConnections, TrustedProxies
from backend.web.http_protocol import http_protocol
from backend.worker_metrics import serve_metrics

# How long open connections may take to end once the answers are drained.
CLOSE_SECONDS = 1
TICK_SECONDS = 1.0
BACKLOG = 4096
GONE_SECONDS = 40
"""A connection whose other end acknowledges nothing for so long is closed: a phone that lost its
network sends no FIN, and Linux gives up only after 15 minutes. The reader resumes later."""


def forbid_core_dumps() -> None:
    """Disable core dumps of this process and its children: memory holds messages and the master
    key."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_dev(settings: Settings, *, open_browser: bool) -> None:
    """Run everything in one process, for development; Ctrl-C ends it at once."""
    forbid_core_dumps()
    settings = msgspec.structs.replace(settings, drain_seconds=0)
    address = f"http://localhost:{settings.port}/"

    def ready() -> None:
        click.echo(boxed(f"Tanya is at {address}", "Ctrl-C ends it"))
        if open_browser and has_display():
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    settings = prepare(settings)
    upgrade(Database.open(settings.database))
    require_ready(Database.open(settings.database), KeyRing.from_settings(settings))
    _run(settings, ready, jobs=True)


def run_server(settings: Settings) -> None:
    """Run the web process. The database must be at the newest revision (`tanya migrate`)."""
    forbid_core_dumps()
    settings = prepare(settings)
    require_ready(Database.open(settings.database), KeyRing.from_settings(settings))
    introduce(settings, WEB)
    _run(settings, lambda: None, jobs=settings.local)


def run_worker(settings: Settings) -> None:
    """Run the periodic jobs until a signal."""
    forbid_core_dumps()
    settings = prepare(settings)
    require_ready(Database.open(settings.database), KeyRing.from_settings(settings))
    introduce(settings, WORKER)

    async def work() -> None:
        container = Container(settings)
        ended = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        await start_worker(container)
        served = serve_metrics(settings)
        watchdog = LoopWatchdog()
        watchdog.start()
        try:
            await ended.wait()
        finally:
            watchdog.stop()
            served()
            await stop_container(container)

    uvloop.run(work())


def _run(settings: Settings, ready: Callable[[], None], *, jobs: bool) -> None:
    listening = bind(settings.host, settings.port)
    if not settings.valkey_url:
        _require_alone(settings)
    set_up_tracing(settings)
    container = Container(settings)
    if container.emulator:
        claim_state(container.emulator)  # refused in one line, before anything is served
    config = uvicorn.Config(
        build_app(container),
        lifespan="off",  # it would print a traceback; the command prints one line
        http=connection_protocol(settings),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=not settings.local,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=CLOSE_SECONDS,
        backlog=BACKLOG,
    )
    server = _DrainingServer(config, container, ready, jobs=jobs)
    uvloop.run(server.serve(sockets=[listening]))
    if not server.started:
        sys.exit(1)


def introduce(settings: Settings, role: str) -> None:
    """Print what this process is to standard output; the log goes to standard error."""
    for line in introduction(settings, role):
        click.echo(line)


def _require_alone(settings: Settings) -> None:
    async def check() -> None:
        database = Database.open(settings.database)
        try:
            await require_alone(database, this_process(""), 2 * BEAT_SECONDS)
        finally:
            await database.close()

    asyncio.run(check())


def connection_protocol(settings: Settings) -> type[asyncio.Protocol]:
    """What serves each connection, with its bounds; uvicorn's `http` setting."""
    proxies = TrustedProxies(settings.trusted_proxies)
    return http_protocol(ClientConnections(proxies, believe_forwarded=not settings.local))


class _DrainingServer(uvicorn.Server):
    """Starts the container; on a signal lets running answers finish, then closes connections."""

    def __init__(
        self, config: uvicorn.Config, container: Container, ready: Callable[[], None], *, jobs: bool
    ) -> None:
        super().__init__(config)
        self._container = container
        self._jobs = jobs
        self._ready = ready
        self._watchdog = LoopWatchdog()
        self._signalled = asyncio.Event()

    async def main_loop(self) -> None:
        """Wait for a signal. uvicorn's own looks ten times a second, which was a quarter of an idle
        server's wake-ups; the date in responses is of the last second."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._signalled.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Called in the signal's handler, between two steps of the loop's thread."""
        super().handle_exit(sig, frame)
        self._loop.call_soon_threadsafe(self._signalled.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and report readiness. The caller reports a failed start."""
        self._loop = asyncio.get_running_loop()
        try:
            await start_container(self._container, jobs=self._jobs)
        except BaseException:
            with suppress(Exception):  # parts that failed to start cannot always be closed
                await stop_container(self._container)
            raise
        await super().startup(sockets=sockets)
        if self.started:
            tune_garbage_collection()
            self._watchdog.start()
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain while the port still answers, so that readers receive the ends of their answers."""
        await drain_container(self._container)
        self._watchdog.stop()
        await super().shutdown(sockets=sockets)
        await stop_container(self._container)


def tune_garbage_collection() -> None:
    """Measured with 9,500 streams: CPU a token from 142 to 75 µs, p99 delay from 1.5 s to 25 ms."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 1000)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, bound before anything is started.

    Raises:
        PortBusy: another program listens there.
        SettingsInvalid: the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _detect_dead_peers(listening)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise PortBusy(port=port) from error
        raise SettingsInvalid(
            name="HOST or PORT", reason=f"cannot be used: {error.strerror}"
        ) from None
    return listening


def _detect_dead_peers(listening: socket.socket) -> None:
    """Close dead connections: accepted sockets inherit TCP keep-alive from this one (tcp(7))."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_USER_TIMEOUT", GONE_SECONDS * 1000),  # something was sent, and is not acknowledged
        ("TCP_KEEPIDLE", GONE_SECONDS // 2),  # nothing was sent: ask
        ("TCP_KEEPINTVL", GONE_SECONDS // 4),
    ):
        if hasattr(socket, name):  # Linux has them all
            listening.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def boxed(*lines: str) -> str:
    """Lines in a frame, so that they stand out in a terminal."""
    width = max(map(len, lines))
    rows = [f"  │  {line.ljust(width)}  │" for line in lines]
    edge = "─" * (width + 4)
    return "\n".join(["", f"  ╭{edge}╮", *rows, f"  ╰{edge}╯", ""])


def has_display() -> bool:
    """Whether a browser window could be shown here."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
