"""Alerts that the bot sends to operators: a rejected key, a cap that is used up, a worker that does
not run. Each is sent once in half a day, by whichever process notices it first."""

import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

import sqlalchemy as sa
import structlog
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing.tables import mismatches
from backend.console.tables import operator_alerts
from backend.db import Database, insert
from backend.errors import ChatClosed
from backend.ledger.tables import movements
from backend.metering import operator_cap
from backend.nursery import Nursery

log = structlog.get_logger("tanya.console")

LOOK_SECONDS: Final = 60.0
AGAIN_AFTER: Final = timedelta(hours=12)
WORKER_SILENT: Final = timedelta(minutes=5)
"""A running worker runs some job every minute."""
CAP_PERCENT: Final = 95
LEAST_FREE_BYTES: Final = 500_000_000
MANY_REFUNDS: Final = 5
"""Refunds are unusual above this many a day, and above one in ten payments."""

Code: TypeAlias = Literal[
    "key_rejected", "provider_failing", "cap_reached", "mismatches", "no_worker", "disk", "refunds"
]


class Alert(Struct, frozen=True):
    """Something for the operator to look at. `about` is a provider's id or a number, never a
    person's."""

    code: Code
    about: str = ""


class AlertChat(Protocol):
    """Writes to an operator."""

    async def alert(self, user_id: int, code: str, about: str) -> None:
        """Send it in their language, with what to do.

        Raises:
            ChatClosed: the bot cannot write to them.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class WatchedParts:
    """The watched values. `troubled` are the providers that are not used at the moment, and why;
    `last_job` is when any worker ran a job, None if none is due."""

    operators: tuple[int, ...]
    data_dir: Path
    daily_cap: int | None
    troubled: Callable[[], Mapping[str, Literal["key_rejected", "provider_failing"]]]
    last_job: Callable[[AsyncConnection], Awaitable[datetime | None]] | None


class AlertWatch:
    """Looks once a minute; one per process."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        chat: AlertChat,
        watched: WatchedParts,
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat = chat
        self._watched = watched

    def start(self, nursery: Nursery) -> None:
        """Start looking, if there is an operator to alert."""
        if self._watched.operators:
            nursery.repeat(self.look, name="alerts", every=LOOK_SECONDS, first=LOOK_SECONDS)

    async def look(self) -> tuple[Alert, ...]:
        """Alert the operators about what they were not told lately; returns those alerts."""
        now = self._clock()
        async with self._database.snapshot() as db:
            found = [*self._seen_here(), *await self._seen_in_database(db, now)]
        new = [one for one in found if await self._claim(one, now)]
        for alert in new:
            log.warning("operator_alert", code=alert.code, about=alert.about)
            for operator in self._watched.operators:
                try:
                    await self._chat.alert(operator, alert.code, alert.about)
                except ChatClosed:
                    log.info("operator_not_reached")
        return tuple(new)

    def _seen_here(self) -> Iterable[Alert]:
        for provider, why in self._watched.troubled().items():
            yield Alert(why, provider)
        free = shutil.disk_usage(self._watched.data_dir).free
        if free < LEAST_FREE_BYTES:
            yield Alert("disk", str(free // 1_000_000))

    async def _seen_in_database(self, db: AsyncConnection, now: datetime) -> list[Alert]:
        found: list[Alert] = []
        count = sa.select(sa.func.count())
        waiting = count.select_from(mismatches).where(mismatches.c.resolved_at.is_(None))
        if unsettled := (await db.execute(waiting)).scalar_one():
            found.append(Alert("mismatches", str(unsettled)))
        if (percent := await self._spent_percent(db, now)) >= CAP_PERCENT:
            found.append(Alert("cap_reached", str(percent)))
        refunds = await _movements(db, ["refund", "chargeback"], now)
        if refunds >= MANY_REFUNDS and refunds * 10 > await _movements(db, ["payment"], now):
            found.append(Alert("refunds", str(refunds)))
        if self._watched.last_job is not None:
            ran_at = await self._watched.last_job(db)
            if ran_at is None or now - ran_at > WORKER_SILENT:
                found.append(Alert("no_worker"))
        return found

    async def _spent_percent(self, db: AsyncConnection, now: datetime) -> int:
        if not self._watched.daily_cap:
            return 0
        spent = await operator_cap.spent(db, now.date())
        return spent * 100 // self._watched.daily_cap

    async def _claim(self, alert: Alert, now: datetime) -> bool:
        """Whether this process is the one that sends it."""
        name = f"{alert.code}:{alert.about}" if alert.code in BY_PROVIDER else alert.code
        async with self._database.unit_of_work() as db:
            row = insert(db, operator_alerts).values(name=name, told_at=now)
            claim = row.on_conflict_do_update(
                index_elements=["name"],
                set_={"told_at": now},
                where=operator_alerts.c.told_at <= now - AGAIN_AFTER,
            )
            return (await db.execute(claim)).rowcount > 0


BY_PROVIDER: Final = ("key_rejected", "provider_failing")
"""Alerts that exist once per provider."""


async def _movements(db: AsyncConnection, kinds: list[str], now: datetime) -> int:
    """How many movements of these kinds happened in the last day."""
    counted = sa.select(sa.func.count()).where(
        movements.c.kind.in_(kinds), movements.c.booked_at > now - timedelta(days=1)
    )
    return int((await db.execute(counted)).scalar_one())
