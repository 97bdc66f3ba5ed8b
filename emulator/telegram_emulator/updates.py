"""The queue of updates for the bot, used by getUpdates and the webhook.

Rules from core.telegram.org/bots/api#getting-updates and telegram-bot-api's Client.cpp: an update
lives for 24 hours (a pre-checkout query for 150 s) by the emulated clock; `allowed_updates` is
applied when an update is created, not when it is fetched.
"""

import asyncio
from datetime import timedelta

from telegram_emulator.clock import Clock
from telegram_emulator.faults import FaultBox
from telegram_emulator.schemas import BotApi
from telegram_emulator.store import Store
from telegram_emulator.traffic import Traffic
from telegram_emulator.waiting import wait_for_event
from telegram_emulator.world import HeldUpdate, QueuedUpdate

LIFE = timedelta(hours=24)
PRE_CHECKOUT_LIFE = timedelta(seconds=150)
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
OVERTAKING_WAIT = timedelta(seconds=10)
"""How long an update waits to be overtaken when no other arrives."""


class Updates:
    """Creates, holds, hands out and drops updates."""

    def __init__(self, store: Store, clock: Clock, faults: FaultBox, traffic: Traffic) -> None:
        self._store = store
        self._world = store.world
        self._clock = clock
        self._faults = faults
        self._traffic = traffic
        self._arrived = asyncio.Event()
        self._left = asyncio.Event()

    def push(self, kind: str, body: BotApi, key: int) -> None:
        """Add an update of `kind` (a field of `Update`); `key` is the chat it belongs to."""
        if not self._allowed(kind):
            self._traffic.add("update", f"{kind} (not in allowed_updates)", ok=False, status=0)
            return
        fault = self._faults.take_for_update(kind)
        match fault.kind if fault else None:
            case "lost":
                self._traffic.add("update", f"{kind} (lost)", ok=False, status=0, request=body)
            case "late" if fault:
                self._hold(kind, body, key, timedelta(seconds=fault.seconds))
            case "outOfOrder":
                # A webhook has several deliveries at a time, and a later one can arrive first.
                number = self._next_id() if self._world.webhook.url else None
                self._hold(kind, body, key, None, number)
                return  # else it would release itself
            case "twice":
                self._enqueue(kind, body, key, copies=2)
            case _:
                self._enqueue(kind, body, key)
        self._release_overtaken()

    def _allowed(self, kind: str) -> bool:
        allowed = self._world.allowed_updates
        return kind in allowed if allowed else kind not in NOT_BY_DEFAULT

    def _hold(
        self,
        kind: str,
        body: BotApi,
        key: int,
        wait: timedelta | None,
        update_id: int | None = None,
    ) -> None:
        now = self._clock.real()
        release_at = None if wait is None else now + wait
        self._world.held.append(
            HeldUpdate(
                kind=kind,
                body=body,
                key=key,
                held_at=now,
                release_at=release_at,
                update_id=update_id,
            )
        )
        self._traffic.add("update", f"{kind} (held back)", ok=False, status=0)
        self._store.changed()

    def _next_id(self) -> int:
        number = self._world.next_update_id
        self._world.next_update_id += 1
        return number

    def _enqueue(
        self, kind: str, body: BotApi, key: int, copies: int = 1, update_id: int | None = None
    ) -> None:
        life = PRE_CHECKOUT_LIFE if kind == "pre_checkout_query" else LIFE
        update = QueuedUpdate(
            update_id=self._next_id() if update_id is None else update_id,
            kind=kind,
            body=body,
            key=key,
            expires_at=self._clock.now() + life,
        )
        self._world.queue.extend([update] * copies)
        self._store.changed()
        self._wake()

    def _wake(self) -> None:
        self._arrived.set()
        self._arrived = asyncio.Event()

    def _release_overtaken(self) -> None:
        """Release the updates that waited for this one to overtake them."""
        self._release([held for held in self._world.held if held.release_at is None])

    def release_due(self) -> None:
        """Release updates that were held long enough."""
        now = self._clock.real()
        self._release(
            [
                held
                for held in self._world.held
                if (held.release_at or held.held_at + OVERTAKING_WAIT) <= now
            ]
        )

    def release_all(self) -> None:
        """Release all held updates, for example when faults are cleared."""
        self._release(list(self._world.held))

    def _release(self, due: list[HeldUpdate]) -> None:
        for held in due:
            self._world.held.remove(held)
            twice = self._faults.take_for_update(held.kind, only="twice")
            self._enqueue(held.kind, held.body, held.key, 2 if twice else 1, held.update_id)

    def pending(self) -> list[QueuedUpdate]:
        """The updates that wait for the bot, in order, without expired ones."""
        self.release_due()
        now = self._clock.now()
        queue = self._world.queue
        if any(update.expires_at <= now for update in queue):
            self._world.queue = queue = [u for u in queue if u.expires_at > now]
            self._store.changed()
        return queue

    def forget_before(self, update_id: int) -> None:
        """Drop updates below this id, which the bot has confirmed."""
        before = len(self._world.queue)
        self._world.queue = [u for u in self._world.queue if u.update_id >= update_id]
        self._forgotten(before)

    def forget(self, update: QueuedUpdate) -> None:
        """Drop one copy of this update, which the webhook has accepted."""
        before = len(self._world.queue)
        for index, queued in enumerate(self._world.queue):
            if queued is update:
                del self._world.queue[index]
                break
        self._forgotten(before)

    def forget_all(self) -> None:
        """Drop all updates (drop_pending_updates)."""
        before = len(self._world.queue)
        self._world.queue = []
        self._world.held = []
        self._forgotten(before)

    def _forgotten(self, before: int) -> None:
        if len(self._world.queue) != before:
            self._store.changed()
            self._left.set()
            self._left = asyncio.Event()

    async def arrival(self, seconds: float) -> None:
        """Wait until an update arrives, at most `seconds`."""
        arrived = self._arrived
        held = min((h.release_at for h in self._world.held if h.release_at), default=None)
        if held is not None:
            seconds = min(seconds, max(0.0, (held - self._clock.real()).total_seconds()))
        elif self._world.held:
            seconds = min(seconds, OVERTAKING_WAIT.total_seconds())
        await wait_for_event(arrived, max(seconds, 0.001))

    async def drained(self, seconds: float) -> bool:
        """Wait until the bot has got every update, at most `seconds`."""
        end = asyncio.get_running_loop().time() + seconds
        while self._world.queue:
            left = self._left
            remaining = end - asyncio.get_running_loop().time()
            if remaining <= 0 or not await wait_for_event(left, remaining):
                return False
        return True

    def interrupt(self) -> None:
        """Wake all waiting polls, for example when the server stops or the webhook changes."""
        self._wake()
