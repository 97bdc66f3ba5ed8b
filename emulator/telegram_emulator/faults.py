"""Injected faults, and the update or call that is affected next."""

from collections import deque
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from telegram_emulator.changes import Changes
from telegram_emulator.events import FaultsEvent
from telegram_emulator.schemas import ApiFault, Faults, UpdateFault, UpdateFaultKind
from telegram_emulator.world import FaultsRecord, World

FLOOD_BURST = 5
"""How many messages a chat can get at once while the flood limit is on; then one per second."""

Fault = TypeVar("Fault", UpdateFault, ApiFault)


class FaultBox:
    """The active faults; each use lowers a fault's count."""

    def __init__(self, world: World, changes: Changes) -> None:
        self._world = world
        self._changes = changes
        self._sent: dict[int, deque[float]] = {}

    @property
    def _record(self) -> FaultsRecord:
        return self._world.faults

    def view(self) -> Faults:
        """All faults, for the page."""
        record = self._record
        return Faults(
            updates=list(record.updates),
            api=list(record.api),
            webhook_down=record.webhook_down,
            flood=record.flood,
        )

    def tell(self) -> None:
        """Tell the page about the faults."""
        self._changes.emit(FaultsEvent(self.view()))

    def add_update_fault(self, fault: UpdateFault) -> None:
        """Add it after those that are already waiting."""
        self._record.updates.append(fault)
        self.tell()

    def add_api_fault(self, fault: ApiFault) -> None:
        """Add it after those that are already waiting."""
        self._record.api.append(fault)
        self.tell()

    def set_webhook_down(self, down: bool) -> None:
        """Make the webhook unreachable or reachable."""
        self._record.webhook_down = down
        self.tell()

    def set_flood(self, enabled: bool) -> None:
        """Turn the flood limit on or off."""
        self._record.flood = enabled
        self._sent.clear()
        self.tell()

    def clear(self) -> None:
        """End all faults."""
        self._world.faults = FaultsRecord()
        self.tell()

    @property
    def webhook_down(self) -> bool:
        """Whether deliveries to the webhook fail."""
        return self._record.webhook_down

    def take_for_update(
        self, kind: str, *, only: UpdateFaultKind | None = None
    ) -> UpdateFault | None:
        """Take the fault for the next update of this kind."""
        for index, fault in enumerate(self._record.updates):
            if only not in (None, fault.kind):
                continue
            if not fault.update_types or kind in fault.update_types:
                use_up(self._record.updates, index)
                self.tell()
                return fault
        return None

    def take_for_call(self, method: str) -> ApiFault | None:
        """Take the fault for a call of `method`."""
        for index, fault in enumerate(self._record.api):
            wanted = fault.method.lower() if fault.method else None
            if wanted == method.lower() or (wanted is None and method.lower() != "getupdates"):
                use_up(self._record.api, index)
                self.tell()
                return fault
        return None

    def seconds_until_allowed(self, chat_id: int, now: float) -> int:
        """0 while the chat can get another message, else Telegram's `retry_after`."""
        if not self._record.flood:
            return 0
        return rate_limit(self._sent.setdefault(chat_id, deque()), now, [(FLOOD_BURST, 5.0)])


def use_up(faults: list[Fault], index: int) -> None:
    """Lower a fault's count; the last use removes it."""
    fault = faults[index]
    if fault.count > 1:
        faults[index] = msgspec.structs.replace(fault, count=fault.count - 1)
    else:
        del faults[index]


def rate_limit(sent: deque[float], now: float, limits: Iterable[tuple[int, float]]) -> int:
    """Count one more event at `now` (seconds), or return for how many seconds none is allowed.

    `limits` are pairs of how many events and in how many seconds.
    """
    wait = 0.0
    longest = 0.0
    for most, seconds in limits:
        longest = max(longest, seconds)
        recent = [moment for moment in sent if moment > now - seconds]
        if len(recent) >= most:
            wait = max(wait, recent[-most] + seconds - now)
    if wait > 0:
        return max(1, round(wait))
    sent.append(now)
    while sent and sent[0] <= now - longest:
        sent.popleft()
    return 0
