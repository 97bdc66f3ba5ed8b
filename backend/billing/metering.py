"""Meters what is asked of providers besides answers: titles, suggestions, speech.

Where there is a cap, the most that a call may cost is held before it goes out; without one,
nothing is written until its cost is known.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.billing import charges, spending
from backend.billing.charges import Charge
from backend.db import Database


class Meter:
    """One per process; `daily_cap` is the operator's, in micro-dollars."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], daily_cap: int | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._daily_cap = daily_cap

    async def hold(self, charge: Charge, most: int | None) -> None:
        """Hold the most micro-dollars that a call may cost; None: not known.

        Raises:
            SpendingCapReached, OperatorCapReached: so much is not left.
            ModelPriceUnknown: there is a cap, and no price.
        """
        if most == 0 or not await self._is_capped(charge.user_id):
            return
        async with self._database.unit_of_work() as db:
            await charges.hold(db, charge, most, self._daily_cap, self._clock())

    async def settle(
        self, db: AsyncConnection, charge: Charge, cost: int | None, *, guessed: bool = False
    ) -> None:
        """Count what the call has cost, once, whether anything was held for it or not."""
        now, cost = self._clock(), cost or 0
        if not await charges.settle(db, charge.user_id, charge.id, cost, now, guessed=guessed):
            await charges.record(db, charge, cost, now, guessed=guessed)

    async def _is_capped(self, user_id: int) -> bool:
        if self._daily_cap is not None:
            return True
        async with self._database.snapshot() as db:
            return (await spending.month(db, user_id, self._clock())).cap is not None
