"""Handles the updates of one lane in order, until none is waiting.

The next update is read from the database each time, so that those stored by other processes are in
order too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Container, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, Protocol

import structlog
from msgspec import Struct

from backend.bot.inbox.stored import HeldUpdate, StoredUpdate, StoredUpdates, UpdateProgress
from backend.bot.inbox.updates import (
    QuestionHeld,
    begins_group,
    belonging_together,
    command_lane,
    is_urgent,
    with_words,
)
from backend.errors import ServerDraining

log = structlog.get_logger("tanya.bot")

Update = dict[str, Any]
Handle = Callable[[list[Update]], Awaitable[None]]
Apologise = Callable[[Update], Awaitable[None]]

MOST_ATTEMPTS = 5
PAUSES = (1.0, 5.0, 30.0, 120.0)
"""Seconds before another attempt."""
NOTE_PAUSES = (0.1, 1.0, 5.0, 30.0)
"""Seconds before the database is asked again."""
GROUP_SECONDS = 1.0
"""The messages of an album or a long text arrive one right after the other."""
JOIN_SECONDS = 0.5
"""How long a question waits for those that are sent together with it, such as a forwarded post,
before it is joined with them."""
LOOK_SECONDS = 1.0
"""How often updates stored by other processes are looked for while one waits for a retry."""
COMMAND_LOOKS, COMMAND_PAUSE = 100, 0.05
"""How often a question checks whether an earlier command is done, and the seconds between."""
CHAT = "chat"
STALE = timedelta(seconds=10)
"""How long Telegram waits for the answer to a pre-checkout query."""


class Clearing(Protocol):
    """Deletes expired data."""

    async def clear_old(self) -> None:
        """Delete what has expired."""
        ...


class Handling(Struct):
    """How updates are handled, the same for all lanes."""

    stored: StoredUpdates
    clock: Callable[[], datetime]
    handle: Handle
    apologise: Apologise
    bot_id: int = 0
    quick: Container[str] = ()
    """Names of commands that do not wait for answers."""
    pauses: Sequence[float] = PAUSES
    group_seconds: float = GROUP_SECONDS
    join: Callable[[Sequence[Update]], Awaitable[int]] | None = None
    """How many of the first of some updates are one question; 0 if the person's questions are
    answered in order."""
    join_seconds: float = JOIN_SECONDS
    hear: Sequence[Callable[[Update], Awaitable[None]]] = ()
    """Handlers of raw updates that get every group message first, whoever it is for."""
    keeping: Sequence[Clearing] = ()


class _Unit(Struct):
    """Updates that are handled together. `may_grow_for`: the seconds in which more of them may
    arrive; `is_new_question`: they are one question, which is not recorded yet."""

    updates: list[StoredUpdate]
    may_grow_for: float = 0.0
    is_new_question: bool = False

    @property
    def numbers(self) -> list[int]:
        """The updates' numbers."""
        return [one.number for one in self.updates]


class LaneWorker:
    """Works on one lane of this process."""

    def __init__(self, lane: str, handling: Handling) -> None:
        self._lane = lane
        self._with = handling
        self._progress = UpdateProgress()
        self._postponed: dict[int, float] = {}  # by number: when to try again, by the loop's clock
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Wake up for new updates in the lane."""
        self._woken.set()

    async def work(self) -> None:
        """Handle waiting updates. The lane is released at the end."""
        while waiting := await self._waiting():
            try:
                if ready := self._ready(waiting):
                    if unit := await self._whole(ready):
                        await self._process(unit)
                else:
                    await self._nap()
            except ServerDraining:
                # Left for another process.
                await self._with.stored.leave(self._lane)
                return

    async def _waiting(self) -> list[StoredUpdate]:
        """The waiting updates; empty once the lane is released."""
        while True:
            self._woken.clear()
            waiting = await self._advance()
            # Woken while releasing the lane, and taken again for the new update.
            if waiting or not self._woken.is_set():
                return waiting

    async def _advance(self) -> list[StoredUpdate]:
        """The waiting updates. Records at the same time which ones are done, or they would be
        handled again."""
        attempt = 0
        while True:
            try:
                waiting = await self._with.stored.advance(self._lane, self._progress)
            except Exception as error:
                log.warning("updates_not_noted", error=type(error).__name__)
                await asyncio.sleep(NOTE_PAUSES[min(attempt, len(NOTE_PAUSES) - 1)])
                attempt += 1
            else:
                self._progress = UpdateProgress()
                return waiting

    def _ready(self, waiting: Sequence[StoredUpdate]) -> list[StoredUpdate]:
        now = asyncio.get_running_loop().time()
        return [one for one in waiting if self._postponed.get(one.number, 0.0) <= now]

    async def _whole(self, ready: list[StoredUpdate]) -> list[StoredUpdate]:
        """The first update with all that belong to it; waits until no more of them arrive."""
        unit = await self._gather(ready)
        while unit.may_grow_for:
            await asyncio.sleep(unit.may_grow_for)
            ready = self._ready(await self._advance())
            if not ready:
                return []
            before, unit = unit, await self._gather(ready)
            if unit.numbers == before.numbers:
                break
        if unit.is_new_question:
            await self._with.stored.join(unit.numbers)
        return unit.updates

    async def _gather(self, ready: list[StoredUpdate]) -> "_Unit":
        """The first update with all that belong to it."""
        if (known := ready[0].part_of) is not None:
            return _Unit([one for one in ready if one.part_of == known])
        if questions := await self._questions(ready):
            grows = any(begins_group(one.update or {}) for one in questions)
            pause = self._with.group_seconds if grows else self._with.join_seconds
            return _Unit(questions, pause, is_new_question=True)
        found = _together(ready)
        grows = begins_group(found[0].update or {})
        return _Unit(found, self._with.group_seconds if grows else 0.0)

    async def _questions(self, ready: list[StoredUpdate]) -> list[StoredUpdate]:
        """The first updates that are one question; empty if it is answered in order."""
        if self._with.join is None or not self._lane.startswith(f"{CHAT}:"):
            return []
        free = takewhile(lambda one: one.update is not None and one.part_of is None, ready)
        updates = [one.update for one in free if one.update is not None]
        return ready[: await self._with.join(updates)] if updates else []

    async def _process(self, unit: list[StoredUpdate]) -> None:
        """Handle a unit. After any failure the next one follows."""
        updates = [one.update for one in unit if one.update is not None]
        if not updates:
            for one in unit:
                log.error("update_unreadable", update_id=one.number)
            self._done(unit)
        elif self._is_too_late(unit[0], updates[0]):
            self._done(unit)
        elif unit[0].attempts >= MOST_ATTEMPTS:
            await self._give_up(unit, updates[0])
        else:
            await self._handle(unit, updates)

    async def _after_commands(self, number: int) -> None:
        """Wait until earlier commands are done, unless that takes too long."""
        kind, _, chat = self._lane.partition(":")
        if kind != CHAT:
            return
        lane = command_lane(int(chat))
        for _ in range(COMMAND_LOOKS):
            if not await self._with.stored.begins_with(lane, number):
                break
            await asyncio.sleep(COMMAND_PAUSE)

    async def _handle(self, unit: list[StoredUpdate], updates: list[Update]) -> None:
        try:
            await self._after_commands(unit[0].number)
            await self._with.handle(updates)
        except ServerDraining:
            raise
        except QuestionHeld as held:
            await self._hold(unit, held)
        except Exception as error:
            log.exception("update_failed", update_id=unit[0].number)
            self._try_later(unit, getattr(error, "retry_after", None) or 0.0)
        else:
            self._done(unit)

    def _done(self, unit: list[StoredUpdate]) -> None:
        self._progress.done += [one.number for one in unit]

    async def _hold(self, unit: list[StoredUpdate], held: QuestionHeld) -> None:
        """Store the update as held before the person is asked, since they may answer before this
        returns. If asking fails, another attempt asks again."""
        try:
            await self._with.stored.hold([_held(one, held) for one in unit])
            await held.ask()
        except Exception as error:
            log.warning("person_not_asked", error=type(error).__name__)
            self._progress.freed += [one.number for one in unit]
            self._try_later(unit, getattr(error, "retry_after", None) or 0.0)

    def _try_later(self, unit: list[StoredUpdate], at_least: float) -> None:
        self._progress.failed.append(unit[0].number)
        if unit[0].attempts + 1 >= MOST_ATTEMPTS:
            return  # given up in its next turn
        pauses = self._with.pauses
        pause = max(pauses[min(unit[0].attempts, len(pauses) - 1)], at_least)
        again_at = asyncio.get_running_loop().time() + pause  # the same for all, to stay together
        for one in unit:
            self._postponed[one.number] = again_at

    async def _give_up(self, unit: list[StoredUpdate], update: Update) -> None:
        log.error("update_given_up", update_id=unit[0].number)
        try:
            await self._with.apologise(update)
        except Exception as error:
            log.warning("apology_not_sent", error=type(error).__name__)
        self._done(unit)

    def _is_too_late(self, one: StoredUpdate, update: Update) -> bool:
        return is_urgent(update) and self._with.clock() - one.received_at > STALE

    async def _nap(self) -> None:
        """Sleep until an update may be retried, or another one has arrived."""
        soonest = min(self._postponed.values()) - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, min(soonest, LOOK_SECONDS))):
                await self._woken.wait()
        except TimeoutError:
            pass


def _held(one: StoredUpdate, held: QuestionHeld) -> HeldUpdate:
    spoken = held.heard is not None and one.update is not None
    rewritten = with_words(one.update or {}, held.heard or "") if spoken else None
    return HeldUpdate(one.number, held.held_for, rewritten)


def _together(ready: list[StoredUpdate]) -> list[StoredUpdate]:
    """The first update with those after it that are parts of the same."""
    if ready[0].update is None:
        return ready[:1]
    by_number = {one.number: one for one in ready if one.update is not None}
    found = belonging_together([one.update for one in by_number.values() if one.update])
    return [by_number[update["update_id"]] for update in found]
