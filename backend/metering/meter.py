"""Meters requests to providers other than answers: titles, suggestions, speech.

Where there is a cap, the most that a call may cost is held before it goes out; without one,
nothing is written until its cost is known.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.db import Database
from backend.metering import provider_calls, spending
from backend.metering.provider_calls import FailedAttempt, ProviderCall


class Meter:
    """One per process; `daily_cap` is the operator's, in micro-dollars."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], daily_cap: int | None
    ) -> None:
        self._database = database
        self._clock = clock
        self._daily_cap = daily_cap

    async def reserve_cost(
        self, call: ProviderCall, most: int | None, *, capped: bool | None = None
    ) -> bool:
        """Reserve the most micro-dollars that a call may cost; None if unknown. `capped`: whether
        the person has a cap, if the caller has just read it. Without any cap nothing is reserved,
        and the result is False.

        Raises:
            SpendingCapReached, OperatorCapReached: not enough is left.
            ModelPriceUnknown: there is a cap, and no price.
        """
        if most == 0 or not await self._is_capped(call.user_id, capped):
            return False
        async with self._database.unit_of_work() as db:
            await provider_calls.reserve_call_cost(db, call, most, self._daily_cap, self._clock())
        return True

    async def settle_cost(
        self,
        db: AsyncConnection,
        call: ProviderCall,
        cost: int | None,
        *,
        guessed: bool = False,
        reserved: bool = True,
    ) -> None:
        """Record the call's cost once. `reserved`: something may have been reserved for it."""
        now, cost = self._clock(), cost or 0
        if reserved and await provider_calls.settle_call_cost(
            db, call.user_id, call.id, cost, now, guessed=guessed
        ):
            return
        await provider_calls.record_call_cost(db, call, cost, now, guessed=guessed)

    async def record_failed(
        self, db: AsyncConnection, call: ProviderCall, attempts: Sequence[FailedAttempt]
    ) -> None:
        """Record the cost of failed attempts before the call, which only the operator bears."""
        await provider_calls.record_failed_attempts(
            db, call.user_id, call.id, call.conversation_id, attempts, self._clock()
        )

    async def _is_capped(self, user_id: int, known: bool | None) -> bool:
        if self._daily_cap is not None:
            return True
        if known is not None:
            return known
        async with self._database.snapshot() as db:
            return (await spending.month(db, user_id, self._clock())).cap is not None
