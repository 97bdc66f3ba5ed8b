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
"""No new answers and checks; what runs goes on, and what there is can be read."""
MODEL: Final = "model:"
"""How the name begins of the switch that turns a model off; its id follows."""
FEATURE: Final = "feature:"
"""How the name begins of the switch that turns a feature off; its name follows."""
READ_SECONDS: Final = 3.0
RETRY_SECONDS: Final = 60
LONGEST_NAME: Final = 120


class Switchboard:
    """What is switched, as this process read it last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._on: frozenset[str] = frozenset()

    @property
    def switched(self) -> frozenset[str]:
        """The names of all that is switched."""
        return self._on

    @property
    def models_off(self) -> frozenset[str]:
        """The ids of the models that may not be asked."""
        return self._named(MODEL)

    @property
    def features_off(self) -> frozenset[str]:
        """The features that are switched off for everybody."""
        return self._named(FEATURE)

    def _named(self, kind: str) -> frozenset[str]:
        return frozenset(name.removeprefix(kind) for name in self._on if name.startswith(kind))

    def refusal(self) -> UnderMaintenance | None:
        """Why nothing new is begun now; None if it is."""
        return UnderMaintenance(retry_after=RETRY_SECONDS) if MAINTENANCE in self._on else None

    async def refresh(self) -> None:
        """Read what is switched."""
        async with self._database.snapshot() as db:
            self._on = frozenset(await switched(db))

    def keep_fresh(self, nursery: Nursery, then: Callable[[], None]) -> None:
        """Go on reading; `then` is called after each time."""

        async def read() -> None:
            await self.refresh()
            then()

        nursery.repeat(read, name="switches", every=READ_SECONDS)


async def switched(db: AsyncConnection) -> list[str]:
    """The names of all that is switched, in order."""
    rows = await db.execute(sa.select(switches.c.name).order_by(switches.c.name))
    return [row.name for row in rows]


async def switch(db: AsyncConnection, name: str, now: datetime, *, on: bool) -> None:
    """Switch something on, or back to how it is by itself. For a model or a feature, on means that
    it is off.

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
