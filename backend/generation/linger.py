"""What is done a while after a run has ended: its log is dropped, and if the readers who seemed
to watch the end never took it, the answer is handed off after all."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

import structlog

from backend.db import Database
from backend.generation import outbox
from backend.generation.finish import DELIVERED_STATES, STORAGE_ERRORS
from backend.generation.log import RunLog
from backend.generation.outcome import Outcome
from backend.generation.ports import People
from backend.generation.running import Running
from backend.generation.schemas import Run

log = structlog.get_logger("tanya.generation")

LINGER_SECONDS = 45.0
"""Less than the log itself is kept for, so that it still knows who has seen the end."""


class _Ended:
    __slots__ = ("deliver", "due", "language", "run")

    def __init__(self, due: float, run: Run, language: str, *, deliver: bool) -> None:
        self.due = due
        self.run = run
        self.language = language
        self.deliver = deliver


class Lingering:
    """The runs of this process that ended a moment ago."""

    def __init__(
        self,
        database: Database,
        run_log: RunLog,
        people: People,
        clock: Callable[[], datetime],
        linger: float = LINGER_SECONDS,
    ) -> None:
        self._database = database
        self._log = run_log
        self._people = people
        self._clock = clock
        self._linger = linger
        self._ended: deque[_Ended] = deque()

    def add(self, running: Running, outcome: Outcome, *, watched: bool) -> None:
        """A run has ended; `watched` as it seemed then."""
        deliver = watched and outcome.state in DELIVERED_STATES and bool(running.text)
        due = asyncio.get_running_loop().time() + self._linger
        order = running.order
        self._ended.append(_Ended(due, order.run, order.language, deliver=deliver))

    def __bool__(self) -> bool:
        return bool(self._ended)

    async def work(self) -> None:
        """Settle them in their time, until cancelled."""
        while True:
            await asyncio.sleep(min(1.0, self._linger))
            await self.settle(asyncio.get_running_loop().time())

    async def settle(self, now: float) -> None:
        """Settle those whose time has come at `now`, by the loop's clock."""
        while self._ended and self._ended[0].due <= now:
            ended = self._ended.popleft()
            try:
                if ended.deliver and not await self._log.seen(ended.run.id):
                    await self._hand_off(ended)
            except STORAGE_ERRORS as error:
                log.warning("hand_off_not_stored", error=type(error).__name__)
            except Exception:
                log.exception("hand_off_broke")
            await self._log.drop(ended.run.id)

    async def _hand_off(self, ended: _Ended) -> None:
        async with self._database.unit_of_work() as db:
            preferences = await self._people.preferences(db, ended.run.user_id)
            if preferences.hand_off:
                await outbox.put(db, ended.run, ended.language, self._clock())
