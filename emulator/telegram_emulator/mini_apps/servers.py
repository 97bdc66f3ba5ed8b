"""A server for each origin of Mini Apps, started when an app is first opened.

Served under a path of the page's own origin, an app would find neither its files nor its hot
reload, so each app has a port. Ports are assigned in order, so that an app finds its local storage
after a restart.
"""

import asyncio
import errno
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from telegram_emulator.config import Config

if TYPE_CHECKING:
    from aiohttp import web

HOST = "127.0.0.1"


class MiniAppServers:
    """The servers by the origin of their apps."""

    def __init__(self, config: Config) -> None:
        self._next_port = config.app_port
        self._ports: dict[str, int] = {}
        self._runners: list[web.AppRunner] = []
        self._lock = asyncio.Lock()

    async def port_for(self, url: str) -> int:
        """The loopback port that serves the origin of `url` with the web view's script.

        Raises:
            ValueError: for what is no address of a site.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no address of a Mini App")
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        async with self._lock:
            if origin not in self._ports:
                self._ports[origin] = await self._start(origin)
        return self._ports[origin]

    async def _start(self, origin: str) -> int:
        # Imported here: aiohttp takes longer to import than this package.
        from aiohttp import web

        from telegram_emulator.mini_apps.proxy import AppProxy

        runner = web.AppRunner(AppProxy(origin).application(), access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._runners.append(runner)
        site = web.TCPSite(runner, HOST, self._next_port)
        try:
            await site.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            site = web.TCPSite(runner, HOST, 0)
            await site.start()
        if self._next_port:
            self._next_port += 1
        return int(runner.addresses[0][1])

    async def close(self) -> None:
        """Close the servers and the connections through them."""
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()
        self._ports.clear()
