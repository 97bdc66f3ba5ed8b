"""The lines of the log panel: Bot API calls, updates and actions of the page.

They are only kept in memory. Files are replaced by their sizes; the bot's token never appears.
"""

from collections import deque
from collections.abc import Sequence
from itertools import count
from typing import Any, Literal

from telegram_emulator.changes import Changes
from telegram_emulator.clock import Clock
from telegram_emulator.events import TrafficEvent
from telegram_emulator.schemas import TrafficEntry

MEMORY = 500
SECRETS = {"secret_token", "provider_token"}
LONGEST = 2000
"""The length at which texts in the log are cut."""


class Traffic:
    """The last `MEMORY` lines."""

    def __init__(self, clock: Clock, changes: Changes) -> None:
        self._clock = clock
        self._changes = changes
        self._ids = count(1)
        self.entries: deque[TrafficEntry] = deque(maxlen=MEMORY)

    def add(
        self,
        direction: Literal["call", "update", "client"],
        name: str,
        *,
        ok: bool = True,
        status: int = 200,
        milliseconds: float = 0.0,
        request: Any = None,
        response: Any = None,
        ignored: Sequence[str] = (),
    ) -> None:
        """Add a line."""
        entry = TrafficEntry(
            id=next(self._ids),
            at=self._clock.now(),
            direction=direction,
            name=name,
            ok=ok,
            status=status,
            milliseconds=round(milliseconds, 2),
            request=readable(request),
            response=readable(response),
            ignored=list(ignored),
        )
        self.entries.append(entry)
        self._changes.emit(TrafficEvent(entry))


def _hidden(name: str) -> str | None:
    return "…" if name in SECRETS else None


def readable(value: Any) -> Any:
    """`value` for the log: bytes as sizes, long texts cut."""
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if isinstance(value, str) and len(value) > LONGEST:
        return value[:LONGEST] + "…"
    if isinstance(value, dict):
        return {key: _hidden(key) or readable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [readable(item) for item in value]
    return value
