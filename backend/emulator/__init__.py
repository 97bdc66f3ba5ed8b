"""A Telegram for one machine: a Bot API server, Stars, a clock, faults, and a client's page.

Local mode only. aiogram and any other Bot API client run against it unmodified; see
docs/emulator.md.
"""

from collections.abc import Callable
from datetime import datetime

from backend.emulator.clock import real_now
from backend.emulator.emulator import Emulator
from backend.settings import Settings

__all__ = ["API_PATH", "Emulator", "build_emulator"]

API_PATH = "/telegram-api"
"""Below the origin: the base for `TelegramAPIServer.from_base`."""


def build_emulator(settings: Settings, real_clock: Callable[[], datetime] = real_now) -> Emulator:
    """The emulator: mount `.routes`, take `.clock`, `await .start(nursery)`, `.release()` when
    shutdown begins, `await .stop()` at its end.

    Raises:
        SettingsInvalid: outside local mode.
    """
    return Emulator(settings, real_clock)
