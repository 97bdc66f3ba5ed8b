"""Operators' switches: maintenance, models and features that are off.

Every process reads them every few seconds, so that prompts need no query.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.console.tables import switches
from backend.db import Database, insert_new
from backend.errors import InvalidField, UnderMaintenance
from backend.features import FEATURE_NAMES
from backend.nursery import Nursery

MAINTENANCE: Final = "maintenance"
"""Maintenance: no new answers and checks; running ones continue, and everything can be read."""
MODEL: Final = "model:"
"""The prefix of switches that turn a model off, before its id."""
FEATURE: Final = "feature:"
"""The prefix of switches that turn a feature off, before its name."""
READ_SECONDS: Final = 3.0
RETRY_SECONDS: Final = 60
LONGEST_NAME: Final = 120


class Switchboard:
    """The active switches, as this process last read them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._on: frozenset[str] = frozenset()

    @property
    def switched(self) -> frozenset[str]:
        """The names of all active switches."""
        return self._on

    @property
    def models_off(self) -> frozenset[str]:
        """The ids of models that are switched off."""
        return self._named(MODEL)

    @property
    def features_off(self) -> frozenset[str]:
        """The features that are switched off for everybody."""
        return self._named(FEATURE)

    def _named(self, kind: str) -> frozenset[str]:
        return frozenset(name.removeprefix(kind) for name in self._on if name.startswith(kind))

    def refusal(self) -> UnderMaintenance | None:
        """Why nothing new is started at the moment; None if it is."""
        return UnderMaintenance(retry_after=RETRY_SECONDS) if MAINTENANCE in self._on else None

    async def refresh(self) -> None:
        """Read the switches."""
        async with self._database.snapshot() as db:
            self._on = frozenset(await switched(db))

    def keep_fresh(self, nursery: Nursery, then: Callable[[], None]) -> None:
        """Keep reading; `then` is called after each time."""

        async def read() -> None:
            await self.refresh()
            then()

        nursery.repeat(read, name="switches", every=READ_SECONDS)


async def switched(db: AsyncConnection) -> list[str]:
    """The names of all active switches, sorted."""
    rows = await db.execute(sa.select(switches.c.name).order_by(switches.c.name))
    return [row.name for row in rows]


async def switch(db: AsyncConnection, name: str, now: datetime, *, on: bool) -> None:
    """Set a switch, or reset it to its default. For a model or a feature, on means that it is
    switched off.

    Raises:
        InvalidField: there is no such switch.
    """
    if not _is_switch(name):
        raise InvalidField(field="name")
    if on:
        await db.execute(insert_new(db, switches), {"name": name, "changed_at": now})
    else:
        await db.execute(sa.delete(switches).where(switches.c.name == name))


def _is_switch(name: str) -> bool:
    if name.startswith(FEATURE):
        return name.removeprefix(FEATURE) in FEATURE_NAMES
    return name == MAINTENANCE or (name.startswith(MODEL) and len(name) <= LONGEST_NAME)
