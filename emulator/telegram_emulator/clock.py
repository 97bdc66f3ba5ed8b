"""The emulator's time: real time plus the offset.

In local mode the whole application takes `Clock.now` as its clock, so that plans and
subscriptions age together with Telegram.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from telegram_emulator.world import World


def real_now() -> datetime:
    """The real time, aware, in UTC."""
    return datetime.now(UTC)


class Clock:
    """Reads the time; `ahead_seconds` lives in the world and survives a restart."""

    def __init__(self, world: World, real: Callable[[], datetime] = real_now) -> None:
        self._world = world
        self.real = real

    def now(self) -> datetime:
        """The emulated time."""
        return self.real() + timedelta(seconds=self._world.ahead_seconds)

    def timestamp(self) -> int:
        """The emulated time as Telegram writes it: seconds since 1970."""
        return int(self.now().timestamp())

    def move_to(self, moment: datetime) -> None:
        """Travel forward; a moment already passed changes nothing."""
        ahead = round((moment - self.real()).total_seconds())
        self._world.ahead_seconds = max(self._world.ahead_seconds, ahead)
