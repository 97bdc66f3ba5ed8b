"""Updates from Telegram: stored, acknowledged, then handled once, in order within a chat.

Telegram repeats an update until it is acknowledged, sends up to forty at once in any order and to
any process, and forgets an acknowledged one. So an update is stored before it is acknowledged, by
200 (webhook) or the next offset (polling), with its position in its chat: whichever process accepts
it, one process handles the chat. Updates that a process left are handled by the next one that
starts, or by another running one.
"""

from collections.abc import Iterable

import structlog

from backend.bot.inbox.lane_worker import Handling, LaneWorker
from backend.bot.inbox.leases import LeftLane
from backend.bot.inbox.stored import StoredUpdates
from backend.bot.inbox.updates import (
    chat_lane,
    is_overheard,
    is_said_in_group,
    lane_of,
    parse_update,
    placed_lane,
)
from backend.nursery import Nursery

log = structlog.get_logger("tanya.bot")

SWEEP_SECONDS = 10.0


class Inbox:
    """Accepts updates and handles each once. One per process."""

    def __init__(
        self, handling: Handling, nursery: Nursery, *, sweep_seconds: float = SWEEP_SECONDS
    ) -> None:
        self.handling = handling
        self._nursery = nursery
        self._sweep_seconds = sweep_seconds
        self._workers: dict[str, LaneWorker] = {}
        self._abandoned: set[LeftLane] = set()  # as of the last look

    @property
    def stored(self) -> StoredUpdates:
        """The updates in the database."""
        return self.handling.stored

    async def start(self) -> None:
        """Resume unhandled updates, and keep checking for them."""
        await self._take_up(await self.stored.left_lanes())
        self._nursery.repeat(
            self._sweep, name="bot-inbox", every=self._sweep_seconds, first=self._sweep_seconds
        )

    async def accept(self, body: bytes) -> None:
        """Store an update and have it handled; a repeated one is only acknowledged. Messages
        between people in a group are not looked at, except for storing what admins allow.

        Raises:
            MalformedBody: it is not a JSON object with an `update_id`.
        """
        update = parse_update(body)
        if is_said_in_group(update):
            for hear in self.handling.hear:
                await hear(update)
        if is_overheard(update, self.handling.bot_id):
            return
        lane = lane_of(update, self.handling.quick)
        if await self.stored.put(update["update_id"], lane, body):
            await self._work(lane)

    async def release_held(self, chat_id: int, provider: str) -> bool:
        """Release questions that waited for this consent, in the chat and in groups. Returns
        whether there were any."""
        waited = False
        for lane in (chat_lane(chat_id), placed_lane(chat_id)):
            if await self.stored.release_held(lane, provider):
                await self._work(lane)
                waited = True
        return waited

    async def release_apart(self, person_id: int, held_for: str, choice: str) -> bool:
        """Release a question in a group with the person's decision about other people's words.
        Returns whether one waited."""
        lane = placed_lane(person_id)
        if not await self.stored.release_chosen(lane, held_for, choice):
            return False
        if await self.stored.take_free(lane):
            await self._work(lane)
        return True

    async def clear_old(self) -> None:
        """Delete old entries."""
        await self.stored.clear_old()
        for one in self.handling.keeping:
            await one.clear_old()

    async def _sweep(self) -> None:
        """Take over lanes that belong to the same dead process in two checks in a row: one that
        signs off still needs a moment to finish."""
        found = [one for one in await self.stored.left_lanes() if one.lane not in self._workers]
        await self._take_up(one for one in found if one.owner is None or one in self._abandoned)
        self._abandoned = set(found)

    async def _take_up(self, found: Iterable[LeftLane]) -> None:
        for one in found:
            if one.lane not in self._workers and await self.stored.take_left(one):
                await self._work(one.lane)

    async def _work(self, lane: str) -> None:
        """Handle the lane, which is this process's."""
        if (known := self._workers.get(lane)) is not None:
            known.wake()
            return
        worker = self._workers[lane] = LaneWorker(lane, self.handling)
        try:
            self._nursery.start_task(self._run(worker, lane), name="bot-update")
        except RuntimeError:
            del self._workers[lane]
            log.info("update_left_to_the_next_process")
            await self.stored.leave(lane)

    async def _run(self, worker: LaneWorker, lane: str) -> None:
        try:
            await worker.work()
        finally:
            # In the same turn of the loop: a later wake-up finds no worker and starts one.
            del self._workers[lane]
