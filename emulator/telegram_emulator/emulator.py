"""The emulator as a part of an application: routes, a clock, start and stop."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from litestar import Router

from telegram_emulator.api import BotApiServer
from telegram_emulator.clock import real_now
from telegram_emulator.config import Config
from telegram_emulator.controller import build_routes
from telegram_emulator.hub import build_hub
from telegram_emulator.nursery import Nursery


class Emulator:
    """A Telegram that runs inside this process.

    Building one reads its world from the state directory and writes nothing; `start` does. Put
    `BrowserGuard` around the application that serves `routes`.
    """

    def __init__(self, config: Config, real_clock: Callable[[], datetime] = real_now) -> None:
        self.config = config
        self.hub = build_hub(config, real_clock)
        self._server = BotApiServer(self.hub)
        self._nursery = Nursery()
        self._started = False
        self.routes: Sequence[Router] = build_routes(self.hub, self._server)

    def clock(self) -> datetime:
        """The emulated time. An application that uses it as its clock experiences renewals and
        expiries together with Telegram."""
        return self.hub.clock.now()

    def claim(self) -> None:
        """Claim the state directory for this process. `start` does it too; calling it before the
        server starts allows a failure in one line.

        Raises:
            StateInUse: when another process does.
        """
        self.hub.store.claim()

    async def start(self) -> None:
        """Start storing the world and delivering updates.

        Raises:
            StateInUse: as `claim`.
        """
        self.claim()
        self._started = True
        self.hub.store.start(self._nursery)
        self.hub.deliveries.start(self._nursery, self._reply)

    async def _reply(self, method: str, parameters: dict[str, Any]) -> object:
        """Run a method from a webhook's response; like Telegram, its result is discarded."""
        return await self._server.call(self.config.token, method, parameters, {})

    def release(self) -> None:
        """End long polls, streams and calls without a response, so that the server can close its
        connections. Call it when shutdown begins."""
        self.hub.polling.stop()
        self._server.stop()
        self.hub.changes.close()

    async def stop(self) -> None:
        """Write unsaved changes; calling it again has no effect. A process that never started the
        emulator (a worker beside the server) has an old copy of the world and does not write."""
        self.release()
        try:
            await self.hub.mini_apps.close()
            await self._nursery.close()
        finally:  # also when Ctrl-C cancels the waiting
            if self._started:
                self._started = False
                self.hub.store.flush()
            self.hub.store.release()
