"""The emulator as the application sees it: routes, a clock, start and stop."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from litestar import Router

from backend.emulator.api import BotApiServer
from backend.emulator.clock import real_now
from backend.emulator.controller import build_routes
from backend.emulator.hub import build_hub
from backend.emulator.page import Page
from backend.errors import SettingsInvalid
from backend.nursery import Nursery
from backend.settings import Settings


class Emulator:
    """A Telegram that runs inside this process. Local mode only.

    Building one reads its world from the data directory and writes nothing; `start` does.
    """

    def __init__(self, settings: Settings, real_clock: Callable[[], datetime] = real_now) -> None:
        if not settings.local:
            raise SettingsInvalid(
                name="TANYA_MODE", reason="is not `local`, and the emulator runs nowhere else"
            )
        self.hub = build_hub(settings, real_clock)
        self._server = BotApiServer(self.hub)
        self._started = False
        self.routes: Sequence[Router] = build_routes(self.hub, self._server, Page())

    def clock(self) -> datetime:
        """The emulated time; the whole application lives by it in local mode."""
        return self.hub.clock.now()

    def claim(self) -> None:
        """Make this process the one that plays Telegram over this data directory. `start` does
        it too; before the server starts it can be refused in one line.

        Raises:
            SettingsInvalid: when another process does.
        """
        self.hub.store.claim()

    async def start(self, nursery: Nursery) -> None:
        """Begin to keep the world and to deliver updates.

        Raises:
            SettingsInvalid: as `claim`.
        """
        self.claim()
        self._started = True
        self.hub.store.start(nursery)
        self.hub.deliveries.start(nursery, self._reply)

    async def _reply(self, method: str, parameters: dict[str, Any]) -> object:
        """A method in a webhook's answer; its result goes nowhere, as with Telegram."""
        token = self.hub.settings.bot_token
        return await self._server.call(token, method, parameters, {})

    def release(self) -> None:
        """End long polls, streams and unanswered calls, so that the server can close its
        connections. Call it when shutdown begins."""
        self.hub.polling.stop()
        self._server.stop()
        self.hub.changes.close()

    async def stop(self) -> None:
        """Write what is not yet written. A process that never started the emulator (a worker
        beside the server) has an old copy of the world and leaves the file alone."""
        self.release()
        if self._started:
            self.hub.store.flush()
        self.hub.store.release()
