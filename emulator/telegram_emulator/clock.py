"""The emulator's time: real time plus an offset.

In local mode the whole application uses `Clock.now`, so that plans and subscriptions move with
Telegram's time.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from telegram_emulator.world import World


def real_now() -> datetime:
    """The real time in UTC."""
    return datetime.now(UTC)


class Clock:
    """Tells the time; `ahead_seconds` is part of the stored world and survives a restart."""

    def __init__(self, world: World, real: Callable[[], datetime] = real_now) -> None:
        self._world = world
        self.real = real

    def now(self) -> datetime:
        """The emulated time."""
        return self.real() + timedelta(seconds=self._world.ahead_seconds)

    def timestamp(self) -> int:
        """The emulated time as a Unix timestamp."""
        return int(self.now().timestamp())

    def move_to(self, moment: datetime) -> None:
        """Move the clock forward; a moment in the past changes nothing."""
        ahead = round((moment - self.real()).total_seconds())
        self._world.ahead_seconds = max(self._world.ahead_seconds, ahead)
