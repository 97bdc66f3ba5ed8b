"""Updates from Telegram: stored, then acknowledged, then handled once, in order within a chat.

Telegram repeats an update until it is acknowledged, sends up to forty at once in any order, and
forgets an acknowledged one. So an update is in the database before the answer 200 (webhook) or
the next offset (polling) leaves. What a process left undone is taken up by the next one that
starts, or by one that runs beside it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any

import msgspec
import structlog

from backend.bot.stored import Abandoned, StoredUpdates
from backend.bot.updates import (
    Group,
    Lane,
    begins_group,
    group_of,
    is_urgent,
    lane_of,
    parse_update,
    sent_at,
)
from backend.db import Cipher, Database
from backend.errors import ServerDraining
from backend.nursery import Nursery

log = structlog.get_logger("tanya.bot")

Update = dict[str, Any]
Handle = Callable[[list[Update]], Awaitable[None]]
Apologise = Callable[[Update], Awaitable[None]]

MOST_ATTEMPTS = 5
PAUSES = (1.0, 5.0, 30.0, 120.0)
"""Seconds before another attempt."""
NOTE_PAUSES = (0.1, 1.0, 5.0, 30.0)
SWEEP_SECONDS = 10.0
GROUP_SECONDS = 1.0
"""An album, or a long text, comes as messages of their own, one right after the other."""
APART = 2
"""Seconds, as Telegram tells them: what was sent later is no piece of it."""
STALE = timedelta(seconds=10)
"""How long Telegram waits for the answer to a payment."""


class Unit(msgspec.Struct, order=True):
    """What is handled together: one update, or all that belong together.
    `number` is the first one's."""

    number: int
    updates: list[Update]
    group: Group | None = None


class Inbox:
    """Takes updates in and sees that each is handled once. One per process, called `owner`."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        nursery: Nursery,
        clock: Callable[[], datetime],
        handle: Handle,
        *,
        owner: str,
        apologise: Apologise,
        pauses: Sequence[float] = PAUSES,
        sweep_seconds: float = SWEEP_SECONDS,
        group_seconds: float = GROUP_SECONDS,
    ) -> None:
        self._stored = StoredUpdates(database, cipher, clock, owner)
        self._nursery = nursery
        self._clock = clock
        self._handle = handle
        self._apologise = apologise
        self._pauses = pauses
        self._sweep_seconds = sweep_seconds
        self._group_seconds = group_seconds
        self._waiting: dict[Lane, list[Unit]] = {}
        self._groups: dict[Group, Unit] = {}

    async def start(self) -> None:
        """Take up what was left undone, and go on looking for it."""
        await self._take_up(await self._stored.abandoned())
        self._nursery.start(self._sweep(), name="bot-inbox")

    async def accept(self, body: bytes) -> None:
        """Store one update, then hand it on; a repeated one is only acknowledged.

        Raises:
            MalformedBody: it is not a JSON object with an `update_id`.
        """
        update = parse_update(body)
        if await self._stored.put(update["update_id"], body):
            self._enqueue(update)

    async def clear_old(self) -> None:
        """Forget the numbers of updates that Telegram can no longer repeat."""
        await self._stored.clear_old()

    async def _sweep(self) -> None:
        """Take up what stays abandoned from one look to the next: a process that signs off
        still needs a moment to end what it is doing."""
        seen: set[int] = set()
        while True:
            await asyncio.sleep(self._sweep_seconds)
            try:
                found = await self._stored.abandoned()
                await self._take_up([one for one in found if one.number in seen])
                seen = {one.number for one in found}
            except Exception as error:
                log.warning("inbox_not_swept", error=type(error).__name__)

    async def _take_up(self, found: Sequence[Abandoned]) -> None:
        for one in await self._stored.claim(found) if found else ():
            if one.update is None:
                log.error("update_unreadable", update_id=one.number)
                await self._stored.done([one.number])
            elif is_urgent(one.update) and self._clock() - one.received_at > STALE:
                await self._stored.done([one.number])
            elif one.attempts + 1 >= MOST_ATTEMPTS:
                await self._give_up(Unit(one.number, [one.update]))
            else:
                self._enqueue(one.update)

    def _enqueue(self, update: Update) -> None:
        """Hand it on, what belongs together as a whole. What cannot wait, does not."""
        unit = Unit(update["update_id"], [update])
        group = group_of(update)
        known = self._groups.get(group) if group is not None else None
        if is_urgent(update):
            self._begin(self._process(unit))
        elif known is not None and abs(sent_at(update) - sent_at(known.updates[-1])) <= APART:
            known.updates.append(update)
        else:
            if group is not None and begins_group(update):
                unit.group = group
                self._groups[group] = unit
            self._line_up(unit)

    def _line_up(self, unit: Unit) -> None:
        """Within a lane one after the other; lanes at once."""
        lane = lane_of(unit.updates[0])
        if (waiting := self._waiting.get(lane)) is not None:
            heappush(waiting, unit)
            return
        self._waiting[lane] = [unit]
        self._begin(self._work(lane))

    def _begin(self, work: Any) -> None:
        try:
            self._nursery.start(work, name="bot-update")
        except RuntimeError:
            log.info("update_left_to_the_next_process")

    async def _work(self, lane: Lane) -> None:
        waiting = self._waiting[lane]
        try:
            while waiting:
                unit = heappop(waiting)
                await self._complete(unit)
                await self._process(unit)
        finally:
            del self._waiting[lane]

    async def _complete(self, unit: Unit) -> None:
        """Wait until no more of it comes."""
        if unit.group is None:
            return
        known = 0
        while known != len(unit.updates):
            known = len(unit.updates)
            await asyncio.sleep(self._group_seconds)
        if self._groups.get(unit.group) is unit:
            del self._groups[unit.group]
        unit.group = None
        unit.updates.sort(key=_number)

    async def _process(self, unit: Unit) -> None:
        """Handle it. Whatever goes wrong, the next one has its turn."""
        try:
            await self._handle(unit.updates)
        except ServerDraining:
            return  # left as it is, for a process that goes on
        except Exception as error:
            log.exception("update_failed", update_id=unit.number)
            await self._try_later(unit, getattr(error, "retry_after", None) or 0.0)
        else:
            await self._note_until_done(unit)

    async def _try_later(self, unit: Unit, at_least: float) -> None:
        try:
            attempts = await self._stored.failed(unit.number)
        except Exception as error:
            log.warning("attempt_not_counted", error=type(error).__name__)
            attempts = 1
        if attempts >= MOST_ATTEMPTS:
            await self._give_up(unit)
            return
        pause = self._pauses[min(attempts, len(self._pauses)) - 1]
        self._begin(self._again(unit, max(pause, at_least)))

    async def _again(self, unit: Unit, pause: float) -> None:
        await asyncio.sleep(pause)
        if is_urgent(unit.updates[0]):
            await self._process(unit)
        else:
            self._line_up(unit)

    async def _give_up(self, unit: Unit) -> None:
        log.error("update_given_up", update_id=unit.number)
        try:
            await self._apologise(unit.updates[0])
        except Exception as error:
            log.warning("apology_not_sent", error=type(error).__name__)
        await self._note_until_done(unit)

    async def _note_until_done(self, unit: Unit) -> None:
        """Unnoted, it would be handled again after the next start."""
        numbers = [_number(update) for update in unit.updates]
        for pause in NOTE_PAUSES:
            try:
                await self._stored.done(numbers)
                return
            except Exception as error:
                log.warning("update_not_noted", update_id=unit.number, error=type(error).__name__)
            await asyncio.sleep(pause)


def _number(update: Update) -> int:
    return int(update["update_id"])
