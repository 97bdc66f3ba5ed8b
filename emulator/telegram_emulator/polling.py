"""getUpdates: long polling with Telegram's rules about offsets and about a single poll."""

import asyncio

from telegram_emulator.refusals import ApiError
from telegram_emulator.schemas import BotApi
from telegram_emulator.store import Store
from telegram_emulator.traffic import Traffic
from telegram_emulator.updates import Updates
from telegram_emulator.world import QueuedUpdate

LONGEST_POLL = 50
"""In seconds (telegram-bot-api, LONG_POLL_MAX_TIMEOUT)."""
PAUSE = 0.5
"""Seconds that a poll takes while the server stops."""
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
OTHER_POLL = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)
WEBHOOK_SET = "Conflict: terminated by setWebhook request"


class Polling:
    """The long poll; there can be only one."""

    def __init__(self, store: Store, updates: Updates, traffic: Traffic) -> None:
        self._store = store
        self._world = store.world
        self._updates = updates
        self._traffic = traffic
        self._turn = 0
        self._stopping = False
        self._seen = 0

    def stop(self) -> None:
        """End the waiting poll with an empty result; later ones only get a short pause."""
        self._stopping = True
        self._updates.interrupt()

    async def poll(self, offset: int, limit: int, seconds: int) -> list[BotApi]:
        """The updates from `offset` on, waiting for them up to `seconds`.

        Raises:
            ApiError: 409, with a webhook or when another poll takes over.
        """
        if self._world.webhook.url:
            raise ApiError(WEBHOOK_ACTIVE, 409)
        if self._stopping:
            # A bot that outlives the server a little would otherwise loop without a pause.
            await asyncio.sleep(PAUSE)
            return []
        self._turn += 1
        turn = self._turn
        self._updates.interrupt()  # the previous poll ends
        self._confirm(offset)
        time = asyncio.get_running_loop().time
        end = time() + min(max(seconds, 0), LONGEST_POLL)
        while not (ready := self._updates.pending()[:limit]):
            if self._stopping or time() >= end:
                return []
            await self._updates.arrival(end - time())
            self._still_mine(turn)
        self._log(ready)
        return [{"update_id": update.update_id, update.kind: update.body} for update in ready]

    def _confirm(self, offset: int) -> None:
        if offset > 0:
            self._updates.forget_before(offset)
        elif offset < 0 and (queue := self._updates.pending()):
            self._updates.forget_before(queue[max(len(queue) + offset, 0)].update_id)

    def _still_mine(self, turn: int) -> None:
        if self._world.webhook.url:
            raise ApiError(WEBHOOK_SET, 409)
        if turn != self._turn:
            raise ApiError(OTHER_POLL, 409)

    def _log(self, ready: list[QueuedUpdate]) -> None:
        """A line for each update handed out for the first time."""
        for update in ready:
            if update.update_id > self._seen:
                self._seen = update.update_id
                self._traffic.add("update", update.kind, request=update.body)
