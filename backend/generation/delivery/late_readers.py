"""Some time after a run's end, drops its log, and hands the answer off if no reader received the
end."""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

import structlog

from backend.db import Database
from backend.generation.ports import PreferencesSource
from backend.generation.record import outbox
from backend.generation.record.finisher import STORAGE_ERRORS
from backend.generation.run.outcome import Outcome
from backend.generation.run.running import ActiveRun
from backend.generation.schemas import RunOrder
from backend.runlog import RunLog

log = structlog.get_logger("tanya.generation")

LINGER_SECONDS = 45.0
"""With LOOK_SECONDS less than the log is kept, so that it still knows whether the end was seen."""
LOOK_SECONDS = 5.0


class _Ended:
    __slots__ = ("deliver", "due", "language", "run", "scheduled")

    def __init__(self, due: float, order: RunOrder, *, deliver: bool) -> None:
        self.due = due
        self.run = order.run
        self.language = order.language
        self.scheduled = order.scheduled
        self.deliver = deliver


class LateReaders:
    """This process's recently ended runs."""

    def __init__(
        self,
        database: Database,
        run_log: RunLog,
        people: PreferencesSource,
        clock: Callable[[], datetime],
        linger: float = LINGER_SECONDS,
    ) -> None:
        self._database = database
        self._log = run_log
        self._people = people
        self._clock = clock
        self._linger = linger
        self._ended: deque[_Ended] = deque()

    def add(self, running: ActiveRun, outcome: Outcome, *, watched: bool) -> None:
        """Add a run that ended; `watched`: whether it seemed to have readers."""
        deliver = watched and outbox.is_delivered(running, outcome)
        due = asyncio.get_running_loop().time() + self._linger
        self._ended.append(_Ended(due, running.order, deliver=deliver))

    def __bool__(self) -> bool:
        return bool(self._ended)

    @property
    def every(self) -> float:
        """Seconds from one turn to the next."""
        return min(LOOK_SECONDS, self._linger)

    async def work(self) -> None:
        """One turn: settle the runs that are due."""
        await self.settle(asyncio.get_running_loop().time())

    async def settle(self, now: float) -> None:
        """Settle the runs that are due at `now`, by the loop's clock."""
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
            if ended.scheduled or preferences.hand_off:
                await outbox.put_in_outbox(db, ended.run, ended.language, self._clock())
